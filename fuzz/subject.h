// Subject: what a fuzzer runs its inputs on, and who hears of what comes out.
//
// The same subjects are behind the targets for libFuzzer alone (fuzz/targets), which end at the
// first finding, and behind `epollcheck fuzz`, which keeps it and goes on.

#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "harness/check/judge.h"
#include "harness/executor/harness_error.h"
#include "harness/executor/readiness_check.h"
#include "model/vocabulary/concurrent_trace.h"
#include "model/vocabulary/program.h"
#include "stress/history/history_judge.h"

namespace epollcheck {

/// What became of one input.
enum class Outcome : std::uint8_t {
    kConforms,
    kFinding,       // the listener was told
    kInconclusive,  // the model could not follow
    kSkipped,       // the target does not offer what it needs, or it costs too much for now
    kFailed,        // the harness could not run it
};

class Subject {
public:
    virtual ~Subject() = default;
    /// Runs one input and judges it. Any bytes are an input.
    virtual Outcome run(std::span<const std::uint8_t> bytes) = 0;
    /// Why the last input was kInconclusive, kSkipped or kFailed.
    [[nodiscard]] virtual const std::string& reason() const = 0;
    /// Operations of the last input that were run.
    [[nodiscard]] virtual std::size_t operations() const = 0;
};

/// Who hears of findings. What is passed is gone after the call.
class FindingListener {
public:
    virtual ~FindingListener() = default;
    /// The target answered what the model forbids.
    virtual void deviation(const Program& program, const Trace& trace,
                           const Judgement& judgement) = 0;
    /// After the program epoll, poll and select did not agree about a descriptor.
    virtual void disagreement(const Program& program, const ReadinessDisagreement& found) = 0;
    /// The program took its target down.
    virtual void crash(const Program& program, const HarnessError& error) = 0;
    /// No order of the calls explains what the threads were answered.
    virtual void race(const Program& program, const Schedule& schedule,
                      const ConcurrentTrace& trace, const HistoryJudgement& judgement) = 0;
    /// Two targets answered differently, each the same again and again.
    virtual void difference(const Program& program, std::size_t step, const Trace& here,
                            const Trace& there) = 0;
};

}  // namespace epollcheck
