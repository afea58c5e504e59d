// SARIF 2.1.0 report (OASIS, Static Analysis Results Interchange Format): for what gathers findings
// of many tools, such as code scanning.

#pragma once

#include <span>
#include <string>

#include "reports/results.h"

namespace epollcheck {

/// All `runs`, each as a run of SARIF with one result per finding (findings.h). A result names the
/// rule that was broken, the case with the smallest program as its logical location, and the cause
/// as its fingerprint; known ones are notes that are suppressed. What broke no rule of epoll has
/// a rule of its own: "crash", "disagreement" and "stale-expectation". Errors of epollcheck are
/// notifications, because nothing was found.
std::string sarif_report(std::span<const Results> runs);

}  // namespace epollcheck
