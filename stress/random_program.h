// Random programs of several threads, beside the hand-made scenarios.
//
// T1 makes a few instances, files and items; then two to four threads make a few calls each on
// them, at once; then T1 looks what is left. What only weakly specified outcomes could come of is
// left out: a descriptor that one thread closes is used by no other one meanwhile (R-F21). Every
// arming has data of its own, so that an event says which one it is about.

#pragma once

#include <cstdint>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// The program with this number, of all that there are for this seed.
Program random_concurrent_program(std::uint64_t seed, std::uint64_t number);

}  // namespace epollcheck
