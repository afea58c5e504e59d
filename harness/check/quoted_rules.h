// Rules as emitted C files quote them.

#pragma once

#include <vector>

#include "harness/program/emit_c.h"
#include "model/rules/rule.h"

namespace epollcheck {

QuotedSentence quoted(Rule rule);
/// In the order of their ids.
std::vector<QuotedSentence> quoted(const RuleSet& rules);

}  // namespace epollcheck
