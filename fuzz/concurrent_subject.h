// Concurrent subject: programs of several threads, run some times with different schedules and
// judged by the search for an order that explains their histories (stress/history).

#pragma once

#include "fuzz/feedback.h"
#include "fuzz/subject.h"
#include "harness/target/target.h"

namespace epollcheck {

class ConcurrentSubject final : public Subject {
public:
    /// All references outlive the subject. Each program runs `runs` times.
    ConcurrentSubject(Target& target, const Calibration& calibration, HistoryJudge& judge,
                      Reached* reached, FindingListener& listener, int runs = 4);

    Outcome run(std::span<const std::uint8_t> bytes) override;
    [[nodiscard]] const std::string& reason() const override { return reason_; }
    [[nodiscard]] std::size_t operations() const override { return trace_.answers.size(); }

private:
    Outcome judge(const Schedule& schedule);

    Target& target_;
    const Calibration& calibration_;
    HistoryJudge& judge_;
    Feedback feedback_;
    FindingListener& listener_;
    int runs_;
    bool has_fdinfo_;
    Program program_;
    ConcurrentTrace trace_;
    std::string reason_;
};

}  // namespace epollcheck
