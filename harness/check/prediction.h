// Prediction: what the model itself answers, operation by operation.

#pragma once

#include <span>

#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"
#include "model/world/settings.h"

namespace epollcheck {

/// Fills `trace` with the answers that the model is sure of at tier exact; `settings.tier` must be
/// that. Ends early where the model gives up. With `settings.defect` the model acts as a broken
/// implementation.
void predict(std::span<const Operation> operations, const Settings& settings, Trace& trace);

}  // namespace epollcheck
