// JUnit XML report: for continuous integration. One test suite per topic, of several targets per
// target and topic.

#pragma once

#include <span>
#include <string>

#include "reports/results.h"

namespace epollcheck {

/// The whole of `results`. Failed and crashed cases have a `failure`, errors an `error`, skipped
/// and inconclusive ones and known failures a `skipped` element. Each stale expectation is a failed
/// test of the suite "expectations". Characters that XML cannot hold are replaced.
std::string junit_report(const Results& results);

/// The same for several runs; with more than one, suites and classes begin with the target.
std::string junit_report(std::span<const Results> runs);

/// `text` for an attribute or an element of XML.
std::string xml_escaped(std::string_view text);

}  // namespace epollcheck
