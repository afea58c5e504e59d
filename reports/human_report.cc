// Human report. See human_report.h.

#include "reports/human_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

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
        line("{} {}  (tier {})", paint_.status(result_.status), paint_.bold(id),
             tier_name(result_.tier));
        wrapped("  ", result_.title);
        if (!result_.reason.empty()) {
            wrapped("  ", fmt::format("{}: {}", status_name(result_.status), result_.reason));
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

std::string topic_of(const CaseResult& result) {
    const std::size_t slash = result.id.find('/');
    return slash == std::string::npos ? "(no topic)" : result.id.substr(0, slash);
}

std::string topic_lines(const std::vector<CaseResult>& cases, const Paint& paint) {
    std::map<std::string, std::vector<CaseResult>> topics;
    std::size_t width = 0;
    for (const CaseResult& result : cases) {
        CaseResult status_only;
        status_only.status = result.status;
        topics[topic_of(result)].push_back(status_only);
        width = std::max(width, topic_of(result).size());
    }
    std::string text;
    for (const auto& [topic, members] : topics) {
        const RunSummary summary = count_cases(members);
        const bool good =
            summary.count(CaseStatus::kFailed) == 0 && summary.count(CaseStatus::kError) == 0;
        const std::string counts = counts_text(summary);
        text += fmt::format("{:<{}}  {}\n", topic, width,
                            good ? paint.good(counts) : paint.bad(counts));
    }
    return text;
}

/// Why each skipped case was skipped; cases with the same reason share a line.
std::string skip_lines(const std::vector<CaseResult>& cases) {
    std::map<std::string, int> reasons;
    for (const CaseResult& result : cases) {
        if (result.status == CaseStatus::kSkipped) {
            ++reasons[result.reason];
        }
    }
    std::string text;
    for (const auto& [reason, count] : reasons) {
        text += wrap(fmt::format("{} skipped: {}", count, reason), "", "    ", kWidth);
    }
    return text;
}

}  // namespace

std::string human_case(const CaseResult& result, bool colour) {
    return CasePrinter(result, colour).print();
}

std::string human_report(const Results& results, bool colour) {
    const Paint paint(colour);
    std::string text;
    for (const CaseResult& result : results.cases) {
        if (result.status != CaseStatus::kPassed && result.status != CaseStatus::kSkipped) {
            text += human_case(result, colour);
        }
    }
    text += topic_lines(results.cases, paint) + skip_lines(results.cases);
    const RunHeader& header = results.header;
    text += fmt::format("{}, profile {}, tier {}, seed {}\n", header.kernel, header.profile,
                        tier_name(header.tier), header.seed);
    const RunSummary counted = count_cases(results.cases);
    const bool good = counted.count(CaseStatus::kPassed) == results.cases.size();
    const std::string totals =
        fmt::format("{} case{}: {}", results.cases.size(), results.cases.size() == 1 ? "" : "s",
                    counts_text(counted));
    text += good ? paint.good(totals) : paint.bold(totals);
    if (results.summary) {
        text +=
            fmt::format(" in {:.2f} s", static_cast<double>(results.summary->duration_us) / 1e6);
    }
    text += "\n";
    if (!results.summary || results.cases.size() < header.selected) {
        text += fmt::format("cut short: {} of {} selected cases ran\n", results.cases.size(),
                            header.selected);
    }
    return text;
}

}  // namespace epollcheck
