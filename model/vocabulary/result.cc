// Comparison of answers and the trace of a run.

#include "model/vocabulary/result.h"

#include <algorithm>
#include <cassert>

namespace epollcheck {

bool same_answer(const Observation& left, const Observation& right) {
    return left.result.kind == right.result.kind && left.result.value == right.result.value &&
           std::ranges::equal(left.result.slots, right.result.slots) &&
           std::ranges::equal(left.events, right.events);
}

void Trace::clear() {
    results_.clear();
    first_event_.clear();
    events_.clear();
}

void Trace::append(const Result& result, std::span<const Event> events) {
    assert(events.size() <= kMaxEvents);
    first_event_.push_back(static_cast<std::uint32_t>(events_.size()));
    events_.insert(events_.end(), events.begin(), events.end());
    results_.push_back(result);
    // The events are the truth: a count that disagrees would make two equal traces differ.
    results_.back().event_count = static_cast<std::uint8_t>(events.size());
}

Observation Trace::operator[](std::size_t index) const {
    const std::size_t first = first_event_[index];
    const std::size_t end =
        index + 1 < first_event_.size() ? first_event_[index + 1] : events_.size();
    return {results_[index], std::span<const Event>(events_).subspan(first, end - first)};
}

}  // namespace epollcheck
