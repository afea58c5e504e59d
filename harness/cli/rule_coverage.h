// Rule coverage: how many of the rules within reach decided an answer of a run.

#pragma once

#include <string>
#include <vector>

#include "conformance/case_suite.h"

namespace epollcheck {

/// Prints the coverage of the runs in `results` (JSON lines), or without any of what the cases
/// exercise in the model. Its last line is "rules: N of N reachable exercised (P%)". Returns an
/// exit code: kDeviation below 100%, or if a rule that is listed as out of reach was exercised.
int show_rule_coverage(const CaseSuite& suite, const std::vector<std::string>& results);

}  // namespace epollcheck
