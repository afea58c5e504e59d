// Section: the operations of a program between two barriers, which its threads run side by side.
//
// The records of the calls are written by the threads that make them, and read by the coordinator
// when the thread has published that the call is over, or that it is at rest.

#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "model/vocabulary/concurrent_trace.h"
#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"

namespace epollcheck {

class Interpreter;

/// What became of one operation.
struct CallRecord {
    Result result;
    CallInterval interval;
    bool is_resumed = false;   // its pause was ended because all threads slept
    bool noted = false;        // in the interpreter of the program
    Event events[kMaxEvents];  // as many as the result counts
};

struct Section {
    std::span<const Operation> operations;  // of all threads, in program order
    std::vector<CallRecord> records;        // at least as many; keeps its size
    const Interpreter* program = nullptr;   // what the program has open when the threads set off
    Schedule schedule;
    std::atomic<std::uint64_t>* tickets = nullptr;
    bool pauses = false;  // a harvest may, and keep others from their locks

    /// Takes the next section. No thread may be at work.
    void restart(std::span<const Operation> next) {
        operations = next;
        pauses = std::ranges::find(next, Pointer::kPaused, &Operation::pointer) != next.end();
        if (records.size() < next.size()) {
            records.resize(next.size());
        }
        for (std::size_t i = 0; i < next.size(); ++i) {
            records[i].result = {};
            records[i].interval = {};
            records[i].is_resumed = false;
            records[i].noted = false;
        }
    }
};

}  // namespace epollcheck
