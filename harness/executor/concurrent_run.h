// ConcurrentRun: one run of a program that may have threads, section by section.
//
// Barriers divide a program. Where only T1 has operations, it makes them itself, call after call
// as in a program without threads; all other sections are the crew's.

#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "harness/executor/call_timer.h"
#include "harness/executor/crew.h"
#include "harness/executor/interpreter.h"
#include "model/vocabulary/concurrent_trace.h"

namespace epollcheck {

class ConcurrentRun {
public:
    /// `crew` may be null if the program has no threads. The interpreter has begun with the
    /// program.
    ConcurrentRun(Interpreter& interpreter, CallTimer& timer, Crew* crew, const Schedule& schedule,
                  ConcurrentTrace& trace)
        : interpreter_(interpreter),
          timer_(timer),
          crew_(crew),
          schedule_(schedule),
          trace_(trace) {}

    /// Appends what the operations gave to the trace.
    Interpreter::End run(std::span<const Operation> operations);

private:
    Interpreter::End run_sequential(std::span<const Operation> section);
    Interpreter::End run_concurrent(std::span<const Operation> section);

    Interpreter& interpreter_;
    CallTimer& timer_;
    Crew* const crew_;
    const Schedule schedule_;
    ConcurrentTrace& trace_;
    std::atomic<std::uint64_t> tickets_{0};
};

}  // namespace epollcheck
