// Blame: which rules forbid an answer that the model does not allow.

#pragma once

#include <span>
#include <vector>

#include "model/judgement/belief.h"

namespace epollcheck {

/// The rules against `observed`: those that decided the allowed answers, and for a wait also those
/// that put a missing event into the ready list or took a surplus event out of it.
RuleSet blamed_rules(std::span<const World> worlds, const Operation& operation,
                     const Observation& observed, const std::vector<AllowedAnswer>& allowed);

}  // namespace epollcheck
