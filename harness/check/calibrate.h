// Calibration of the model to the machine that programs run on: capacities are measured once, the
// charges of socket buffers when a program first needs them.

#pragma once

#include <optional>
#include <span>

#include "harness/target/target.h"
#include "model/vocabulary/operation.h"
#include "model/world/calibration.h"

namespace epollcheck {

/// Measures the capacities of a machine, and the charges of the lengths that are always needed.
std::optional<HarnessError> calibrate(Machine& machine, Calibration& calibration);

/// Measures the charges that `operations` need and that are not known yet.
std::optional<HarnessError> calibrate_for(Machine& machine, std::span<const Operation> operations,
                                          Calibration& calibration);

/// Measures the charges that programs of the generator need.
std::optional<HarnessError> calibrate_for_generator(Machine& machine, Calibration& calibration);

}  // namespace epollcheck
