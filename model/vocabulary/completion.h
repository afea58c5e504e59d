// Completion: what a program reads from an io_uring about one request that ended, or that goes on
// and tells something (IORING_CQE_F_MORE).
//
// Ids are the program's own small numbers. In results and traces a completion is packed into an
// Event, so that answers of uring_reap travel like those of waits.
//
// Source: struct io_uring_cqe, include/uapi/linux/io_uring.h.

#pragma once

#include <cstdint>

#include "model/vocabulary/event_mask.h"
#include "model/vocabulary/result.h"

namespace epollcheck {

/// What kinds of requests end with.
enum class CompletionKind : std::uint8_t {
    kSuccess,   // 0
    kError,     // an errno
    kMask,      // of a poll: events
    kMoreMask,  // the same, and the poll goes on
    kEvent,     // of a wait: the event that it took
};

struct Completion {
    std::uint8_t id = 0;  // of the request
    CompletionKind kind = CompletionKind::kSuccess;
    std::uint16_t value = 0;  // an errno, positive, or events without private bits
    std::uint64_t data = 0;   // of the event that a wait took

    friend bool operator==(const Completion&, const Completion&) = default;

    [[nodiscard]] constexpr Event packed() const {
        return {.mask = EventMask{id} << 24 | static_cast<EventMask>(kind) << 16 | value,
                .data = data};
    }
    static constexpr Completion of(const Event& packed) {
        return {.id = static_cast<std::uint8_t>(packed.mask >> 24),
                .kind = static_cast<CompletionKind>(packed.mask >> 16 & 0xff),
                .value = static_cast<std::uint16_t>(packed.mask),
                .data = packed.data};
    }
};

/// The largest id that a request can have.
inline constexpr std::uint64_t kMaxRequestId = 0xff;

}  // namespace epollcheck
