// The three-way check of a conformance case. See case_check.h.

#include "harness/check/case_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/program/printer.h"

namespace epollcheck {

namespace {

bool applies(const ExpectedAnswer& answer, const Profile& profile) {
    if (answer.condition.empty()) {
        return true;
    }
    const auto difference = version_named(answer.condition);
    return difference && profile.has(*difference) == answer.condition_holds;
}

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
            text += print_answer(program.operations[step], program,
                                 {answer.result, answer.events});
        }
    }
    return text;
}

class ModelComparison {
public:
    ModelComparison(const Program& program, Judge& judge)
        : program_(program),
          judge_(judge),
          belief_(judge.settings(program.header.tier)),
          predicted_(judge.predict(program.operations)) {}

    std::vector<Disagreement> run() {
        for (std::size_t i = 0; i < predicted_.size() && i < program_.annotations.size(); ++i) {
            if (!program_.annotations[i].expected.empty()) {
                compare_step(i);
            }
            if (belief_.step(program_.operations[i], predicted_[i]) != StepVerdict::kAllowed) {
                report(i, fmt::format("tier {} forbids {}, the model's own answer at tier exact",
                                      tier_name(program_.header.tier), text_of(i, predicted_[i])));
                break;
            }
        }
        if (predicted_.size() < program_.operations.size()) {
            report(predicted_.size(), "the model cannot follow the program from here on");
        }
        return std::move(disagreements_);
    }

private:
    void compare_step(std::size_t step) {
        const Annotation& annotation = program_.annotations[step];
        if (!is_expected(annotation, predicted_[step], judge_.profile())) {
            report(step, fmt::format("{} is written down, the model answers {}",
                                     written_answers(program_, step, judge_.profile()),
                                     text_of(step, predicted_[step])));
            return;
        }
        bool complete = false;
        const auto allowed =
            allowed_answers(belief_.worlds(), belief_.settings(), program_.operations[step],
                            kMaxCompared, &complete);
        for (const AllowedAnswer& answer : allowed) {
            if (!is_expected(annotation, answer.observation(), judge_.profile())) {
                report(step, fmt::format("tier {} also allows {}, which is not written down",
                                         tier_name(program_.header.tier),
                                         text_of(step, answer.observation())));
            }
        }
        for (const ExpectedAnswer& written : annotation.expected) {
            const bool known = std::any_of(
                allowed.begin(), allowed.end(), [&](const AllowedAnswer& answer) {
                    return same_as_written(written, answer.observation());
                });
            if (complete && applies(written, judge_.profile()) && !known) {
                report(step, fmt::format("{} is written down, but tier {} forbids it",
                                         text_of(step, {written.result, written.events}),
                                         tier_name(program_.header.tier)));
            }
        }
    }

    [[nodiscard]] std::string text_of(std::size_t step, const Observation& answer) const {
        return print_answer(program_.operations[step], program_, answer);
    }

    void report(std::size_t step, std::string text) {
        disagreements_.push_back({Disagreeing::kExpectationAndModel, step, std::move(text)});
    }

    static constexpr std::size_t kMaxCompared = 64;

    const Program& program_;
    Judge& judge_;
    BeliefSet belief_;
    Trace predicted_;
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
