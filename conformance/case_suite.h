// Case suite: all conformance cases, parsed and checked, either those that the binary carries or
// those in a directory.
//
// A case is a program (`.ep`) below the directory of cases; its id is its path there without the
// suffix, so that a failing case is found by its name.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// The text of a case, before it is parsed.
struct CaseText {
    std::string_view path;  // relative to the directory of cases, "edge/second-write.ep"
    std::string_view text;
};

/// The cases that this binary carries (conformance/cases), sorted by path.
std::span<const CaseText> embedded_cases();

struct Case {
    std::string file;  // where it was read from, for people
    Program program;   // header.id is its path without ".ep"
};

using CaseSuite = std::vector<Case>;  // sorted by id

/// Everything that is wrong with the cases, each "file:line:column: error: ...".
using SuiteErrors = std::vector<std::string>;

/// Parses and checks `texts`: each has an id that matches its path, a title, known rules and known
/// needs, and no two have the same id. `directory` stands before their paths in messages.
std::variant<CaseSuite, SuiteErrors> load_suite(std::span<const CaseText> texts,
                                                const std::string& directory);

/// The same for all `.ep` files below `directory`. A directory that cannot be read is an error.
std::variant<CaseSuite, SuiteErrors> load_suite_directory(const std::string& directory);

}  // namespace epollcheck
