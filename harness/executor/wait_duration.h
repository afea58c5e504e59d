// How long a wait of a program may take: what decides whether it needs ticks, and whether a thread
// in it is at rest.
//
// Source: epoll_wait(2).

#pragma once

#include <cstdint>

#include "model/vocabulary/operation.h"

namespace epollcheck {

enum class WaitDuration { kNone, kFinite, kEndless };

/// Of a call of the wait family. A finite time-out is left alone so that its length can be judged;
/// a longer one is a way to say "for ever", which nobody waits for.
constexpr WaitDuration wait_duration(const Operation& operation) {
    if (operation.kind == OperationKind::kIoUringWait) {
        return WaitDuration::kNone;  // the ring does not wait for it
    }
    if (operation.kind == OperationKind::kEpollPwait2) {
        if (operation.timeout_pointer == Pointer::kNull ||
            operation.timeout_seconds > kEndlessSeconds) {
            return WaitDuration::kEndless;
        }
        return operation.timeout_seconds == 0 && operation.timeout_nanoseconds == 0
                   ? WaitDuration::kNone
                   : WaitDuration::kFinite;
    }
    const int timeout_ms = static_cast<int>(operation.timeout_ms);  // what the kernel is given
    if (timeout_ms == 0) {
        return WaitDuration::kNone;
    }
    return timeout_ms < 0 || timeout_ms > kEndlessSeconds * 1000 ? WaitDuration::kEndless
                                                                 : WaitDuration::kFinite;
}

}  // namespace epollcheck
