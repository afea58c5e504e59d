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

/// What happened to one case in all runs.
struct CaseHistory {
    const CaseResult* failure = nullptr;  // the first one that nobody expects
    bool failed = false;
    bool crashed = false;
    bool passed = false;
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
            note(given, !result.expected.empty());
        }
        remove_stale();
        for (const auto& [id, history] : cases_) {
            if (history.failure != nullptr) {
                add(history);
            }
        }
        for (const std::string& line : lines_) {
            update_.text += line == kGone ? "" : line + "\n";
        }
        update_.text += new_text_;
        return std::move(update_);
    }

private:
    void note(const CaseResult& result, bool expected) {
        CaseHistory& history = cases_[result.id];
        history.passed |= result.status == CaseStatus::kPassed;
        history.failed |= result.status == CaseStatus::kFailed;
        history.crashed |= result.status == CaseStatus::kCrashed;
        const bool bad =
            result.status == CaseStatus::kFailed || result.status == CaseStatus::kCrashed;
        if (bad && !expected && history.failure == nullptr) {
            history.failure = &result;
        }
    }

    void remove_stale() {
        for (const std::size_t i : book_.stale(options_.scope)) {
            take_out(lines_, book_.expectations().entries[i]);
            update_.removed.push_back(book_.expectations().entries[i].name());
        }
    }

    void add(const CaseHistory& history) {
        const CaseResult& result = *history.failure;
        Expectation entry;
        const CauseParts cause = cause_parts(result.cause);
        if (options_.by_cause && !result.cause.empty()) {
            entry.rule = cause.rule;
            entry.operation = cause.operation;
            entry.observed = cause.observed;
        } else {
            entry.case_id = result.id;
        }
        const bool sometimes = history.passed || (history.failed && history.crashed);
        entry.status = sometimes         ? ExpectedStatus::kFlaky
                       : history.crashed ? ExpectedStatus::kCrashes
                                         : ExpectedStatus::kFails;
        if (!names_.insert(entry.name()).second) {
            return;  // another case of a cause that has its entry
        }
        if (lines_.empty() && new_text_.empty()) {
            new_text_ = kPreamble;
        }
        new_text_ += new_text_.empty() && is_blank(lines_.back()) ? "" : "\n";
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
    std::map<std::string, CaseHistory> cases_;
    std::set<std::string> names_;  // of new entries
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
