// Differential subject. See differential_subject.h.

#include "fuzz/differential_subject.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "fuzz/program_bytes.h"

namespace epollcheck {

std::size_t first_difference(const Trace& left, const Trace& right) {
    const std::size_t common = std::min(left.size(), right.size());
    std::size_t step = 0;
    while (step < common && same_answer(left[step], right[step])) {
        ++step;
    }
    return step;
}

void leave_nothing_to_chance(Program& program) {
    std::vector<Operation> certain;
    for (const Operation& operation : program.operations) {
        // Which of several items with one number kcmp finds depends on where their files lie in
        // memory.
        if (operation.kind == OperationKind::kKcmpEpoll) {
            continue;
        }
        certain.push_back(operation);
        if (operation.kind == OperationKind::kKillChild ||
            operation.kind == OperationKind::kTimerfdSettime) {
            certain.push_back(
                {.kind = OperationKind::kSettle, .fd = operation.fd, .flags = event::kIn});
        }
    }
    program.operations = std::move(certain);
    program.annotations.clear();
}

DifferentialSubject::DifferentialSubject(Target& here, Target& there, FindingListener& listener)
    : here_(here), there_(there), listener_(listener) {
    here_.ask_about(Executor::Asked::kOneInTurn);
    there_.ask_about(Executor::Asked::kOneInTurn);
}

/// False if there is no trace; then `trouble` says what became of it.
bool DifferentialSubject::run_on(Target& target, Trace& trace, Outcome& trouble) {
    reason_ = target.cannot_run(program_.operations);
    if (!reason_.empty()) {
        trouble = Outcome::kSkipped;
        return false;
    }
    const auto error =
        target.run(program_.operations, static_cast<int>(program_.handles.size()), trace);
    if (!error) {
        return true;
    }
    trouble = Outcome::kFailed;
    reason_ = error->what;
    if (error->of_target) {
        trouble = Outcome::kFinding;
        listener_.crash(program_, *error);
    }
    return false;
}

Outcome DifferentialSubject::run(std::span<const std::uint8_t> bytes) {
    program_from_bytes(bytes, Reach::kMachine, program_);
    leave_nothing_to_chance(program_);
    here_trace_.clear();
    feedback_.restart();
    Outcome trouble = Outcome::kFailed;
    if (!run_on(here_, here_trace_, trouble) || !run_on(there_, there_trace_, trouble)) {
        return trouble;
    }
    for (std::size_t i = 0; i < here_trace_.size(); ++i) {
        feedback_.note_answer(program_.operations[i], here_trace_[i]);
    }
    const std::size_t step = first_difference(here_trace_, there_trace_);
    if (step == here_trace_.size() && step == there_trace_.size()) {
        return Outcome::kConforms;
    }
    if (!differs_again(step)) {
        reason_ = "the targets answered differently once, and not again";
        return Outcome::kInconclusive;
    }
    listener_.difference(program_, step, here_trace_, there_trace_);
    return Outcome::kFinding;
}

bool DifferentialSubject::differs_again(std::size_t step) {
    constexpr int kTimes = 10;
    Outcome trouble = Outcome::kFailed;
    for (int i = 0; i < kTimes; ++i) {
        Trace here;
        Trace there;
        if (!run_on(here_, here, trouble) || !run_on(there_, there, trouble) ||
            first_difference(here, here_trace_) != here_trace_.size() ||
            first_difference(there, there_trace_) != there_trace_.size() ||
            first_difference(here, there) != step) {
            return false;
        }
    }
    return true;
}

}  // namespace epollcheck
