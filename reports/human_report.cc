// Human report. See human_report.h.

#include "reports/human_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/findings.h"
#include "reports/numbered_program.h"
#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr std::size_t kWidth = 100;  // columns

class CasePrinter {
public:
    CasePrinter(const CaseResult& result, bool colour) : result_(result), paint_(colour) {}

    std::string print() {
        const std::string id = result_.id.empty() ? "the program" : result_.id;
        line("{} {}  (tier {})", result_.is_known() ? "KNOWN" : paint_.status(result_.status),
             paint_.bold(id), tier_name(result_.tier));
        wrapped("  ", result_.title);
        if (!result_.reason.empty()) {
            wrapped("  ", fmt::format("{}: {}", status_name(result_.status), result_.reason));
        }
        if (result_.is_known()) {
            wrapped("  ", "known: " + result_.expected);
        }
        print_program();
        if (!result_.disagreements.empty() || result_.deviation) {
            print_disagreements();
            print_rules();
            line("");
        }
        return text_;
    }

private:
    template <typename... Arguments>
    void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        text_ += fmt::format(format, std::forward<Arguments>(arguments)...) + "\n";
    }

    void wrapped(const std::string& indent, const std::string& text) {
        if (!text.empty()) {
            text_ += wrap(text, indent, indent, kWidth);
        }
    }

    void print_program() {
        const std::set<std::size_t> marked = marked_steps();
        line("");
        for (const ProgramLine& program_line : numbered_program(result_.program)) {
            const bool mark = marked.count(program_line.step) > 0;
            const std::string number =
                program_line.step > 0 ? std::to_string(program_line.step) : "";
            const std::string text =
                program_line.text.empty()
                    ? ""
                    : fmt::format("{} {:>4}  {}", mark ? "-->" : "   ", number, program_line.text);
            line("{}", mark ? paint_.bold(text) : text);
            if (mark) {
                print_findings(program_line.step);
            }
        }
        line("");
    }

    [[nodiscard]] std::set<std::size_t> marked_steps() const {
        std::set<std::size_t> steps;
        for (const DisagreementRecord& disagreement : result_.disagreements) {
            steps.insert(disagreement.step);
        }
        if (result_.deviation) {
            for (const TierFinding& finding : result_.deviation->findings) {
                steps.insert(finding.step);
            }
        }
        return steps;
    }

    void print_findings(std::size_t step) {
        if (!result_.deviation) {
            return;
        }
        bool first = true;
        for (const TierFinding& finding : result_.deviation->findings) {
            if (finding.step != step) {
                continue;
            }
            if (first) {
                line("          observed: {}", paint_.bad(finding.observed));
                first = false;
            }
            std::string allowed;
            for (const std::string& answer : finding.allowed) {
                allowed += (allowed.empty() ? "" : " or ") + answer;
            }
            allowed += finding.allowed_complete ? "" : " or others";
            text_ += wrap(fmt::format("tier {} {}: {}", tier_name(finding.tier),
                                      finding.permits            ? "permits it, as it allows"
                                      : finding.allowed_complete ? "allows only"
                                                                 : "allows",
                                      allowed),
                          "          ", "              ", kWidth);
        }
    }

    void print_disagreements() {
        for (const DisagreementRecord& disagreement : result_.disagreements) {
            text_ += wrap(fmt::format("step {}: {} disagree: {}", disagreement.step,
                                      disagreement.between, disagreement.text),
                          "  ", "    ", kWidth);
        }
    }

    void print_rules() {
        if (!result_.deviation || result_.deviation->rules.empty()) {
            return;
        }
        line("  rules:");
        for (const QuotedRule& rule : result_.deviation->rules) {
            text_ +=
                wrap(fmt::format("{:<8} {}", rule.id, rule.text), "    ", "             ", kWidth);
        }
    }

    const CaseResult& result_;
    Paint paint_;
    std::string text_;
};

std::string topic_lines(const std::vector<CaseResult>& cases, const Paint& paint) {
    std::map<std::string, std::vector<CaseResult>> topics;
    std::size_t width = 0;
    for (const CaseResult& result : cases) {
        CaseResult status_only;
        status_only.status = result.status;
        status_only.expected = result.expected;
        const std::string topic = topic_of(result).empty() ? "(no topic)" : topic_of(result);
        topics[topic].push_back(status_only);
        width = std::max(width, topic.size());
    }
    std::string text;
    for (const auto& [topic, members] : topics) {
        const RunSummary summary = count_cases(members);
        const bool good =
            summary.count(CaseStatus::kFailed) + summary.count(CaseStatus::kCrashed) ==
                summary.expected &&
            summary.count(CaseStatus::kError) == 0;
        const std::string counts = counts_text(summary);
        text += fmt::format("{:<{}}  {}\n", topic, width,
                            good ? paint.good(counts) : paint.bad(counts));
    }
    return text;
}

std::string reason_lines(const std::map<std::string, int>& reasons, const char* what) {
    std::string text;
    for (const auto& [reason, count] : reasons) {
        text += wrap(fmt::format("{} {}: {}", count, what, reason), "", "    ", kWidth);
    }
    return text;
}

/// Why failures are known and cases were skipped; those with the same reason share a line.
std::string case_reasons(const std::vector<CaseResult>& cases) {
    std::map<std::string, int> known;
    std::map<std::string, int> skipped;
    for (const CaseResult& result : cases) {
        if (result.is_known()) {
            ++known[result.expected];
        } else if (result.status == CaseStatus::kSkipped) {
            ++skipped[result.reason];
        }
    }
    return reason_lines(known, "known") + reason_lines(skipped, "skipped");
}

std::string stale_lines(const std::vector<StaleRecord>& expectations, const Paint& paint) {
    std::string text;
    for (const StaleRecord& stale : expectations) {
        text += paint.bad("STALE") + " " + paint.bold(stale.entry) + "\n";
        text += wrap("expected, but did not happen: " + stale.reason, "  ", "  ", kWidth);
    }
    return text;
}

/// The finding with its smallest program; that of the others would say the same.
std::string finding_text(const Finding& finding, bool colour) {
    std::string text = human_case(*finding.cases.front(), colour);
    if (finding.cases.size() > 1) {
        std::string others = fmt::format(
            "{} more with the same cause ({}):", finding.cases.size() - 1, finding.cause);
        for (std::size_t i = 1; i < finding.cases.size(); ++i) {
            others += " " + finding.cases[i]->id;
        }
        text += wrap(others, "  ", "    ", kWidth) + "\n";
    }
    return text;
}

/// What a person should look at, in the order in which it happened.
std::string problem_texts(const Results& results, bool colour) {
    std::string text;
    for (const Finding& finding : findings_of(results.cases)) {
        if (!finding.known()) {
            text += finding_text(finding, colour);
        }
    }
    for (const CaseResult& result : results.cases) {
        if (result.status == CaseStatus::kInconclusive || result.status == CaseStatus::kError) {
            text += human_case(result, colour);
        }
    }
    return text;
}

/// "gvisor: gVisor (runsc), Linux 6.1, profile probed, tier exact, seed 7".
std::string header_line(const RunHeader& header) {
    std::string target;
    if (header.target != kDefaultTarget) {
        target = header.target_title.empty()
                     ? header.target + ", "
                     : fmt::format("{}: {}, ", header.target, header.target_title);
    }
    return fmt::format("{}{}, profile {}, tier {}, seed {}\n", target, header.kernel,
                       header.profile, tier_name(header.tier), header.seed);
}

}  // namespace

std::string human_case(const CaseResult& result, bool colour) {
    return CasePrinter(result, colour).print();
}

std::string human_report(const Results& results, bool colour) {
    const Paint paint(colour);
    std::string text = problem_texts(results, colour) + topic_lines(results.cases, paint) +
                       case_reasons(results.cases) + stale_lines(results.stale, paint) +
                       header_line(results.header);
    RunSummary counted = count_cases(results.cases);
    counted.stale = results.stale.size();
    const bool good =
        counted.count(CaseStatus::kPassed) == results.cases.size() && counted.stale == 0;
    const std::string totals =
        fmt::format("{} case{}: {}", results.cases.size(), results.cases.size() == 1 ? "" : "s",
                    counts_text(counted));
    text += good ? paint.good(totals) : paint.bold(totals);
    if (results.summary) {
        text +=
            fmt::format(" in {:.2f} s", static_cast<double>(results.summary->duration_us) / 1e6);
    }
    text += "\n";
    if (results.cut_short()) {
        text += fmt::format("cut short: {} of {} selected cases ran\n", results.cases.size(),
                            results.header.selected);
    }
    return text;
}

std::string human_report(std::span<const Results> runs, bool colour) {
    std::string text;
    for (const Results& results : runs) {
        if (runs.size() > 1) {
            text += (text.empty() ? "" : "\n") +
                    Paint(colour).bold(fmt::format("== {} ==", results.header.target)) + "\n\n";
        }
        text += human_report(results, colour);
    }
    return text;
}

}  // namespace epollcheck
