// The expectations of a target: from the file that the command line names, or from its own.

#pragma once

#include <optional>
#include <string>

#include "harness/cli/open_target.h"
#include "harness/expectations/expectations.h"

namespace epollcheck {

/// Where the expectations of a target are: in the file that its description names, else in
/// expectations/NAME.toml beside the descriptions. The file need not exist.
std::string own_expectations_file(const TargetChoice& choice);

/// What the options say about expectations.
struct ExpectationsChoice {
    std::string file;   // --expectations; empty: the target's own, if it exists
    bool none = false;  // --no-expectations
};

/// The expectations for a target. If a file is wrong, says so and returns nothing; the
/// exit code is then kUsage.
std::optional<Expectations> choose_expectations(const ExpectationsChoice& choice,
                                                const TargetChoice& target);

/// The same with those in NAME.fuzz.toml beside the target's own: they name findings of `fuzz`,
/// which no case has.
std::optional<Expectations> choose_fuzz_expectations(const ExpectationsChoice& choice,
                                                     const TargetChoice& target);

}  // namespace epollcheck
