// Differential subject: programs on two targets that should answer alike, without any model.
//
// Two answers that differ are a finding if they come again: each target must answer the same way
// ten times more. What the targets themselves leave open (the order of events of other
// implementations) would be a finding, too, so this is for targets that claim to be one another:
// ways to call one kernel, or a kernel and its successor.

#pragma once

#include "fuzz/feedback.h"
#include "fuzz/subject.h"
#include "harness/target/target.h"

namespace epollcheck {

/// The first step at which two traces differ, or their common length.
std::size_t first_difference(const Trace& left, const Trace& right);

/// Removes what one kernel may answer in two ways, and lets each child end and each timer expire
/// before the program goes on: one target may be slower than the other.
void leave_nothing_to_chance(Program& program);

class DifferentialSubject final : public Subject {
public:
    /// All references outlive the subject.
    DifferentialSubject(Target& here, Target& there, FindingListener& listener);

    Outcome run(std::span<const std::uint8_t> bytes) override;
    [[nodiscard]] const std::string& reason() const override { return reason_; }
    [[nodiscard]] std::size_t operations() const override { return here_trace_.size(); }

private:
    bool run_on(Target& target, Trace& trace, Outcome& trouble);
    bool differs_again(std::size_t step);

    Target& here_;
    Target& there_;
    Feedback feedback_{nullptr};
    FindingListener& listener_;
    Program program_;
    Trace here_trace_;
    Trace there_trace_;
    std::string reason_;
};

}  // namespace epollcheck
