// Blame: which rules forbid an answer that the model does not allow.
//
// Every step is decided by some rules that say how such calls work in general, beside those that
// tell why this one answered as it did. All of them count for rule coverage; a person is shown the
// telling ones.

#pragma once

#include <span>
#include <vector>

#include "model/judgement/belief.h"

namespace epollcheck {

/// `decided` without the rules that hold for every call of its kind, unless there is no other.
RuleSet telling_rules(const RuleSet& decided);

/// The rules against `observed`: the telling ones of those that decided the allowed answers, and
/// for a wait also those that put a missing event into the ready list or took a surplus event out
/// of it.
RuleSet blamed_rules(std::span<const World> worlds, const Operation& operation,
                     const Observation& observed, const std::vector<AllowedAnswer>& allowed);

}  // namespace epollcheck
