// Expectations: the deviations of a target that somebody knows of, with a reason for each.
//
// They stand in a file per target (harness/targets/expectations/TARGET.toml), so that a run says
// what is new. An entry names a case, or a cause (rule, operation, observed class), or both:
//
//     [[deviation]]
//     case = "edge/*"              # an id, or a pattern with * and ?
//     rule = "R-C13"
//     operation = "epoll_wait"
//     observed = "missing-event"   # a class of harness/check/cause.h, with or without its detail
//     status = "fails"             # or "crashes", or "flaky": it may or may not happen
//     reason = "events of pipes are lost"
//     link = "https://..."

#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "reports/results.h"

namespace epollcheck {

enum class ExpectedStatus : std::uint8_t {
    kFails,
    kCrashes,
    kFlaky,  // fails, crashes or passes; never stale
};

/// "fails", "crashes" or "flaky".
std::string_view expected_status_name(ExpectedStatus status);

/// One entry. An empty selector selects everything; not all of them are empty.
struct Expectation {
    std::string case_id;  // may be a pattern
    std::string rule;
    std::string operation;
    std::string observed;
    ExpectedStatus status = ExpectedStatus::kFails;
    std::string reason;  // never empty
    std::string link;
    int line = 0;       // of its [[deviation]], from 1
    int last_line = 0;  // of its last key; each key is on one line

    /// How people are told of it: its selectors, "edge/* R-C13 epoll_wait missing-event".
    [[nodiscard]] std::string name() const;
    /// Why it is expected, for people: the reason, with the link behind it.
    [[nodiscard]] std::string explanation() const;
    /// True if it names exactly one case.
    [[nodiscard]] bool is_of_one_case() const;
    /// True if it speaks of the case with this id, whatever happened to it.
    [[nodiscard]] bool speaks_of(const std::string& id) const;
    /// True if the failure or crash of `result` is what is expected.
    [[nodiscard]] bool is_met_by(const CaseResult& result) const;
};

struct Expectations {
    std::string file;  // for messages; empty: there is none
    std::vector<Expectation> entries;
};

/// Why a file holds no expectations: "FILE:LINE: error: REASON", or "cannot read FILE: REASON".
struct ExpectationsError {
    std::string text;
};

/// The expectations in `text`; `file_name` stands in errors.
std::variant<Expectations, ExpectationsError> parse_expectations(std::string_view text,
                                                                 const std::string& file_name);

/// The whole of the file at `path`, or why it cannot be read.
std::variant<std::string, ExpectationsError> read_expectations_text(const std::string& path);

/// The expectations in the file at `path`.
std::variant<Expectations, ExpectationsError> load_expectations(const std::string& path);

}  // namespace epollcheck
