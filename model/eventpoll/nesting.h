// Nesting: instances that watch instances. Cycles, the depth of chains, and the number of wake-up
// paths are limited when a link is added.
//
// Source: SEMANTICS A.6; ep_loop_check, ep_get_upwards_depth_proc and reverse_path_check, 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// True if `from` is `target` or watches it, directly or through others.
bool reaches(const World& world, int from, int target);

/// The same, without looking further than `from` and what it watches itself.
bool reaches_directly(const World& world, int from, int target);

/// True if a link from `instance` to the instance `target` would make a chain that is too long.
bool too_deep(const Transition& transition, int instance, int target);

/// True if the plain files below `file` have more wake-up paths than allowed (R-A24). To be called
/// with the new link in place.
bool too_many_paths(Transition& transition, int file);

/// True if ADD of `file` to `instance` checks the paths at all (R-A25).
bool checks_paths(const Transition& transition, int instance, int file);

}  // namespace epollcheck
