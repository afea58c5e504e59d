// The three-way check of a conformance case. See case_check.h.

#include "harness/check/case_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/program/printer.h"

namespace epollcheck {

namespace {

/// A written answer does not know descriptor numbers: it says "some descriptor".
bool same_as_written(const ExpectedAnswer& written, const Observation& observed) {
    if (written.result.kind == ResultKind::kDescriptor) {
        return observed.result.kind == ResultKind::kDescriptor;
    }
    return same_answer({written.result, written.events}, observed);
}

std::string written_answers(const Program& program, std::size_t step, const Profile& profile) {
    std::string text;
    for (const ExpectedAnswer& answer : program.annotations[step].expected) {
        if (applies(answer, profile)) {
            text += text.empty() ? "" : " or ";
            text += print_answer(program.operations[step], program, {answer.result, answer.events});
        }
    }
    return text;
}

/// Follows all paths that the model allows at the case's tier and that are written down: an answer
/// of one step may depend on which answer an earlier step gave.
class ModelComparison {
public:
    ModelComparison(const Program& program, Judge& judge)
        : program_(program),
          judge_(judge),
          settings_(judge.settings(program.header.tier)),
          predicted_(judge.predict(program.operations)) {
        paths_.push_back({empty_world()});
    }

    std::vector<Disagreement> run() {
        for (std::size_t i = 0; i < predicted_.size() && i < program_.annotations.size(); ++i) {
            compare_prediction(i);
            compare_tier(i);
            if (paths_.empty()) {
                return std::move(disagreements_);
            }
        }
        if (predicted_.size() < program_.operations.size()) {
            report(predicted_.size(), "the model cannot follow the program from here on");
        }
        return std::move(disagreements_);
    }

private:
    using Path = std::vector<World>;  // the worlds that are possible at its end

    void compare_prediction(std::size_t step) {
        if (!is_expected(program_.annotations[step], predicted_[step], judge_.profile())) {
            report(step, fmt::format("{} is written down, the model answers {}",
                                     written_answers(program_, step, judge_.profile()),
                                     text_of(step, predicted_[step])));
        }
    }

    /// All that the tier allows is written down, and all that is written down it allows.
    void compare_tier(std::size_t step) {
        const Annotation& annotation = program_.annotations[step];
        const std::vector<AllowedAnswer> allowed = extend_paths(step);
        for (const AllowedAnswer& answer : allowed) {
            if (!is_expected(annotation, answer.observation(), judge_.profile())) {
                report(step,
                       fmt::format("tier {} also allows {}, which is not written down",
                                   tier_name(settings_.tier), text_of(step, answer.observation())));
            }
        }
        for (const ExpectedAnswer& written : annotation.expected) {
            const bool listed =
                std::any_of(allowed.begin(), allowed.end(), [&](const AllowedAnswer& answer) {
                    return same_as_written(written, answer.observation());
                });
            if (applies(written, judge_.profile()) && !listed && !is_allowed(step, written)) {
                report(step, fmt::format("{} is written down, but tier {} forbids it",
                                         text_of(step, {written.result, written.events}),
                                         tier_name(settings_.tier)));
            }
        }
    }

    /// Extends each path by each answer that is allowed and expected. Returns the allowed answers.
    std::vector<AllowedAnswer> extend_paths(std::size_t step) {
        const Operation& operation = program_.operations[step];
        std::vector<AllowedAnswer> all;
        std::vector<Path> longer;
        for (const Path& path : paths_) {
            auto answers = allowed_answers(path, settings_, operation, kMaxCompared);
            cut_ = cut_ || answers.empty();  // the model cannot follow
            for (AllowedAnswer& answer : answers) {
                const Observation seen = answer.observation();
                Path next = worlds_after(path, settings_, operation, seen);
                if (is_expected(program_.annotations[step], seen, judge_.profile()) &&
                    !next.empty() && longer.size() < kMaxPaths) {
                    longer.push_back(std::move(next));
                }
                all.push_back(std::move(answer));
            }
            cut_ = cut_ || longer.size() >= kMaxPaths;
        }
        before_ = std::exchange(paths_, std::move(longer));
        return all;
    }

    /// True if an answer that is not in the list of allowed ones is allowed all the same: the list
    /// shows of a range only its ends. A written descriptor has no number to ask about.
    [[nodiscard]] bool is_allowed(std::size_t step, const ExpectedAnswer& written) const {
        const Observation answer{written.result, written.events};
        return cut_ || (written.result.kind != ResultKind::kDescriptor &&
                        std::any_of(before_.begin(), before_.end(), [&](const Path& path) {
                            return !worlds_after(path, settings_, program_.operations[step], answer)
                                        .empty();
                        }));
    }

    [[nodiscard]] std::string text_of(std::size_t step, const Observation& answer) const {
        return print_answer(program_.operations[step], program_, answer);
    }

    void report(std::size_t step, std::string text) {
        const Disagreement found{Disagreeing::kExpectationAndModel, step, std::move(text)};
        const auto same = [&](const Disagreement& other) {
            return other.step == found.step && other.text == found.text;
        };
        if (std::none_of(disagreements_.begin(), disagreements_.end(), same)) {
            disagreements_.push_back(found);
        }
    }

    static constexpr std::size_t kMaxCompared = 64;
    static constexpr std::size_t kMaxPaths = 256;

    const Program& program_;
    Judge& judge_;
    Settings settings_;
    Trace predicted_;
    std::vector<Path> paths_;
    std::vector<Path> before_;  // the paths up to the operation that is compared
    bool cut_ = false;          // some path was left out
    std::vector<Disagreement> disagreements_;
};

}  // namespace

std::string_view disagreeing_name(Disagreeing pair) {
    switch (pair) {
        case Disagreeing::kExpectationAndModel:
            return "expectation and model";
        case Disagreeing::kExpectationAndTarget:
            return "expectation and target";
        case Disagreeing::kModelAndTarget:
            return "model and target";
    }
    return "";
}

bool applies(const ExpectedAnswer& answer, const Profile& profile) {
    if (answer.condition.empty()) {
        return true;
    }
    const auto difference = version_named(answer.condition);
    return difference && profile.has(*difference) == answer.condition_holds;
}

bool is_expected(const Annotation& annotation, const Observation& observed,
                 const Profile& profile) {
    return annotation.expected.empty() ||
           std::any_of(annotation.expected.begin(), annotation.expected.end(),
                       [&](const ExpectedAnswer& written) {
                           return applies(written, profile) && same_as_written(written, observed);
                       });
}

std::vector<Disagreement> compare_with_model(const Program& program, Judge& judge) {
    return ModelComparison(program, judge).run();
}

std::vector<Disagreement> compare_with_trace(const Program& program, const Trace& trace,
                                             const Profile& profile) {
    std::vector<Disagreement> disagreements;
    for (std::size_t i = 0; i < trace.size() && i < program.annotations.size(); ++i) {
        if (!is_expected(program.annotations[i], trace[i], profile)) {
            disagreements.push_back(
                {Disagreeing::kExpectationAndTarget, i,
                 fmt::format("{} is written down, the target answers {}",
                             written_answers(program, i, profile),
                             print_answer(program.operations[i], program, trace[i]))});
        }
    }
    return disagreements;
}

}  // namespace epollcheck
