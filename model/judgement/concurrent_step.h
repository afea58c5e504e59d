// Steps of calls that overlap: what one thread may do next in the middle of its call.
//
// A call of a concurrent program is a sequence of steps, each of which is atomic (see
// concurrent_state.h). The steps of a call whose answer is known are taken one by one here; which
// thread takes the next one is up to the search for an explanation (stress/).
//
// A call that waits: it looks, and harvests if something is there; else it sleeps, until a wake-up
// takes it off the queue (R-E13), its time is over (R-E18), or the harness ends it because every
// thread slept. Every other call: items of a file that goes are removed one by one, then it changes
// what it is about, then its wake-ups are delivered one by one.
//
// At tier exact the steps are those of Linux. At tier contract a harvest may take what is queued
// whenever it is, nobody waits for a mutex, and who sleeps may be woken at any time. Tier linux has
// no steps of its own.
//
// Source: SEMANTICS F.1, F.2, E.2; ep_poll, ep_send_events, eventpoll_release_file, Linux 6.18.

#pragma once

#include "model/judgement/world_key.h"
#include "model/world/concurrent_state.h"
#include "model/world/transition.h"

namespace epollcheck {

/// A world in the middle of several calls.
struct ConcurrentWorld {
    World world;
    ConcurrentState calls;
};

/// A call of a program whose answer is known.
struct ObservedCall {
    const Operation* operation = nullptr;
    Observation observed;
    std::uint8_t thread = 0;  // or the strand of the second process, see strand.h
    bool blocked = false;     // it slept when every thread slept or was done, and was ended then
    // An await that saw the thread it waits for sleep in a wait.
    bool saw_sleeper = false;
    bool alone = false;       // no call of another strand overlapped it
    bool beside_add = false;  // an ADD of another strand did
};

enum class StepEnd : std::uint8_t {
    kImpossible,  // the call cannot go on so, in this world
    kGoesOn,
    kDone,
};

/// Takes the next step of `call`. `transition.concurrent` belongs to the world of `transition`, and
/// its `thread` is that of the call. Like apply(), to be run for every sequence of choices.
StepEnd advance(Transition& transition, const ObservedCall& call);

/// Every thread slept or was done: blocked calls may end from now on, if that is how it can be.
StepEnd note_quiescence(Transition& transition);

/// The key of `state`: equal for states that no continuation can tell apart at tier exact.
WorldKey concurrent_key(const ConcurrentWorld& state, int handle_count);

}  // namespace epollcheck
