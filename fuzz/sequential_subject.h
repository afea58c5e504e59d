// Sequential subject: programs of one call after the other, run on a target and judged by the
// model. Where the model follows, what it reaches is feedback.

#pragma once

#include <chrono>

#include "fuzz/feedback.h"
#include "fuzz/lawful.h"
#include "fuzz/subject.h"
#include "harness/check/finding.h"

namespace epollcheck {

class SequentialSubject final : public Subject {
public:
    /// All references outlive the subject. Deviations count up to `strictest`.
    SequentialSubject(const Workbench& bench, Tier strictest, Reach reach, Reached* reached,
                      FindingListener& listener);

    Outcome run(std::span<const std::uint8_t> bytes) override;
    [[nodiscard]] const std::string& reason() const override { return reason_; }
    [[nodiscard]] std::size_t operations() const override { return trace_.size(); }

    /// From now on programs that cost as much as many others get a part of the time only. Before,
    /// all are run, as a corpus has to be when it is read.
    void save_time() { saves_time_ = true; }

private:
    using Clock = std::chrono::steady_clock;

    Outcome run_program();
    Outcome judge();
    Outcome judge_deviation();
    [[nodiscard]] bool is_too_costly() const;

    Workbench bench_;
    Tier strictest_;
    Reach reach_;
    Feedback feedback_;
    FindingListener& listener_;
    BeliefSet belief_;
    Program program_;
    Trace trace_;
    std::string reason_;
    bool saves_time_ = false;
    Clock::duration all_time_ = {};
    Clock::duration costly_time_ = {};
};

}  // namespace epollcheck
