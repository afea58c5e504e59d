// Covering suite: conformance cases that nobody wrote.
//
// For every universe of the binary, every class of worlds and every operation there is a case: the
// shortest program that takes the operation in such a world, and the observations of the universe.
// Nothing is expected of it but what the model says. The suite is the same on every machine.

#pragma once

#include "conformance/case_suite.h"

namespace epollcheck {

/// The topic of all its cases: their ids are covering/UNIVERSE-NNNN.
inline constexpr std::string_view kCoveringTopic = "covering/";

/// All covering cases, sorted by id.
CaseSuite covering_suite();

}  // namespace epollcheck
