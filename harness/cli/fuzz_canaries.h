// Fuzz canaries: how soon the guided fuzzer finds each seeded defect of the model
// (model/rules/defect.h). No kernel takes part: the model with the defect is the target.
//
// The table that is printed is to be kept. With the same seed the fuzzer tries the same inputs, so
// a change that makes it worse is seen when a later table is compared.

#pragma once

#include <cstdint>
#include <string>

#include "fuzz/corpus.h"

namespace epollcheck {

struct FuzzCanaryOptions {
    double seconds = 10;  // for each defect
    int jobs = 0;         // defects at once; 0: one
    std::uint64_t seed = 0;
    Seeds seeds = Seeds::kAll;
    std::string earlier;  // an earlier table, or empty
};

/// Prints the table. An exit code: kDeviation if one was not found, or became worse.
int fuzz_canaries(const FuzzCanaryOptions& options);

}  // namespace epollcheck
