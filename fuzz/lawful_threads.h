// Lawful programs of several threads: the shape that all of them have. Part of lawful.h.
//
// T1 makes files, instances and items; behind a barrier up to four threads make a few calls each,
// side by side; behind another barrier T1 looks what is left. The calls are those of the random
// programs of stress/random_program.h, for the same reasons: nobody uses a descriptor that another
// thread closes, no read takes from several buffers of a stream, and every arming has data of its
// own.

#pragma once

#include "model/vocabulary/program.h"

namespace epollcheck {

inline constexpr std::uint8_t kMostRacingThreads = 4;

/// Gives `program`, whose operations have only used fields, that shape. What T1 does before the
/// first barrier is the beginning; without a barrier, what makes files and items is.
void shape_threads(Program& program);

}  // namespace epollcheck
