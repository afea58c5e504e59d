// KTAP report (Documentation/dev-tools/ktap.rst of Linux, version 1): for kernel test harnesses.

#pragma once

#include <span>
#include <string>

#include "reports/results.h"

namespace epollcheck {

/// All `runs`. A topic is a test with its cases as subtests; with more than one run, a target is a
/// test with its topics as subtests. What there is to say about a case that did not pass stands in
/// diagnostic lines before its result. Skipped and inconclusive cases are `ok ... # SKIP`, known
/// failures `ok ... # XFAIL`, errors `not ok ... # ERROR`. Stale expectations are the topic
/// "expectations"; a run that was cut short has a last topic that is not ok.
std::string ktap_report(std::span<const Results> runs);

}  // namespace epollcheck
