// Concurrent subject. See concurrent_subject.h.

#include "fuzz/concurrent_subject.h"

#include <iterator>

#include "fuzz/program_bytes.h"
#include "harness/check/features.h"
#include "harness/program/random.h"
#include "stress/history/judge_history.h"
#include "stress/interest_lists.h"

namespace epollcheck {

namespace {

/// The schedules of a program follow from its bytes, so that an input is always the same.
std::uint64_t seed_of(std::span<const std::uint8_t> bytes) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::uint8_t byte : bytes) {
        hash = (hash ^ byte) * 0x100000001b3U;
    }
    return hash;
}

}  // namespace

ConcurrentSubject::ConcurrentSubject(Target& target, const Calibration& calibration,
                                     HistoryJudge& judge, Reached* reached,
                                     FindingListener& listener, int runs)
    : target_(target),
      calibration_(calibration),
      judge_(judge),
      feedback_(reached),
      listener_(listener),
      runs_(runs),
      has_fdinfo_(shows_interest_lists(target)) {}

Outcome ConcurrentSubject::run(std::span<const std::uint8_t> bytes) {
    program_from_bytes(bytes, Reach::kThreads, program_);
    if (!has_fdinfo_) {
        leave_out_interest_lists(program_);
    }
    trace_.clear();
    feedback_.restart();
    reason_ = target_.cannot_run(program_.operations);
    if (const Feature* const need = unmet_need(program_.operations, calibration_)) {
        reason_ = need->missing;
    }
    if (!reason_.empty()) {
        return Outcome::kSkipped;
    }
    Random random(seed_of(bytes));
    Outcome worst = Outcome::kConforms;
    for (int i = 0; i < runs_; ++i) {
        constexpr std::uint32_t kSpins[] = {0, 20, 100, 400};
        const Schedule schedule{.seed = random.next(),
                                .most_spin = kSpins[random.below(std::size(kSpins))]};
        const auto error = target_.run_concurrent(
            program_.operations, static_cast<int>(program_.handles.size()), schedule, trace_);
        if (error && error->of_target) {
            listener_.crash(program_, *error);
            return Outcome::kFinding;
        }
        if (error) {
            reason_ = error->what;
            return Outcome::kFailed;
        }
        const Outcome outcome = judge(schedule);
        if (outcome == Outcome::kFinding) {
            return outcome;
        }
        worst = outcome == Outcome::kInconclusive ? outcome : worst;
    }
    return worst;
}

Outcome ConcurrentSubject::judge(const Schedule& schedule) {
    const HistoryJudgement judgement = judge_history(judge_, program_, trace_);
    feedback_.note_rules(judgement.exercised);
    for (std::size_t i = 0; i < trace_.answers.size(); ++i) {
        feedback_.note_answer(program_.operations[i], trace_.answers[i]);
    }
    switch (judgement.verdict) {
        case HistoryJudgement::Verdict::kConforms:
            return Outcome::kConforms;
        case HistoryJudgement::Verdict::kInconclusive:
            reason_ = judgement.reason;
            return Outcome::kInconclusive;
        case HistoryJudgement::Verdict::kDeviates:
            break;
    }
    listener_.race(program_, schedule, trace_, judgement);
    return Outcome::kFinding;
}

}  // namespace epollcheck
