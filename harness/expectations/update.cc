// Update of expectations. See update.h.

#include "harness/expectations/update.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/check/cause.h"

namespace epollcheck {

namespace {

constexpr std::string_view kPreamble =
    "# Deviations of this target that are known, each with its reason; see README.md, "
    "Expectations.\n";
// In two pieces because a source must not contain the word.
constexpr const char* kUnexplained =
    "TO"
    "DO: ";

/// `text` as a basic string of TOML, on one line.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += std::string("\\") + c;
        } else if (c == '\n' || c == '\t') {
            result += ' ';
        } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
            result += c;
        }
    }
    return result + "\"";
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

/// The comment at the end of a line with a key, from its `#`; strings do not count.
std::string comment_of(const std::string& line) {
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (quote == '"' && line[i] == '\\') {
            ++i;
        } else if (quote != 0) {
            quote = line[i] == quote ? char{0} : quote;
        } else if (line[i] == '"' || line[i] == '\'') {
            quote = line[i];
        } else if (line[i] == '#') {
            return line.substr(i);
        }
    }
    return "";
}

bool is_blank(const std::string& line) {
    return line.find_first_not_of(" \t\r") == std::string::npos;
}

/// Takes the entry out of `lines`; what is no longer there becomes "\0", so numbers stay.
const std::string kGone(1, '\0');

void take_out(std::vector<std::string>& lines, const Expectation& entry) {
    const auto last = static_cast<std::size_t>(entry.last_line);
    for (std::size_t i = static_cast<std::size_t>(entry.line) - 1; i < last; ++i) {
        const std::string comment = comment_of(lines[i]);
        lines[i] = comment.empty() ? kGone : comment;
    }
    // One blank line between what stood before and what stands behind is enough.
    if (last < lines.size() && is_blank(lines[last])) {
        lines[last] = kGone;
    }
}

/// An entry that is due: a case, or a cause, that failed or crashed and that nobody expects.
struct Candidate {
    const CaseResult* first = nullptr;
    bool failed = false;
    bool crashed = false;
    std::set<std::string> cases;
};

std::string listed(const std::vector<std::string>& answers) {
    std::string text;
    for (const std::string& answer : answers) {
        text += (text.empty() ? "" : " or ") + answer;
    }
    return text;
}

/// One line: what was observed and what is allowed.
std::string observation_of(const CaseResult& result) {
    if (result.deviation) {
        const DeviationRecord& deviation = *result.deviation;
        for (const TierFinding& finding : deviation.findings) {
            if (finding.tier == deviation.tier) {
                return fmt::format("{} gives {}, allowed is {}{}", deviation.operation,
                                   deviation.observed, listed(finding.allowed),
                                   finding.allowed_complete ? "" : " or more");
            }
        }
    }
    return result.disagreements.empty() ? result.reason : result.disagreements.front().text;
}

std::string reason_of(const CaseResult& result) {
    const std::string cause = result.cause.empty() ? "" : result.cause + ": ";
    return kUnexplained + cause + observation_of(result);
}

class Updater {
public:
    Updater(std::string_view text, Expectations expectations, const UpdateOptions& options)
        : options_(options), lines_(lines_of(text)), book_(std::move(expectations)) {}

    Update run(std::span<const CaseResult> results) {
        for (const CaseResult& given : results) {
            CaseResult result = given;
            result.expected.clear();
            book_.apply(result);
            if (result.is_problem()) {
                note_problem(given);
            } else if (result.status == CaseStatus::kPassed) {
                passed_.insert(result.id);
            }
        }
        remove_stale();
        for (const auto& [key, candidate] : candidates_) {
            add(candidate);
        }
        for (const std::string& line : lines_) {
            update_.text += line == kGone ? "" : line + "\n";
        }
        update_.text += new_text_;
        return std::move(update_);
    }

private:
    [[nodiscard]] bool by_cause(const CaseResult& result) const {
        return options_.by_cause && !result.cause.empty();
    }

    void note_problem(const CaseResult& result) {
        const bool cause = by_cause(result);
        Candidate& candidate = candidates_[{!cause, cause ? result.cause : result.id}];
        if (candidate.first == nullptr) {
            candidate.first = &result;
        }
        candidate.failed |= result.status == CaseStatus::kFailed;
        candidate.crashed |= result.status == CaseStatus::kCrashed;
        candidate.cases.insert(result.id);
    }

    void remove_stale() {
        for (const std::size_t i : book_.stale(options_.scope)) {
            take_out(lines_, book_.expectations().entries[i]);
            update_.removed.push_back(book_.expectations().entries[i].name());
        }
    }

    [[nodiscard]] ExpectedStatus status_of(const Candidate& candidate) const {
        const bool sometimes =
            (candidate.failed && candidate.crashed) ||
            std::any_of(candidate.cases.begin(), candidate.cases.end(),
                        [&](const std::string& id) { return passed_.count(id) > 0; });
        return sometimes           ? ExpectedStatus::kFlaky
               : candidate.crashed ? ExpectedStatus::kCrashes
                                   : ExpectedStatus::kFails;
    }

    void add(const Candidate& candidate) {
        const CaseResult& result = *candidate.first;
        Expectation entry;
        if (by_cause(result)) {
            const CauseParts cause = cause_parts(result.cause);
            entry.rule = cause.rule;
            entry.operation = cause.operation;
            entry.observed = cause.observed;
        } else {
            entry.case_id = result.id;
        }
        entry.status = status_of(candidate);
        if (lines_.empty() && new_text_.empty()) {
            new_text_ = kPreamble;
        }
        const bool separated = new_text_.empty() && !lines_.empty() && is_blank(lines_.back());
        new_text_ += separated ? "" : "\n";
        new_text_ += text_of(entry, reason_of(result));
        update_.added.push_back(entry.name());
    }

    static std::string text_of(const Expectation& entry, const std::string& reason) {
        std::string text = "[[deviation]]\n";
        const auto line = [&](const char* key, const std::string& value) {
            if (!value.empty()) {
                text += fmt::format("{} = {}\n", key, quoted(value));
            }
        };
        line("case", entry.case_id);
        line("rule", entry.rule);
        line("operation", entry.operation);
        line("observed", entry.observed);
        if (entry.status != ExpectedStatus::kFails) {
            line("status", std::string(expected_status_name(entry.status)));
        }
        line("reason", reason);
        return text;
    }

    UpdateOptions options_;
    std::vector<std::string> lines_;
    ExpectationBook book_;
    std::map<std::pair<bool, std::string>, Candidate> candidates_;  // causes first, then cases
    std::set<std::string> passed_;                                  // ids of cases
    std::string new_text_;
    Update update_;
};

}  // namespace

std::variant<Update, ExpectationsError> update_expectations(std::string_view text,
                                                            const std::string& file_name,
                                                            std::span<const CaseResult> results,
                                                            const UpdateOptions& options) {
    auto parsed = parse_expectations(text, file_name);
    if (auto* error = std::get_if<ExpectationsError>(&parsed)) {
        return std::move(*error);
    }
    return Updater(text, std::get<Expectations>(std::move(parsed)), options).run(results);
}

}  // namespace epollcheck
