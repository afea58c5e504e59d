// Invariants: what holds in every world that a program can reach at tier exact.
//
// The model changes worlds in many small functions; an invariant is one sentence about all of them
// together. The explorer checks each one in every world that it finds. Each is data with a name, so
// that a violation says what broke, and a test breaks each one on purpose.
//
// Source: SEMANTICS sections A to D; fs/eventpoll.c, fs/pipe.c and net/unix/af_unix.c, Linux 6.18.

#pragma once

#include <span>
#include <string_view>

#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"
#include "model/world/settings.h"
#include "model/world/world.h"

namespace epollcheck {

struct Invariant {
    std::string_view name;      // "queued-means-ranked"
    std::string_view sentence;  // what holds
    bool (*holds)(const World& world, const Settings& settings);
};

/// Invariants of descriptors, items, ready lists and wait queues (invariants_items.cc).
std::span<const Invariant> item_invariants();
/// Invariants of the kinds of file (invariants_files.cc).
std::span<const Invariant> file_invariants();

/// The first invariant that does not hold in `world`, or null.
const Invariant* broken_invariant(const World& world, const Settings& settings);

/// One step of the model at tier exact.
struct Step {
    const World& before;
    const Operation& operation;
    Observation answer;
    const World& after;
};

struct StepInvariant {
    std::string_view name;
    std::string_view sentence;
    bool (*holds)(const Step& step);
};

/// What holds in every step.
std::span<const StepInvariant> step_invariants();

/// The first invariant that does not hold in `step`, or null.
const StepInvariant* broken_invariant(const Step& step);

}  // namespace epollcheck
