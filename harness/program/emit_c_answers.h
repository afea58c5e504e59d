// Answers in emitted C files: what is allowed as a condition on the result of the call.
//
// The result is in `n`, an error in errno, and the events of a wait in `ready`; a condition may use
// helpers (emit_c_helpers.h). Masks of which some bits are left open are one range, and events
// whose order is left open are looked for one by one, so a condition stays short where a list of
// all that is allowed would be long.

#pragma once

#include <string>
#include <vector>

#include "harness/program/emit_c.h"
#include "harness/program/emit_c_calls.h"

namespace epollcheck {

/// A condition that holds if `call` gave one of `answers`; "0" without any.
std::string c_condition(const std::vector<Answer>& answers, const CCall& call);

/// `condition` such that it can be a part of one with `||` or `!`.
std::string c_parenthesized(const std::string& condition);

}  // namespace epollcheck
