// Histories as tests write them: a program whose answers are those that were seen, with a comment
// that says when each call began and ended.
//
//     T1: epoll_wait(ep, 8, -1) = [1:IN]   # 10 13
//     T2: write(e, {1}) = 8                # 11 12
//     T3: epoll_wait(ep, 8, -1) = blocks   # 14 blocked
//
// The beginning, which only T1 has, needs neither: the model answers it. Only test programs include
// this header.

#pragma once

#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "harness/program/parser.h"
#include "model/judgement/model_test_support.h"
#include "stress/history/history_judge.h"

namespace epollcheck {

struct WrittenHistory {
    Program program;
    ConcurrentTrace trace;
};

/// Answers the first `count` operations as the model does.
inline void answer_beginning(WrittenHistory& history, std::size_t count, const Settings& settings) {
    std::vector<World> worlds{empty_world()};
    for (std::size_t i = 0; i < count; ++i) {
        const Operation& operation = history.program.operations[i];
        const auto answers = allowed_answers(worlds, settings, operation, 1);
        REQUIRE(answers.size() == 1);
        worlds = worlds_after(worlds, settings, operation, answers.front().observation());
        history.trace.answers.append(answers.front().result, answers.front().events);
        history.trace.intervals.push_back({2 * i, 2 * i + 1, false});
    }
}

inline WrittenHistory written_history(const std::string& text, const Settings& settings) {
    WrittenHistory history;
    auto parsed = parse_program(text, "test");
    if (const auto* error = std::get_if<ParseError>(&parsed)) {
        FAIL(error->message);
    }
    history.program = std::get<Program>(std::move(parsed));
    const auto& operations = history.program.operations;
    const std::size_t beginning = sequential_beginning(operations);
    answer_beginning(history, beginning, settings);
    for (std::size_t i = beginning; i < operations.size(); ++i) {
        const Annotation& annotation = history.program.annotations[i];
        CallInterval interval;
        if (operations[i].kind == OperationKind::kBarrier) {
            history.trace.answers.append(Result::of_value(0), {});
            history.trace.intervals.push_back(interval);
            continue;
        }
        REQUIRE(annotation.expected.size() == 1);
        history.trace.answers.append(annotation.expected.front().result,
                                     annotation.expected.front().events);
        std::istringstream words(annotation.comment);
        std::string end;
        REQUIRE(words >> interval.begin >> end);
        interval.begin += 1000;  // after the beginning
        interval.blocked = end == "blocked";
        interval.end = interval.blocked ? CallInterval::kNever : 1000 + std::stoull(end);
        history.trace.intervals.push_back(interval);
    }
    return history;
}

/// The judgement of a written history, by the newest named kernel.
inline HistoryJudgement judged(const std::string& text, Tier tier = Tier::kExact) {
    static const Calibration calibration = round_calibration();
    const Profile profile = *profile_named("linux-6.18");
    const WrittenHistory history = written_history(text, {Tier::kExact, &profile, &calibration});
    HistoryJudge judge(profile, calibration, tier);
    return judge.judge(history.program.operations, static_cast<int>(history.program.handles.size()),
                       history.trace);
}

/// True if it conforms; it must not be inconclusive.
inline bool conforms(const std::string& text, Tier tier = Tier::kExact) {
    const HistoryJudgement judgement = judged(text, tier);
    INFO(text << judgement.reason << " unexplained " << judgement.unexplained);
    CHECK(judgement.verdict != HistoryJudgement::Verdict::kInconclusive);
    return judgement.verdict == HistoryJudgement::Verdict::kConforms;
}

}  // namespace epollcheck
