// Rule coverage. See rule_coverage.h.

#include "harness/cli/rule_coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "conformance/case_exercise.h"
#include "harness/check/calibrate.h"
#include "harness/check/judge.h"
#include "harness/check/rule_reach.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/terminal.h"
#include "harness/target/in_process_target.h"
#include "reports/results_reader.h"
#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr std::size_t kWidth = 100;  // columns
constexpr std::string_view kSections = "ABCDEF";

/// What runs exercised, and what cases would have that this machine cannot run, by the reason.
struct Runs {
    RuleSet exercised;
    std::map<std::string, RuleSet> skipped;
};

/// Exercises the cases, or says why that cannot be.
std::optional<std::string> exercise(const CaseSuite& suite, Runs& runs) {
    Calibration calibration;
    if (const auto error = calibrate(this_machine(), calibration)) {
        return error->what;
    }
    Judge judge(named_profiles().back(), calibration);
    InProcessTarget target;
    const Workbench bench{target, judge, calibration};
    for (const Case& test_case : suite) {
        if (const auto error =
                calibrate_for(this_machine(), test_case.program.operations, calibration)) {
            return error->what;
        }
        const CaseExercise exercised = exercise_case(test_case.program, bench);
        (exercised.not_run.empty() ? runs.exercised : runs.skipped[exercised.not_run])
            .merge(exercised.rules);
    }
    return std::nullopt;
}

/// Adds the run in `file`, or says why it cannot be read.
std::optional<std::string> read_run(const std::string& file, Runs& runs) {
    const auto loaded = load_results(file);
    if (const auto* error = std::get_if<ResultsError>(&loaded)) {
        return error->text;
    }
    for (const CaseResult& result : std::get<Results>(loaded).cases) {
        if (result.status == CaseStatus::kSkipped) {
            for (const std::string& id : result.rules) {
                runs.skipped[result.reason].add(rule_named(id).value_or(Rule::kNone));
            }
        }
        for (const std::string& id : result.exercised) {
            const auto rule = rule_named(id);
            if (!rule) {
                return fmt::format("{}: there is no rule '{}'; the run is of another version", file,
                                   id);
            }
            runs.exercised.add(*rule);
        }
    }
    return std::nullopt;
}

std::string list_text(const char* what, const RuleSet& rules) {
    std::string text = fmt::format("{} {}:", what, rules.count());
    rules.for_each([&](Rule rule) { text += fmt::format(" {}", rule_info(rule).id); });
    return rules.empty() ? "" : wrap(text, "", "  ", kWidth);
}

/// The rules that the cases cite.
RuleSet cited_by(const CaseSuite& suite) {
    RuleSet cited;
    for (const Case& test_case : suite) {
        for (const std::string& id : test_case.program.header.rules) {
            cited.add(rule_named(id).value_or(Rule::kNone));
        }
    }
    return cited;
}

std::string sections_text(const RuleReach& reach, const RuleSet& cited) {
    std::string text = "section  exercised  cited  missed  out of reach\n";
    for (const char section : kSections) {
        std::array<int, 4> counts{};
        const auto count = [&](const RuleSet& rules, std::size_t column) {
            rules.for_each(
                [&](Rule rule) { counts[column] += rule_info(rule).id[2] == section ? 1 : 0; });
        };
        count(reach.exercised, 0);
        count(cited, 1);
        count(reach.missed, 2);
        count(reach.beyond, 3);
        text += fmt::format("{:<7} {:>10} {:>6} {:>7} {:>13}\n", section, counts[0], counts[1],
                            counts[2], counts[3]);
    }
    return text;
}

std::string beyond_text(const RuleReach& reach, std::map<std::string, RuleSet> by_reason) {
    reach.beyond.for_each(
        [&](Rule rule) { by_reason[std::string(reason_out_of_reach(rule))].add(rule); });
    std::string text;
    for (const auto& [reason, rules] : by_reason) {
        text += list_text(fmt::format("out of reach ({})", reason).c_str(), rules);
    }
    return text;
}

/// Takes the rules that only skipped cases could have exercised from those that were missed.
std::map<std::string, RuleSet> excuse(RuleReach& reach,
                                      const std::map<std::string, RuleSet>& skipped) {
    std::map<std::string, RuleSet> excused;
    RuleSet missed;
    reach.missed.for_each([&](Rule rule) {
        const auto why = std::ranges::find_if(
            skipped, [&](const auto& entry) { return entry.second.contains(rule); });
        (why == skipped.end() ? missed : excused[why->first]).add(rule);
    });
    reach.missed = missed;
    return excused;
}

}  // namespace

int show_rule_coverage(const CaseSuite& suite, const std::vector<std::string>& results) {
    Runs runs;
    auto error = results.empty() ? exercise(suite, runs) : std::nullopt;
    for (const std::string& file : results) {
        error = error ? error : read_run(file, runs);
    }
    if (error) {
        complain(*error);
        return exit_code::kUsage;
    }
    RuleReach reach = rule_reach(runs.exercised);
    const auto excused = excuse(reach, runs.skipped);
    print(sections_text(reach, cited_by(suite)) + "\n" + beyond_text(reach, excused) +
          list_text("missed", reach.missed) +
          list_text("listed as out of reach, but exercised", reach.mistaken));
    const int reachable = reach.reachable();
    print(fmt::format("rules: {} of {} reachable exercised ({}%)\n", reach.exercised.count(),
                      reachable, reachable == 0 ? 0 : reach.exercised.count() * 100 / reachable));
    const bool complete = reach.missed.empty() && reach.mistaken.empty();
    return complete ? exit_code::kConforms : exit_code::kDeviation;
}

}  // namespace epollcheck
