// First finding: a listener for targets of libFuzzer alone. A finding is told and ends the process,
// so libFuzzer keeps the input that led to it; `epollcheck fuzz` goes on instead.

#pragma once

#include "fuzz/subject.h"

namespace epollcheck {

class AbortAtFinding final : public FindingListener {
public:
    void deviation(const Program& program, const Trace& trace, const Judgement& judgement) override;
    void disagreement(const Program& program, const ReadinessDisagreement& found) override;
    void crash(const Program& program, const HarnessError& error) override;
    void race(const Program& program, const Schedule& schedule, const ConcurrentTrace& trace,
              const HistoryJudgement& judgement) override;
    void difference(const Program& program, std::size_t step, const Trace& here,
                    const Trace& there) override;
};

/// Says why nothing can be run, and ends the process.
[[noreturn]] void end_target(const std::string& reason);

}  // namespace epollcheck
