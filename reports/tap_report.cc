// TAP 14 report. See tap_report.h.

#include "reports/tap_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace epollcheck {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        lines.push_back(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
    }
    return lines;
}

/// A description of a test point: `#` would start a directive, and `\` escapes.
std::string escaped(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        if (letter == '#' || letter == '\\') {
            result += '\\';
        }
        result += letter == '\n' ? ' ' : letter;
    }
    return result;
}

/// A scalar of YAML in double quotes, which can hold everything.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') {
            result += '\\';
            result += letter;
        } else if (letter == '\n') {
            result += "\\n";
        } else if (static_cast<unsigned char>(letter) < 0x20) {
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
        } else {
            result += letter;
        }
    }
    return result + "\"";
}

/// The diagnostics of one case, as a block of YAML, within the subset that prove(1) reads.
class Diagnostics {
public:
    explicit Diagnostics(const CaseResult& result) : result_(result) {}

    std::string print() {
        line(0, "---");
        line(0, "tier: {}", tier_name(result_.tier));
        if (!result_.reason.empty()) {
            line(0, "message: {}", quoted(result_.reason));
        }
        if (!result_.cause.empty()) {
            line(0, "cause: {}", quoted(result_.cause));
        }
        if (result_.deviation) {
            print_deviation(*result_.deviation);
        }
        if (!result_.disagreements.empty()) {
            line(0, "disagreements:");
            for (const DisagreementRecord& record : result_.disagreements) {
                line(1, "- between: {}", record.between);
                line(1, "  step: {}", record.step);
                line(1, "  text: {}", quoted(record.text));
            }
        }
        line(0, "duration_ms: {:.3f}", static_cast<double>(result_.duration_us) / 1e3);
        line(0, "program: |");
        for (const std::string_view text : lines_of(result_.program)) {
            if (!text.empty()) {  // a blank line would end the block for prove(1)
                line(1, "{}", text);
            }
        }
        line(0, "...");
        return text_;
    }

private:
    template <typename... Arguments>
    void line(int depth, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        const std::string text = fmt::format(format, std::forward<Arguments>(arguments)...);
        text_ += std::string(2 + 2 * depth, ' ') + text + "\n";
    }

    void list(int depth, const char* key, const std::vector<std::string>& elements) {
        line(depth, "{}:{}", key, elements.empty() ? " []" : "");
        for (const std::string& element : elements) {
            line(depth + 2, "- {}", quoted(element));
        }
    }

    void print_deviation(const DeviationRecord& deviation) {
        line(0, "deviation:");
        line(1, "tier: {}", tier_name(deviation.tier));
        line(1, "step: {}", deviation.step);
        line(1, "operation: {}", quoted(deviation.operation));
        line(1, "observed: {}", quoted(deviation.observed));
        line(1, "findings:");
        for (const TierFinding& finding : deviation.findings) {
            line(2, "- tier: {}", tier_name(finding.tier));
            line(2, "  permits: {}", finding.permits);
            line(2, "  step: {}", finding.step);
            line(2, "  observed: {}", quoted(finding.observed));
            list(2, "  allowed", finding.allowed);
            line(2, "  allowed_complete: {}", finding.allowed_complete);
            list(2, "  rules", finding.rules);
        }
        line(1, "rules:{}", deviation.rules.empty() ? " []" : "");
        for (const QuotedRule& rule : deviation.rules) {
            line(2, "- id: {}", rule.id);
            line(2, "  text: {}", quoted(rule.text));
        }
    }

    const CaseResult& result_;
    std::string text_;
};

}  // namespace

std::string tap_test_point(const CaseResult& result, std::size_t number) {
    const bool failed =
        result.is_problem() || result.is_known() || result.status == CaseStatus::kError;
    const bool skipped =
        result.status == CaseStatus::kSkipped || result.status == CaseStatus::kInconclusive;
    std::string text =
        fmt::format("{} {} - {}", failed ? "not ok" : "ok", number, escaped(result.id));
    if (!result.title.empty()) {
        text += ": " + escaped(result.title);
    }
    if (skipped) {
        text += fmt::format(" # SKIP {}{}",
                            result.status == CaseStatus::kInconclusive ? "inconclusive: " : "",
                            escaped(result.reason));
    }
    if (result.is_known()) {
        text += " # TODO " + escaped(result.expected);
    }
    text += "\n";
    return failed ? text + Diagnostics(result).print() : text;
}

namespace {

/// Plan, comments and test points of one run.
std::string run_points(const Results& results) {
    const RunHeader& header = results.header;
    std::string text = fmt::format("1..{}\n", header.selected + results.stale.size());
    text += fmt::format("# epollcheck {} on {}, profile {}, tier {}\n# seed {}\n", header.version,
                        header.kernel, header.profile, tier_name(header.tier), header.seed);
    std::size_t number = 0;
    for (const CaseResult& result : results.cases) {
        text += tap_test_point(result, ++number);
    }
    for (const StaleRecord& stale : results.stale) {
        text += fmt::format("not ok {} - stale expectation {}\n  ---\n  message: {}\n  ...\n",
                            ++number, escaped(stale.entry),
                            quoted("expected, but did not happen: " + stale.reason));
    }
    return text;
}

std::string cut_short_text(const Results& results) {
    return fmt::format("cut short after {} of {} cases", results.cases.size(),
                       results.header.selected);
}

bool is_good(const Results& results) {
    const RunSummary counted = count_cases(results.cases);
    return counted.count(CaseStatus::kFailed) + counted.count(CaseStatus::kCrashed) ==
               counted.expected &&
           counted.count(CaseStatus::kError) == 0 && results.stale.empty() && !results.cut_short();
}

std::string indented(const std::string& text) {
    std::string result;
    for (const std::string_view line : lines_of(text)) {
        result += fmt::format("    {}\n", line);
    }
    return result;
}

}  // namespace

std::string tap_report(const Results& results) {
    return "TAP version 14\n" + run_points(results) +
           (results.cut_short() ? "Bail out! " + cut_short_text(results) + "\n" : "");
}

std::string tap_report(std::span<const Results> runs) {
    if (runs.size() == 1) {
        return tap_report(runs.front());
    }
    std::string text = fmt::format("TAP version 14\n1..{}\n", runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Results& results = runs[i];
        text += fmt::format("# Subtest: {}\n", escaped(results.header.target));
        text += indented(run_points(results) +  // `Bail out!` would end the other targets, too
                         (results.cut_short() ? "# " + cut_short_text(results) + "\n" : ""));
        text += fmt::format("{} {} - {}\n", is_good(results) ? "ok" : "not ok", i + 1,
                            escaped(results.header.target));
    }
    return text;
}

}  // namespace epollcheck
