// The defective model. See defective_model.h.

#include "harness/check/defective_model.h"

#include <algorithm>

#include "harness/check/case_check.h"
#include "harness/check/features.h"
#include "harness/check/prediction.h"
#include "harness/program/generator.h"
#include "harness/program/shrink.h"

namespace epollcheck {

namespace {

Settings with_defect(const Judge& judge, Defect defect) {
    Settings settings = judge.settings(Tier::kExact);
    settings.defect = defect;
    return settings;
}

}  // namespace

Trace defective_trace(std::span<const Operation> operations, Defect defect, const Judge& judge) {
    Trace trace;
    predict(operations, with_defect(judge, defect), trace);
    return trace;
}

std::optional<Detection> detect(const Program& program, Defect defect, Judge& judge) {
    if (has_threads(program.operations)) {
        return std::nullopt;  // the model acts as an implementation of one call after the other
    }
    const Trace trace = defective_trace(program.operations, defect, judge);
    const Judgement judgement = judge.judge(program.operations, trace, Tier::kExact);
    const auto written = compare_with_trace(program, trace, judge.profile());
    if (!judgement.deviations.empty()) {
        const Deviation& deviation = judgement.deviations.front();
        return Detection{deviation.step, deviation.tier, false};
    }
    if (!written.empty()) {
        return Detection{written.front().step, Tier::kExact, true};
    }
    return std::nullopt;
}

void assume_privileges(Calibration& calibration) {
    calibration.may_limit_watches = true;
    calibration.may_step_clock = true;
}

DefectHunt::DefectHunt(Judge& judge, std::vector<const Program*> cases,
                       const RandomPrograms& random)
    : judge_(judge), cases_(std::move(cases)) {
    for (const Program* program : cases_) {
        const bool runs = unmet_need(program->header.needs, judge_.calibration()) == nullptr &&
                          !has_threads(program->operations);
        sound_.push_back(runs ? judge_.predict(program->operations) : Trace());
    }
    Program program;
    for (std::uint64_t i = 0; i < random.count; ++i) {
        Generator(random.seed * 0x9e3779b97f4a7c15U + i, {}).generate(program);
        random_.push_back({program, judge_.predict(program.operations)});
    }
}

/// True if the answers with and without the defect differ, as far as both models go.
bool DefectHunt::differs(const Program& program, const Trace& sound, Defect defect) {
    predict(program.operations, with_defect(judge_, defect), trace_);
    const std::size_t common = std::min(trace_.size(), sound.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (!same_answer(trace_[i], sound[i])) {
            return true;
        }
    }
    return false;
}

/// The quick answer to whether `program` detects the defect.
bool DefectHunt::kills(const Program& program, const Trace& sound, Defect defect) {
    if (!differs(program, sound, defect)) {
        return false;
    }
    return (!judge_.conforms(program.operations, trace_) && !judge_.inconclusive()) ||
           !compare_with_trace(program, trace_, judge_.profile()).empty();
}

DefectRow DefectHunt::hunt(Defect defect) {
    constexpr std::size_t kMostJudged = 20;  // at all tiers, which takes long
    DefectRow row;
    row.defect = defect;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
        if (!kills(*cases_[i], sound_[i], defect)) {
            continue;
        }
        row.cases.first = row.cases.count++ == 0 ? i : row.cases.first;
        if (row.tier != Tier::kContract && row.cases.count <= kMostJudged) {
            const auto detection = detect(*cases_[i], defect, judge_);
            row.tier = detection ? std::min(row.tier, detection->tier) : row.tier;
        }
    }
    for (std::size_t i = 0; i < random_.size(); ++i) {
        if (kills(random_[i].program, random_[i].sound, defect)) {
            row.random.first = row.random.count++ == 0 ? i : row.random.first;
        }
    }
    return row;
}

std::optional<Program> DefectHunt::smallest(Defect defect) {
    constexpr int kMostShrunk = 8;
    const auto keeps = [&](const Program& program) {
        return kills(program, judge_.predict(program.operations), defect);
    };
    std::optional<Program> best;
    int shrunk = 0;
    const auto consider = [&](const Program& program) {
        Program bare = program;
        bare.annotations.clear();
        bare = with_tidy_handles(bare);
        if (shrunk == kMostShrunk || !keeps(bare)) {
            return;
        }
        ++shrunk;
        Program small = shrink_program(bare, keeps);
        if (!best || small.operations.size() < best->operations.size()) {
            best = std::move(small);
        }
    };
    for (std::size_t i = 0; i < cases_.size(); ++i) {
        if (sound_[i].size() > 0) {
            consider(*cases_[i]);
        }
    }
    for (const Candidate& candidate : random_) {
        consider(candidate.program);
    }
    return best;
}

}  // namespace epollcheck
