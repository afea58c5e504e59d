// Options that several verbs have, with the same names, checks and texts.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/case_suite.h"
#include "conformance/selection.h"
#include "harness/cli/open_target.h"
#include "harness/cli/run_report.h"
#include "harness/cli/verb.h"
#include "harness/program/enumerator.h"
#include "model/vocabulary/tier.h"

namespace epollcheck {

/// A check for options with numbers: they are above 0.
CLI::Validator above_zero();

/// --tier, the strictest tier that counts.
void add_tier_option(CLI::App& command, Tier& tier);
/// The same, where a target says what is usual: `tier` stays empty without the option.
void add_tier_option(CLI::App& command, std::optional<Tier>& tier);
/// --target NAME, --target-command 'ARGV...'.
void add_target_options(CLI::App& command, TargetChoice& choice);
/// The same, each any number of times.
void add_target_options(CLI::App& command, std::vector<TargetChoice>& choices);
/// --profile NAME|auto.
void add_profile_option(CLI::App& command, std::string& profile);
/// --cases DIR: cases from a directory instead of those in the binary.
void add_cases_option(CLI::App& command, std::string& directory);
/// --format human|jsonl|tap|junit.
void add_format_option(CLI::App& command, Format& format);
/// --seed N; without it, `seed` gets a random number.
void add_seed_option(CLI::App& command, std::uint64_t& seed);

/// --shard I/N, which part of the cases runs.
void add_shard_option(CLI::App& command, Share& shard);
/// ID..., --tag, --rule.
void add_selection_options(CLI::App& command, Selection& selection);

/// The cases in `directory`, or those in the binary if it is empty. If they are not in order, says
/// what is wrong with each and returns nothing; the exit code is then kUsage.
std::optional<CaseSuite> load_cases(const std::string& directory);
/// The same without the covering suite.
std::optional<CaseSuite> load_written_cases(const std::string& directory);

/// Fills `cases` with what `selection` selects from `suite`. The exit code if there is nothing (no
/// suite, an unknown rule, no such case), having said so; else 0.
int select_or_complain(const std::optional<CaseSuite>& suite, const Selection& selection,
                       std::vector<const Case*>& cases);

}  // namespace epollcheck
