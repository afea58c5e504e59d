// The table of manual pages. See rule_manual.h.

#include "model/rules/rule_manual.h"

namespace epollcheck {

namespace {

constexpr std::string_view kManuals[] = {
    "",  // kNone
#include "model/rules/rule_manuals.inc"
};
static_assert(std::size(kManuals) == kRules + 1, "the tables of rules come from one run");

}  // namespace

std::string_view manual_of(Rule rule) { return kManuals[static_cast<std::size_t>(rule)]; }

}  // namespace epollcheck
