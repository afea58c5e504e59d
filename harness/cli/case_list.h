// Lists of cases for people.

#pragma once

#include <string>
#include <vector>

#include "conformance/case_suite.h"

namespace epollcheck {

/// One line per case: id, tier, title, tags.
std::string case_list_text(const std::vector<const Case*>& cases);

}  // namespace epollcheck
