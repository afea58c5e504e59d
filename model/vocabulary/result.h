// Results: what an operation answered, as observed in a target or as predicted by the model.
//
// Descriptor numbers are *slots*: the number minus the lowest number that a program can get. The
// executor plugs all lower numbers, so that the lowest-free rule of POSIX makes slots predictable.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/vocabulary/event_mask.h"

namespace epollcheck {

/// One reported event of a wait, or one line of an interest list.
struct Event {
    EventMask mask = 0;
    std::uint64_t data = 0;

    friend bool operator==(const Event&, const Event&) = default;
};

/// The most events that one result can hold: the number of items of a world.
inline constexpr int kMaxEvents = 64;

enum class ResultKind : std::uint8_t {
    kNotRun,      // the program ended before this operation
    kValue,       // success; `value` is the count, the mask of poll, or 0
    kDescriptor,  // success; slots[0] (and slots[1] for a pair) are the new descriptors
    kPayload,     // success; `value` is the number that was read
    kEvents,      // success; the events that a wait or an interest list gave. `value` is 0, or
                  // the nanoseconds by which a wait without events ended before its time-out
    kError,       // failure; `value` is the errno, positive
    kBlocked,     // the call still waited when the executor interrupted it
};

struct Result {
    ResultKind kind = ResultKind::kNotRun;
    std::uint8_t event_count = 0;
    std::int16_t slots[2] = {-1, -1};
    std::int64_t value = 0;

    friend bool operator==(const Result&, const Result&) = default;

    static Result of_value(std::int64_t value) {
        return {.kind = ResultKind::kValue, .value = value};
    }
    static Result of_error(int error) { return {.kind = ResultKind::kError, .value = error}; }
    static Result of_payload(std::uint64_t payload) {
        return {.kind = ResultKind::kPayload, .value = static_cast<std::int64_t>(payload)};
    }
    static Result of_descriptor(int slot, int second_slot = -1) {
        return {.kind = ResultKind::kDescriptor,
                .slots = {static_cast<std::int16_t>(slot), static_cast<std::int16_t>(second_slot)}};
    }
    static Result of_events(int count) {
        return {.kind = ResultKind::kEvents, .event_count = static_cast<std::uint8_t>(count)};
    }
    static Result blocked() { return {.kind = ResultKind::kBlocked}; }
};

/// A result together with its events (empty unless the kind is kEvents).
struct Observation {
    Result result;
    std::span<const Event> events;
};

/// True if both are the same answer: same kind, value, slots and events in the same order.
bool same_answer(const Observation& left, const Observation& right);

/// The results of one run of a program, one per operation, in program order.
class Trace {
public:
    void clear();
    void append(const Result& result, std::span<const Event> events);
    [[nodiscard]] std::size_t size() const { return results_.size(); }
    [[nodiscard]] Observation operator[](std::size_t index) const;

    friend bool operator==(const Trace&, const Trace&) = default;

private:
    std::vector<Result> results_;
    std::vector<std::uint32_t> first_event_;
    std::vector<Event> events_;
};

}  // namespace epollcheck
