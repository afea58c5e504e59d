// World classes: a coarse view of a world, in which there are few.
//
// What decides how an operation ends is mostly: which descriptors are open, what each file is ready
// for, and of each item whether it is queued, how it is armed and what it would report. Counts,
// orders and sizes are left out. The covering suite (covering.h) takes every operation in every
// class that a universe reaches.

#pragma once

#include "model/judgement/world_key.h"
#include "model/world/settings.h"

namespace epollcheck {

/// The class of `world`, as a hash like its key.
WorldKey world_class(const World& world, const Settings& settings);

}  // namespace epollcheck
