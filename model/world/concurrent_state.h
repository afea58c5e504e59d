// ConcurrentState: how far the calls of several threads have come that overlap.
//
// A world alone knows only calls that are over. Linux takes a call in several steps, between which
// other threads take theirs (R-F1 to R-F4): a change of a file comes before the wake-ups that it
// causes, each woken item is queued for itself, a harvest considers one item after the other and
// holds the mutex of its instance meanwhile, and a wait that finds nothing sleeps until a wake-up
// takes it off the queue. What is between two such steps stands here, per thread.
//
// Source: SEMANTICS F.1, E (R-E13 to R-E18); ep_poll, ep_send_events, ep_poll_callback, 6.18.

#pragma once

#include <cstdint>

#include "model/world/world.h"

namespace epollcheck {

/// The most threads of a program whose calls may overlap.
inline constexpr int kMaxConcurrentThreads = 8;

/// How sure it is that a wake-up queues the items that it reaches.
enum class WakeForce : std::uint8_t {
    kEnforced,  // the tier promises this wake-up
    kIfNews,    // it promises only that a change from not ready to ready is reported (R-C20)
    kOptional,  // it promises nothing
};

/// A wake-up that reaches an item, after the change that caused it.
struct PendingWake {
    std::int8_t item = -1;
    std::uint8_t walk = 0;  // wake-ups with the same number come from one walk along a queue
    WakeForce force = WakeForce::kOptional;
    bool exclusive = false;
    EventMask key = 0;
    Rule rule = Rule::kNone;
    std::uint32_t rank = kNoRank;  // looser tiers: the lowest that the item may get
};
inline constexpr int kMaxPendingWakes = 24;

/// A walk along a queue that may begin some time after the change: a file shows its new state
/// before it wakes anybody, so who joins the queue in between finds it ready, and is woken all the
/// same.
struct OpenWalk {
    std::int32_t queue = 0;  // where it is in the world, in bytes
    std::uint8_t entry = 0;
    WakeForce force = WakeForce::kOptional;
    EventMask key = 0;
    Rule rule = Rule::kNone;
    ItemSet known = 0;  // items that were there before
};
inline constexpr int kMaxOpenWalks = 6;

/// The items that wake-ups reach while ready lists are looked through, see scan.h.
struct Scans {
    struct Kept {
        std::int8_t item;
        bool definite;  // it is queued for certain
    };
    std::uint32_t scanned = 0;  // bit: instance
    int kept_count = 0;
    Kept kept[kMaxItems];
};

/// A look through the ready list of one instance.
struct ScanState {
    std::int8_t instance = -1;
    std::uint32_t rank = kNoRank;  // from here on there are ranks for the items kept aside
};

/// How far a harvest has come.
struct HarvestProgress {
    std::int8_t instance = -1;
    bool cut = false;  // the call ended before it considered every queued item
    int most = 0;      // events that the caller wants
    int writable = 0;  // events that its buffer can take
    int count = 0;     // events delivered
    std::uint32_t latest_reported = kNoRank;  // highest earliest_rank among the reported
    ItemSet taken = 0;                        // what was queued when it began
    ItemSet pending = 0;                      // queued and not considered yet
    ItemSet delivered = 0;
    ItemSet owed = 0;    // looser tiers: of these, what is ready must be reported
    ItemSet served = 0;  // level triggered, and reported by an earlier harvest
    // What waited already when items that are reported now were reported before (R-C7).
    ItemSet passed_over = 0;
    ScanState scan = {};
};

enum class WaitPhase : std::uint8_t {
    kOutside,   // not in a wait
    kLooking,   // before its first look, or about to sleep
    kHarvests,  // holds the mutex of the instance
    kAsleep,    // on the queue of the instance
    kWoken,     // taken off that queue
};

/// The call that one thread is in.
struct CallInProgress {
    bool changed = false;    // the call did what it does, and only wake-ups are left
    bool signalled = false;  // a signal came, which ends a wait that finds nothing
    bool by_ring = false;    // io_uring waits, as poll does: on the queue of outer instances
    WaitPhase phase = WaitPhase::kOutside;
    std::int8_t file = -1;           // that the wait holds
    std::int8_t late = -1;           // a file that goes when the call is over
    std::uint32_t asleep_since = 0;  // order among those that sleep
    std::uint8_t wake_count = 0;
    PendingWake wakes[kMaxPendingWakes];  // the next one first
    bool leaves_walks_open = false;       // somebody may join a queue while the call goes on
    std::uint8_t open_count = 0;
    OpenWalk open[kMaxOpenWalks];  // the latest last
    HarvestProgress harvest;
};

struct ConcurrentState {
    std::uint8_t thread = 0;  // whose step it is
    std::uint8_t next_walk = 1;
    bool quiescent = false;  // every thread slept or was done
    std::uint32_t next_sleeper = 1;
    Scans scans;
    CallInProgress threads[kMaxConcurrentThreads];

    [[nodiscard]] CallInProgress& own() { return threads[thread]; }
    /// True if another thread holds the mutex of `instance`.
    [[nodiscard]] bool is_locked(int instance) const {
        for (int i = 0; i < kMaxConcurrentThreads; ++i) {
            if (i != thread && threads[i].phase == WaitPhase::kHarvests &&
                threads[i].harvest.instance == instance) {
                return true;
            }
        }
        return false;
    }
};

}  // namespace epollcheck
