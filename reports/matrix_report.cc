// Matrix report. See matrix_report.h.

#include "reports/matrix_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/findings.h"
#include "reports/numbered_program.h"
#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr std::size_t kWidth = 100;     // columns
constexpr std::size_t kMostCases = 10;  // that are listed one by one

/// The cases of one topic on one target.
struct Cell {
    std::size_t ran = 0;  // all but the skipped ones
    std::size_t passed = 0;
    std::size_t known = 0;
    std::size_t problems = 0;
    std::size_t doubtful = 0;  // inconclusive, or an error

    void count(const CaseResult& result) {
        ran += result.status == CaseStatus::kSkipped ? 0 : 1;
        passed += result.status == CaseStatus::kPassed ? 1 : 0;
        known += result.is_known() ? 1 : 0;
        problems += result.is_problem() ? 1 : 0;
        doubtful +=
            result.status == CaseStatus::kInconclusive || result.status == CaseStatus::kError ? 1
                                                                                              : 0;
    }

    [[nodiscard]] std::string text() const {
        if (ran == 0) {
            return "-";
        }
        return fmt::format("{} {}/{}",
                           problems > 0   ? 'x'
                           : doubtful > 0 ? '?'
                           : known > 0    ? '~'
                                          : '+',
                           passed, ran);
    }

    [[nodiscard]] std::string painted(std::size_t width, const Paint& paint) const {
        const std::string padded = fmt::format("{:<{}}", text(), width);
        if (ran == 0) {
            return paint.dim(padded);
        }
        return problems > 0           ? paint.bad(padded)
               : doubtful + known > 0 ? paint.bold(padded)
                                      : paint.good(padded);
    }
};

std::size_t count_operations(const CaseResult& result) {
    std::size_t operations = 0;
    for (const ProgramLine& line : numbered_program(result.program)) {
        operations = std::max(operations, line.step);
    }
    return operations;
}

class MatrixPrinter {
public:
    MatrixPrinter(std::span<const Results> runs, bool colour) : runs_(runs), paint_(colour) {
        for (const Results& run : runs_) {
            name_width_ = std::max(name_width_, run.header.target.size());
        }
    }

    std::string print() {
        print_targets();
        print_matrix();
        print_causes();
        print_stale();
        print_differences();
        return std::move(text_);
    }

private:
    void print_targets() {
        for (const Results& run : runs_) {
            const RunHeader& header = run.header;
            RunSummary counted = count_cases(run.cases);
            counted.stale = run.stale.size();
            const std::size_t failures =
                counted.count(CaseStatus::kFailed) + counted.count(CaseStatus::kCrashed);
            const bool bad = failures > counted.expected || counted.stale > 0 ||
                             counted.count(CaseStatus::kError) > 0 || run.cut_short();
            std::string counts = counts_text(counted);
            if (run.cut_short()) {
                counts += fmt::format("; cut short, {} of {} cases ran", run.cases.size(),
                                      header.selected);
            }
            text_ += fmt::format("{}  {}", paint_.bold(padded(header.target)),
                                 bad ? paint_.bad(counts) : paint_.good(counts));
            if (run.summary) {
                text_ += fmt::format(" in {:.2f} s",
                                     static_cast<double>(run.summary->duration_us) / 1e6);
            }
            text_ += "\n";
            if (!header.kernel.empty()) {
                text_ +=
                    fmt::format("{}  {}, profile {}, tier {}, seed {}\n", padded(""), header.kernel,
                                header.profile, tier_name(header.tier), header.seed);
            }
        }
    }

    void print_matrix() {
        std::map<std::string, std::vector<Cell>> rows;
        std::vector<Cell> total(runs_.size());
        std::size_t topic_width = std::string_view("topic").size();
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            for (const CaseResult& result : runs_[i].cases) {
                const std::string topic =
                    topic_of(result).empty() ? "(no topic)" : topic_of(result);
                topic_width = std::max(topic_width, topic.size());
                auto& row = rows.try_emplace(topic, runs_.size()).first->second;
                row[i].count(result);
                total[i].count(result);
            }
        }
        text_ += fmt::format("\n{:<{}}", "topic", topic_width);
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            text_ += "  " + paint_.bold(fmt::format("{:<{}}", runs_[i].header.target,
                                                    column_width(total[i], i)));
        }
        text_ += "\n";
        for (const auto& [topic, row] : rows) {
            print_row(topic, topic_width, row, total);
        }
        print_row("total", topic_width, total, total);
        text_ +=
            "+ all passed   x new deviations   ~ known ones only   ? not all could be judged   "
            "- skipped\n";
    }

    /// Of the column of a run, whose widest cell is the last one; 0 for what ends the line.
    [[nodiscard]] std::size_t column_width(const Cell& widest, std::size_t run) const {
        return run + 1 == runs_.size()
                   ? 0
                   : std::max(runs_[run].header.target.size(), widest.text().size());
    }

    void print_row(const std::string& topic, std::size_t topic_width, const std::vector<Cell>& row,
                   const std::vector<Cell>& total) {
        std::string line = fmt::format("{:<{}}", topic, topic_width);
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += "  " + row[i].painted(column_width(total[i], i), paint_);
        }
        text_ += line + "\n";
    }

    void print_causes() {
        for (const Results& run : runs_) {
            std::vector<Finding> findings = findings_of(run.cases);
            std::stable_sort(
                findings.begin(), findings.end(), [](const Finding& left, const Finding& right) {
                    return left.known() != right.known() ? right.known()
                                                         : left.cases.size() > right.cases.size();
                });
            if (findings.empty()) {
                continue;
            }
            text_ += "\n" + paint_.bold(fmt::format("Why {} deviates", run.header.target)) +
                     ", each with its smallest case:\n";
            for (const Finding& finding : findings) {
                print_cause(run, finding);
            }
        }
    }

    void print_cause(const Results& run, const Finding& finding) {
        const CaseResult& smallest = *finding.cases.front();
        const std::string cause = finding.cause.empty() ? "(no common cause)" : finding.cause;
        text_ += fmt::format("{:>6}  {}\n", finding.cases.size(),
                             finding.known() ? cause : paint_.bad(cause));
        const std::size_t operations = count_operations(smallest);
        text_ += fmt::format("        {} ({} operation{})\n", smallest.id, operations,
                             operations == 1 ? "" : "s");
        if (finding.known()) {
            text_ += wrap("known: " + smallest.expected, "        ", "        ", kWidth);
        } else {
            text_ += paint_.dim(fmt::format("        epollcheck replay {} --target {}", smallest.id,
                                            run.header.target)) +
                     "\n";
        }
    }

    void print_stale() {
        for (const Results& run : runs_) {
            for (const StaleRecord& stale : run.stale) {
                text_ += fmt::format("\n{} on {}: {}\n", paint_.bad("STALE"), run.header.target,
                                     stale.entry);
                text_ += wrap("expected, but did not happen: " + stale.reason, "        ",
                              "        ", kWidth);
            }
        }
    }

    /// Cases that ran on several targets and were not answered alike.
    void print_differences() {
        std::map<std::string, std::vector<const CaseResult*>> by_case;
        for (const Results& run : runs_) {
            for (const CaseResult& result : run.cases) {
                if (!result.answers.empty()) {
                    by_case[result.id].push_back(&result);
                }
            }
        }
        std::vector<std::string> deviating;
        std::vector<std::string> allowed;
        for (const auto& [id, results] : by_case) {
            const auto other = [&first = *results.front()](const CaseResult* result) {
                return result->answers != first.answers;
            };
            if (std::any_of(results.begin(), results.end(), other)) {
                const bool bad =
                    std::any_of(results.begin(), results.end(), [](const CaseResult* result) {
                        return result->is_problem() || result->is_known();
                    });
                (bad ? deviating : allowed).push_back(id);
            }
        }
        print_ids("answered differently, and not as allowed by all", deviating);
        print_ids("answered differently, each time as allowed", allowed);
        const std::vector<std::string>& shown = deviating.empty() ? allowed : deviating;
        if (!shown.empty()) {
            std::string command = "epollcheck compare " + shown.front();
            for (const Results& run : runs_) {
                command += " --target " + run.header.target;
            }
            text_ += paint_.dim("        " + command) + "\n";
        }
    }

    void print_ids(const char* what, const std::vector<std::string>& ids) {
        if (ids.empty()) {
            return;
        }
        std::string text =
            fmt::format("{} case{} {}:", ids.size(), ids.size() == 1 ? "" : "s", what);
        for (std::size_t i = 0; i < std::min(ids.size(), kMostCases); ++i) {
            text += " " + ids[i];
        }
        text += ids.size() > kMostCases ? " ..." : "";
        text_ += "\n" + wrap(text, "", "        ", kWidth);
    }

    [[nodiscard]] std::string padded(const std::string& name) const {
        return fmt::format("{:<{}}", name, name_width_);
    }

    std::span<const Results> runs_;
    Paint paint_;
    std::size_t name_width_ = 0;
    std::string text_;
};

}  // namespace

std::string matrix_report(std::span<const Results> runs, bool colour) {
    return MatrixPrinter(runs, colour).print();
}

}  // namespace epollcheck
