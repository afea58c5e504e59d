// Update: writes into a file of expectations what a run has found, and leaves alone what people
// wrote there.
//
// The file is edited line by line and never printed anew: comments, order, spelling and the reasons
// of the entries that stay are untouched. New entries are appended; of stale ones the lines go, but
// not the comments on them and between them. An update with the same results again changes nothing.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/expectations/outcome.h"

namespace epollcheck {

struct UpdateOptions {
    bool by_cause = false;  // new entries name causes (where there is one), not cases
    RunScope scope = RunScope::kSingleCases;
};

struct Update {
    std::string text;                // of the file afterwards
    std::vector<std::string> added;  // names of the entries
    std::vector<std::string> removed;
};

/// The update of the file that contains `text` by the results of one or several runs of the target.
/// What fails in some of them and passes in others is entered as flaky. The error is one of `text`.
std::variant<Update, ExpectationsError> update_expectations(std::string_view text,
                                                            const std::string& file_name,
                                                            std::span<const CaseResult> results,
                                                            const UpdateOptions& options);

}  // namespace epollcheck
