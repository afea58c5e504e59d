// Properties of concurrent histories that can be seen without a search and without the model.
//
// They are an oracle of their own: what they forbid, the search must not explain. They use that
// every arming of an item (ADD or MOD) has data of its own; histories without that are not looked
// at.
//
// Source: SEMANTICS R-F11, R-F12, R-F15, R-F16.

#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "model/rules/rule.h"
#include "model/vocabulary/concurrent_trace.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

struct BrokenProperty {
    Rule rule = Rule::kNone;
    std::size_t operation = 0;  // the wait whose answer breaks it
};

/// The first property that the history breaks, or nothing: every event belongs to an arming that
/// had begun (R-F11), and is among the bits asked for; none belongs to one that a DEL or MOD had
/// ended before the wait began (R-F12); a ONESHOT arming is delivered once (R-F15); a batch is no
/// longer than was asked for and has no item twice (R-F16).
std::optional<BrokenProperty> broken_property(std::span<const Operation> operations,
                                              const ConcurrentTrace& trace);

}  // namespace epollcheck
