// The memory that programs point to: event buffers, data buffers, and places where nothing is.
//
// The event area ends at a page that can never be accessed, so that a buffer with room for exactly
// N events exists for each N, and so that "an unmapped page" is an address nobody can map by
// accident.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "harness/executor/harness_error.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

class MemoryAreas {
public:
    MemoryAreas() = default;
    ~MemoryAreas();
    MemoryAreas(const MemoryAreas&) = delete;
    MemoryAreas& operator=(const MemoryAreas&) = delete;

    /// Maps the areas; `transfer_bytes` is the size of each data buffer.
    std::optional<HarnessError> map(std::size_t transfer_bytes);

    /// What a pointer argument is: `good` for kGood, an address that fits the name for the others.
    /// `room` (events) and `bytes` are used by kRoom only.
    [[nodiscard]] void* resolve(Pointer pointer, void* good, unsigned room,
                                unsigned bytes = 0) const;

    /// Where waits put their events when nothing else is said.
    [[nodiscard]] void* events() const { return area_; }
    /// The number of events that a wait with this pointer can store.
    [[nodiscard]] unsigned event_room(Pointer pointer, unsigned room, unsigned bytes) const;

    /// Zeros to write from.
    [[nodiscard]] void* zeros() const { return zeros_; }
    /// Where data is read to.
    [[nodiscard]] void* sink() const { return sink_; }
    [[nodiscard]] std::size_t page_bytes() const { return page_bytes_; }

private:
    std::size_t page_bytes_ = 0;
    std::size_t area_bytes_ = 0;  // of the event area, without the bad page
    std::size_t transfer_bytes_ = 0;
    char* area_ = nullptr;  // the event area, then the bad page
    char* bad_page_ = nullptr;
    char* zeros_ = nullptr;
    char* sink_ = nullptr;
};

}  // namespace epollcheck
