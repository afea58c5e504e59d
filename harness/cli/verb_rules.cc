// `epollcheck rules`. See verb_rules.h.

#include "harness/cli/verb_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/cli/exit_code.h"
#include "harness/cli/options.h"
#include "harness/cli/rule_coverage.h"
#include "harness/cli/terminal.h"
#include "model/rules/rule.h"
#include "model/rules/rule_manual.h"
#include "reports/results_reader.h"
#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(A case cites a rule in its header; a run exercised a rule when the rule decided an answer.

Examples:
  epollcheck rules                              every rule, and the cases that cite it
  epollcheck rules R-C15 'R-B*'                 some rules only
  epollcheck rules --uncovered                  rules that no case cites
  epollcheck run --format jsonl --output r.jsonl
  epollcheck rules --exercised r.jsonl          and the cases of that run that exercised it
  epollcheck rules --exercised r.jsonl --uncovered
                                                rules that the run did not exercise
  epollcheck rules --coverage r.jsonl           how many of the rules within reach it exercised)";

constexpr std::size_t kWidth = 100;  // columns

using CasesOfRules = std::map<std::string, std::vector<std::string>, std::less<>>;

struct RulesOptions {
    std::vector<std::string> ids;
    std::string exercised;
    bool uncovered = false;
    std::vector<std::string> runs;  // results whose coverage is shown
    Format format = Format::kHuman;
    std::string cases;
};

struct Coverage {
    CasesOfRules cited;
    CasesOfRules exercised;
    bool has_run = false;  // exercised is known

    [[nodiscard]] std::vector<std::string> citing(std::string_view rule) const {
        const auto found = cited.find(rule);
        return found == cited.end() ? std::vector<std::string>() : found->second;
    }
    [[nodiscard]] std::vector<std::string> exercising(std::string_view rule) const {
        const auto found = exercised.find(rule);
        return found == exercised.end() ? std::vector<std::string>() : found->second;
    }
    [[nodiscard]] bool covers(std::string_view rule) const {
        return has_run ? exercised.contains(rule) : cited.contains(rule);
    }
};

/// Reads the suite and the results. The exit code if one of them cannot be read, else 0.
int load_coverage(const RulesOptions& options, Coverage& coverage) {
    const auto suite = load_cases(options.cases);
    if (!suite) {
        return exit_code::kUsage;
    }
    for (const Case& test_case : *suite) {
        for (const std::string& rule : test_case.program.header.rules) {
            coverage.cited[rule].push_back(test_case.program.header.id);
        }
    }
    if (options.exercised.empty()) {
        return 0;
    }
    const auto loaded = load_results(options.exercised);
    if (const auto* error = std::get_if<ResultsError>(&loaded)) {
        complain(error->text);
        return exit_code::kUsage;
    }
    const auto& results = std::get<Results>(loaded);
    if (!results.summary) {
        warn(fmt::format("{}: the run was cut short after {} of {} cases", options.exercised,
                         results.cases.size(), results.header.selected));
    }
    coverage.has_run = true;
    for (const CaseResult& result : results.cases) {
        for (const std::string& rule : result.exercised) {
            coverage.exercised[rule].push_back(result.id);
        }
    }
    return 0;
}

std::string names_line(const char* what, const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 12;
    std::string text = fmt::format("{} {}: ", what, names.size());
    for (std::size_t i = 0; i < names.size() && i < kShown; ++i) {
        text += (i > 0 ? " " : "") + names[i];
    }
    if (names.size() > kShown) {
        text += fmt::format(" and {} more", names.size() - kShown);
    }
    return wrap(text, "         ", "           ", kWidth);
}

std::string rule_text(const RuleInfo& rule, const Coverage& coverage, const Paint& paint) {
    std::string title = fmt::format("{:<8} {}", rule.id, tier_name(rule.tier));
    if (!rule.versions.empty()) {
        title += fmt::format(", Linux {}", rule.versions);
    }
    std::string text = paint.bold(title) + "\n" + wrap(rule.text, "         ", "         ", kWidth);
    if (const std::string_view manual = manual_of(rule_named(rule.id).value_or(Rule::kNone));
        !manual.empty()) {
        text += wrap(fmt::format("manual: {}", manual), "         ", "           ", kWidth);
    }
    if (const auto names = coverage.citing(rule.id); !names.empty()) {
        text += names_line("cited by", names);
    }
    if (const auto names = coverage.exercising(rule.id); !names.empty()) {
        text += names_line("exercised by", names);
    }
    return text;
}

std::string rule_json(const RuleInfo& rule, const Coverage& coverage) {
    using Json = nlohmann::ordered_json;
    Json json = {{"id", rule.id},
                 {"tier", tier_name(rule.tier)},
                 {"versions", rule.versions},
                 {"text", rule.text},
                 {"manual", manual_of(rule_named(rule.id).value_or(Rule::kNone))},
                 {"cited_by", coverage.citing(rule.id)}};
    if (coverage.has_run) {
        json["exercised_by"] = coverage.exercising(rule.id);
    }
    return json.dump() + "\n";
}

std::string totals_text(const Coverage& coverage) {
    const auto rules = all_rules();
    const auto cited = std::count_if(rules.begin(), rules.end(), [&](const RuleInfo& rule) {
        return coverage.cited.contains(rule.id);
    });
    std::string text = fmt::format("{} rules: {} cited by a case", rules.size(), cited);
    if (coverage.has_run) {
        const auto exercised = std::count_if(rules.begin(), rules.end(), [&](const RuleInfo& rule) {
            return coverage.exercised.contains(rule.id);
        });
        text += fmt::format(", {} exercised by the run", exercised);
    }
    return text + "\n";
}

int show_coverage(const RulesOptions& options) {
    const auto suite = load_cases(options.cases);
    std::vector<std::string> runs = options.runs;
    std::erase(runs, "");  // the option without a value
    return suite ? show_rule_coverage(*suite, runs) : exit_code::kUsage;
}

int show_rules(const RulesOptions& options) {
    if (options.format != Format::kHuman && options.format != Format::kJsonLines) {
        complain("rules have the formats human and jsonl; see `epollcheck rules --help`");
        return exit_code::kUsage;
    }
    Coverage coverage;
    if (const int code = load_coverage(options, coverage); code != 0) {
        return code;
    }
    const Paint paint(colour_wanted());
    std::string text;
    for (const RuleInfo& rule : all_rules()) {
        const bool selected =
            options.ids.empty() ||
            std::any_of(options.ids.begin(), options.ids.end(), [&](const std::string& pattern) {
                return id_matches(pattern, std::string(rule.id));
            });
        if (selected && !(options.uncovered && coverage.covers(rule.id))) {
            text += options.format == Format::kHuman ? rule_text(rule, coverage, paint)
                                                     : rule_json(rule, coverage);
        }
    }
    if (text.empty() && !options.uncovered) {
        complain("no rule is selected; see `epollcheck rules`");
        return exit_code::kNothingSelected;
    }
    print(options.format == Format::kHuman ? text + totals_text(coverage) : text);
    return exit_code::kConforms;
}

}  // namespace

RunVerb add_rules_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<RulesOptions>();
    command.footer(kFooter);
    command.add_option("ids", options->ids, "ids of rules, or patterns with * and ?")
        ->option_text("R-...");
    command
        .add_option("--exercised", options->exercised,
                    "also show which cases of a run exercised each rule\n"
                    "(results as JSON lines)")
        ->option_text("RESULTS.jsonl");
    command.add_flag("--uncovered", options->uncovered,
                     "only rules that no case cites, or that the run did not\n"
                     "exercise");
    add_format_option(command, options->format);
    add_cases_option(command, options->cases);
    CLI::Option* coverage =
        command
            .add_option("--coverage", options->runs,
                        "sum up which rules within reach these runs exercised;\n"
                        "without runs, what the cases exercise in the model")
            ->option_text("[RESULTS.jsonl...]")
            ->expected(0, -1);
    for (const char* other : {"ids", "--exercised", "--uncovered", "--format"}) {
        coverage->excludes(command.get_option(other));
    }
    return [options, coverage] {
        return coverage->count() > 0 ? show_coverage(*options) : show_rules(*options);
    };
}

}  // namespace epollcheck
