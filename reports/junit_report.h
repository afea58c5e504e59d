// JUnit XML report: for continuous integration. One test suite per topic.

#pragma once

#include <string>

#include "reports/results.h"

namespace epollcheck {

/// The whole of `results`. Failed cases have a `failure`, errors an `error`, skipped and
/// inconclusive ones a `skipped` element. Characters that XML cannot hold are replaced.
std::string junit_report(const Results& results);

/// `text` for an attribute or an element of XML.
std::string xml_escaped(std::string_view text);

}  // namespace epollcheck
