// ArrivingSignal: a signal that reaches this thread while a call of a program waits.
//
// A timer sends it shortly after the call was begun. If the machine is slow it may come before the
// call waits; so the interpreter, which makes a call that a tick interrupted again, has it sent
// again unless it is pending. That needs no second thread, and nothing sleeps.
//
// Source: timer_create(2) with SIGEV_THREAD_ID.

#pragma once

#include <cstdint>
#include <ctime>
#include <optional>

#include "harness/executor/harness_error.h"

namespace epollcheck {

class ArrivingSignal {
public:
    /// `signal` is one signal::k... of operation_table.h.
    explicit ArrivingSignal(std::uint8_t signal) : signal_(signal) {}
    ~ArrivingSignal();
    ArrivingSignal(const ArrivingSignal&) = delete;
    ArrivingSignal& operator=(const ArrivingSignal&) = delete;

    /// Why it cannot be sent, or nothing.
    std::optional<HarnessError> prepare();
    /// Sends it in a moment, unless it is pending.
    void send_soon();
    /// Waits until it is pending, if it stays so.
    void wait_until_pending() const;

private:
    unsigned handled_before_ = 0;  // handlers that had run when it was sent
    std::uint8_t signal_;
    bool created_ = false;
    timer_t timer_ = {};
};

}  // namespace epollcheck
