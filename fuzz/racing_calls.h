// Racing calls: which calls may stand where threads act at once, and with which arguments. Part of
// lawful_threads.h.
//
// Nobody uses a descriptor that another thread closes, but for waits that sleep: who closes their
// instance has awaited them. Nobody is awaited by someone whom it awaits itself. A thread that is
// interrupted makes no calls but waits that another call than the interrupted one could be taken
// for (harness/executor/concurrent_check.h).

#pragma once

#include <array>
#include <cstdint>

#include "fuzz/handle_kinds.h"
#include "fuzz/lawful_threads.h"

namespace epollcheck {

/// What the beginning of a program of threads has made.
struct ThreadFiles {
    HandleKinds kinds;
    std::array<bool, kMostLawfulHandles> writing = {};  // the second end of a pair
    std::uint64_t armings = 0;                          // each has data of its own

    [[nodiscard]] bool is_writing_end(const Descriptor& fd) const {
        return fd.handle >= 0 && writing[static_cast<std::size_t>(fd.handle)];
    }
    /// True for files that are no instances, at the end that is watched.
    [[nodiscard]] bool is_readable(const Descriptor& fd) const;
    /// Gives an ADD or MOD of such a file arguments that are lawful.
    void arm(Operation& operation);
};

class RacingCalls {
public:
    /// `files` outlives the object.
    explicit RacingCalls(ThreadFiles& files) : files_(files) {}

    /// Gives `operation` arguments that are lawful. False if it may not stand there.
    bool admits(Operation& operation);
    [[nodiscard]] bool is_closed(const Descriptor& fd) const {
        return fd.handle >= 0 && closed_[static_cast<std::size_t>(fd.handle)];
    }

private:
    using Threads = std::uint32_t;  // a bit for each

    struct Thread {
        int calls = 0;
        std::int16_t sleeps_on = kNoHandle;  // its last call is a wait without end on this one
        Threads awaited = 0;                 // threads that it awaited
        bool is_interrupted = false;
        bool transfers = false;
    };

    bool bound(Operation& operation);
    bool bound_wait(Operation& operation);
    bool bound_control(Operation& operation);
    bool bound_transfer(Operation& operation);
    bool bound_await(Operation& operation);
    bool bound_interrupt(Operation& operation);
    bool bound_close(const Operation& operation);
    void use(const Descriptor& fd, std::uint8_t thread);

    ThreadFiles& files_;
    std::array<Thread, kMostRacingThreads> threads_ = {};
    std::array<Threads, kMostLawfulHandles> users_ = {};
    std::array<bool, kMostLawfulHandles> closed_ = {};
    int endless_ = 0;
};

}  // namespace epollcheck
