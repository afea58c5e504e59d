// Options that several verbs have, with the same names, checks and texts.

#pragma once

#include <cstdint>
#include <string>

#include "conformance/case_suite.h"
#include "harness/cli/run_report.h"
#include "harness/cli/verb.h"
#include "model/vocabulary/tier.h"

namespace epollcheck {

/// --tier, the strictest tier that counts.
void add_tier_option(CLI::App& command, Tier& tier);
/// --profile NAME|auto.
void add_profile_option(CLI::App& command, std::string& profile);
/// --cases DIR: cases from a directory instead of those in the binary.
void add_cases_option(CLI::App& command, std::string& directory);
/// --format human|jsonl|tap|junit.
void add_format_option(CLI::App& command, Format& format);
/// --seed N; without it, `seed` gets a random number.
void add_seed_option(CLI::App& command, std::uint64_t& seed);

/// The cases in `directory`, or those in the binary if it is empty. If they are not in order, says
/// what is wrong with each and returns nothing; the exit code is then kUsage.
std::optional<CaseSuite> load_cases(const std::string& directory);

}  // namespace epollcheck
