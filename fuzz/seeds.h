// Seeds: the programs that a fuzzer begins with. All conformance cases, what the covering suite has
// beyond them, the scenarios of stress, and every finding that was ever made on some target.
//
// Cases and scenarios are where they always were. Findings are the programs of docs/findings.md,
// which are about targets, and those of fuzz/found, which were about epollcheck itself and are no
// cases. What is taken from the covering suite stands in fuzz/seeds as text, one file for each
// universe. The binary carries them all.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/lawful.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// The programs to begin with, lawful for `reach` and with at least one operation.
std::vector<Program> seed_programs(Reach reach);

/// The texts of the programs in fuzz/found and docs/findings.md: what was ever found.
std::vector<std::string_view> found_programs();

/// The files of fuzz/seeds as they should be, by name: programs of the covering suite that reach
/// something in the model which neither the cases nor the programs before them reach.
std::map<std::string, std::string> make_seed_files();

/// The files of fuzz/seeds as the binary carries them, by name.
std::map<std::string, std::string> embedded_seed_files();

}  // namespace epollcheck
