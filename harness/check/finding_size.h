// Sizes of findings: how small a deviation becomes that a campaign has found.
//
// The model with a seeded defect stands for a faulty implementation. What a campaign finds in it
// first is shrunk as any finding; how many operations are left measures the shrinker.

#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "harness/check/judge.h"
#include "model/rules/defect.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

struct FindingSize {
    std::size_t before = 0;  // operations of the program that was found
    std::size_t after = 0;   // of the shrunk one
};

/// The sizes of the first finding that running `programs`, one after the other, makes in the model
/// with `defect`. Nothing if none of them deviates. `calibration` is that of `judge`.
std::optional<FindingSize> finding_size(Defect defect, std::span<const Program* const> programs,
                                        Judge& judge, Calibration& calibration);

}  // namespace epollcheck
