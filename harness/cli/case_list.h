// Lists of cases for people and for programs.

#pragma once

#include <string>
#include <vector>

#include "conformance/case_suite.h"

namespace epollcheck {

/// One line per case: id, tier, title, tags.
std::string case_list_text(const std::vector<const Case*>& cases);

/// One JSON object per case and line: id, title, tier, tags, rules, needs, operations.
std::string case_list_json(const std::vector<const Case*>& cases);

}  // namespace epollcheck
