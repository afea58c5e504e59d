// Reproducers: the lists of allowed answers. See reproducer.h.

#include "harness/check/reproducer.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/check/race_reproducer.h"
#include "harness/program/printer.h"
#include "model/rules/rule.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr std::size_t kMostAnswers = 200;
constexpr std::size_t kMostWorlds = 256;

Answer answer_of(const Observation& observation) {
    return {observation.result, {observation.events.begin(), observation.events.end()}};
}

bool is_among(const std::vector<Answer>& answers, const Observation& observed) {
    return std::ranges::any_of(answers, [&](const Answer& answer) {
        return same_answer({answer.result, answer.events}, observed);
    });
}

/// The worlds that are possible along all paths together, or along one.
class Paths {
public:
    /// `path` is the one to follow; with `all` it is only a fallback.
    Paths(std::span<const Operation> operations, const Settings& settings, const Trace& path,
          bool all)
        : operations_(operations), settings_(settings), path_(path), all_(all) {
        worlds_.push_back(empty_world());
    }

    /// What operation `step` may answer; `last`: nothing follows it. Nothing if the model cannot
    /// follow.
    std::optional<AllowedAnswers> next(std::size_t step, bool last) {
        const Operation& operation = operations_[step];
        bool complete = true;
        const std::vector<AllowedAnswer> found =
            allowed_answers(worlds_, settings_, operation, kMostAnswers, &complete);
        if (found.empty()) return std::nullopt;
        AllowedAnswers allowed;
        const Strange strange = try_strange(operation, found);
        allowed.open = !complete;
        if (last) {
            for (const AllowedAnswer& answer : found) {
                allowed.usual.push_back(answer_of(answer.observation()));
            }
        } else if ((!all_ || !follow_all(operation, found, allowed)) &&
                   !follow_one(operation, step, found, allowed)) {
            return std::nullopt;
        }
        allowed.any_number = strange.any_number && (last || leads_on(strange.worlds));
        allowed.open = allowed.open || (strange.accepted && !allowed.any_number);
        return allowed;
    }

private:
    /// What comes of answers that no list has.
    struct Strange {
        bool accepted = false;    // some are allowed
        bool any_number = false;  // all numbers are
        std::vector<World> worlds;
    };

    /// Tries out whether the model takes over what it cannot list: an error that no call gives, and
    /// numbers.
    [[nodiscard]] Strange try_strange(const Operation& operation,
                                      const std::vector<AllowedAnswer>& found) const {
        Strange strange;
        const auto accepts = [&](const Result& result) {
            const Observation tried{result, {}};
            for (const AllowedAnswer& answer : found) {
                if (same_answer(answer.observation(), tried)) return true;
            }
            const auto worlds = worlds_after(worlds_, settings_, operation, tried);
            strange.worlds.insert(strange.worlds.end(), worlds.begin(), worlds.end());
            strange.accepted = strange.accepted || !worlds.empty();
            return !worlds.empty();
        };
        if (accepts(Result::of_error(error::kLargest))) return strange;
        const bool is_count = result_type(operation) == ResultType::kCount;
        if (is_count && operation.as_value && operation.pointer == Pointer::kGood) {
            strange.any_number =
                accepts(Result::of_payload(1)) && accepts(Result::of_payload(4711));
        } else if (is_count) {
            strange.any_number = accepts(Result::of_value(1)) && accepts(Result::of_value(2)) &&
                                 accepts(Result::of_value(3));
        }
        return strange;
    }

    /// True if `worlds` are among those that are followed.
    [[nodiscard]] bool leads_on(const std::vector<World>& worlds) const {
        return std::ranges::all_of(worlds, [&](const World& world) {
            return std::ranges::find(worlds_, world) != worlds_.end();
        });
    }

    /// Goes on with all answers. False, and nothing is changed, if these are too many worlds.
    bool follow_all(const Operation& operation, const std::vector<AllowedAnswer>& found,
                    AllowedAnswers& allowed) {
        AllowedAnswers split;
        split.open = allowed.open;
        std::vector<World> next;
        for (const AllowedAnswer& answer : found) {
            const auto after = worlds_after(worlds_, settings_, operation, answer.observation());
            (after.empty() ? split.unclear : split.usual)
                .push_back(answer_of(answer.observation()));
            for (const World& world : after) {
                if (std::ranges::find(next, world) == next.end()) next.push_back(world);
            }
            if (next.size() > kMostWorlds) return false;
        }
        if (next.empty()) return false;
        worlds_ = std::move(next);
        allowed = std::move(split);
        return true;
    }

    /// Goes on with the answer of the path alone. False if it has none that is allowed.
    bool follow_one(const Operation& operation, std::size_t step,
                    const std::vector<AllowedAnswer>& found, AllowedAnswers& allowed) {
        if (step >= path_.size()) return false;
        worlds_ = worlds_after(worlds_, settings_, operation, path_[step]);
        allowed.usual.push_back(answer_of(path_[step]));
        for (const AllowedAnswer& answer : found) {
            if (!same_answer(answer.observation(), path_[step])) {
                allowed.unclear.push_back(answer_of(answer.observation()));
            }
        }
        return !worlds_.empty() && worlds_.size() <= kMostWorlds;
    }

    std::span<const Operation> operations_;
    Settings settings_;
    const Trace& path_;
    bool all_;
    std::vector<World> worlds_;
};

CannotEmit cannot_follow(const Program& program, std::size_t step) {
    return {fmt::format("the model cannot say what operation {} ({}) may answer", step + 1,
                        print_operation(program, step))};
}

/// The answers for the first `count` operations; the result is its index where the model gives up.
std::optional<std::size_t> fill_allowed(const Program& program, std::size_t count,
                                        const Settings& settings, const Trace& path, bool all,
                                        std::vector<AllowedAnswers>& allowed) {
    Paths paths(program.operations, settings, path, all);
    allowed.clear();
    for (std::size_t i = 0; i < count; ++i) {
        auto answers = paths.next(i, i + 1 == count);
        if (!answers) return i;
        allowed.push_back(std::move(*answers));
    }
    return std::nullopt;
}

QuotedSentence sentence(Rule rule) {
    return {std::string(rule_info(rule).id), std::string(rule_info(rule).text)};
}

std::vector<QuotedSentence> sentences(const RuleSet& rules) {
    std::vector<QuotedSentence> quoted;
    rules.for_each([&](Rule rule) { quoted.push_back(sentence(rule)); });
    return quoted;
}

std::string profile_text(Tier tier, const Judge& judge) {
    return tier == Tier::kExact ? std::string(judge.profile().name) : std::string();
}

}  // namespace

std::variant<std::string, CannotEmit> reproducer_c(const Program& program, Tier tier,
                                                   const Judge& judge, About about, CStyle style) {
    if (has_threads(program.operations)) {
        return case_of_threads_c(program, tier, judge, style);
    }
    Reproducer reproducer;
    reproducer.style = style;
    for (const std::string& id : program.header.rules) {  // in the order of their weight
        const Rule rule = rule_named(id).value_or(Rule::kNone);
        if (rule != Rule::kNone) reproducer.rules.push_back(sentence(rule));
    }
    reproducer.tier = tier_name(tier);
    reproducer.profile = profile_text(tier, judge);
    Judge predictor(judge.profile(), judge.calibration());
    const Trace sure = predictor.predict(program.operations);
    if (const auto step = fill_allowed(program, program.operations.size(), judge.settings(tier),
                                       sure, true, reproducer.allowed)) {
        return cannot_follow(program, *step);
    }
    if (about == About::kLastCall && !reproducer.allowed.empty()) {
        if (reproducer.allowed.back().open) {
            return CannotEmit{fmt::format("tier {} leaves open what the last operation answers",
                                          reproducer.tier)};
        }
        reproducer.step = reproducer.allowed.size() - 1;
    }
    return emit_c(program, reproducer);
}

std::variant<Reproducer, CannotEmit> reproducer_of(const Program& program, const Trace& trace,
                                                   const Deviation& deviation, const Judge& judge) {
    Reproducer reproducer;
    reproducer.rules = sentences(deviation.rules);
    reproducer.tier = tier_name(deviation.tier);
    reproducer.profile = profile_text(deviation.tier, judge);
    reproducer.step = deviation.step;
    reproducer.observed = answer_of(trace[deviation.step]);
    const Settings settings = judge.settings(deviation.tier);
    for (const bool all : {true, false}) {
        const auto step =
            fill_allowed(program, deviation.step + 1, settings, trace, all, reproducer.allowed);
        if (step && !all) return cannot_follow(program, *step);
        if (!step && !is_among(reproducer.allowed.back().usual, trace[deviation.step])) break;
    }
    AllowedAnswers& wrong = reproducer.allowed.back();
    if (wrong.open) {
        // Not all that is allowed can be listed; the one answer that is not, can.
        wrong.forbidden = reproducer.observed;
    }
    return reproducer;
}

std::variant<std::string, CannotEmit> reproducer_c(const Program& program, const Trace& trace,
                                                   const Deviation& deviation, const Judge& judge,
                                                   CStyle style) {
    auto made = reproducer_of(program, trace, deviation, judge);
    if (auto* obstacle = std::get_if<CannotEmit>(&made)) return std::move(*obstacle);
    std::get<Reproducer>(made).style = style;
    return emit_c(program, std::get<Reproducer>(made));
}

std::string emit_c(const Finding& finding, const Judge& judge) {
    if (finding.judgement.deviations.empty()) return "";
    auto made =
        reproducer_c(finding.program, finding.trace, finding.judgement.deviations.front(), judge);
    auto* text = std::get_if<std::string>(&made);
    return text != nullptr ? std::move(*text) : std::string();
}

}  // namespace epollcheck
