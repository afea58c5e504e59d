// Fuzz canaries: how soon the guided fuzzer finds each seeded defect, those of the model by
// programs of one call after the other, and those of the plug-in epoll-on-poll by programs of
// threads.
//
// The table that is printed is to be kept: a change that makes the fuzzer worse is seen when a
// later table is compared.

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
    bool calls = true;    // those of the model
    bool threads = true;  // those of the plug-in
    std::string earlier;  // an earlier table, or empty
};

/// Prints the table. An exit code: kDeviation if one was not found, or became worse.
int fuzz_canaries(const FuzzCanaryOptions& options);

}  // namespace epollcheck
