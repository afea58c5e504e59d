// The memory that programs point to: event buffers, data buffers, and places where nothing is.
//
// The event area ends at a page that can never be accessed, so that a buffer with room for exactly
// N events exists for each N, and so that "an unmapped page" is an address nobody can map by
// accident. All of it is one shared mapping of a memfd: a second process of a program sees the same
// memory at the same addresses, also after an exec.

#pragma once

#include <sys/epoll.h>
#include <sys/un.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "harness/executor/abi.h"
#include "harness/executor/harness_error.h"
#include "harness/executor/mailbox.h"
#include "harness/executor/system_calls.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

/// Room for the arguments of one call that are passed by address.
struct Arguments {
    epoll_event event;
    system_call::KernelTimespec timespec;
    system_call::MaskArgument mask;
    system_call::KernelTimerSetting setting;
    std::uint64_t number;
    int numbers[2];
    unsigned short revents;
    sockaddr_un address;
    socklen_t address_length;
    abi::EpollParams params;
    sigset_t signals;               // larger than any sigsetsize that a kernel could believe
    alignas(16) int request[1024];  // an unknown ioctl may store more than we know
    char path[256];
    char text[16384];
};

class MemoryAreas {
public:
    MemoryAreas() = default;
    ~MemoryAreas();
    MemoryAreas(const MemoryAreas&) = delete;
    MemoryAreas& operator=(const MemoryAreas&) = delete;

    /// Maps the areas; `transfer_bytes` is the size of each data buffer. Several of them lie at
    /// different places, counted from 0.
    std::optional<HarnessError> map(std::size_t transfer_bytes, unsigned place = 0);

    /// What a pointer argument is: `good` for kGood, an address that fits the name for the others.
    /// `room` (events) and `bytes` are used by kRoom only.
    [[nodiscard]] void* resolve(Pointer pointer, void* good, unsigned room,
                                unsigned bytes = 0) const;

    /// What Pointer::kPaused is from now on: a page.
    void set_paused_page(void* page) { paused_page_ = page; }
    /// Where waits put their events when nothing else is said.
    [[nodiscard]] void* events() const { return area_; }
    /// The number of events that a wait with this pointer can store.
    [[nodiscard]] unsigned event_room(Pointer pointer, unsigned room, unsigned bytes) const;

    [[nodiscard]] Arguments& arguments() const { return *arguments_; }
    /// Where calls of the second process are left.
    [[nodiscard]] Mailbox& mailbox() const { return *mailbox_; }
    /// Zeros to write from.
    [[nodiscard]] void* zeros() const { return zeros_; }
    /// Where data is read to.
    [[nodiscard]] void* sink() const { return sink_; }
    [[nodiscard]] std::size_t page_bytes() const { return page_bytes_; }

private:
    std::size_t page_bytes_ = 0;
    std::size_t area_bytes_ = 0;   // of the event area, without the bad page
    std::size_t total_bytes_ = 0;  // of the mapping
    int descriptor_ = -1;          // the memfd
    char* mapping_ = nullptr;      // mailbox, arguments, event area, bad page, zeros, sink
    Mailbox* mailbox_ = nullptr;
    Arguments* arguments_ = nullptr;
    char* area_ = nullptr;
    char* bad_page_ = nullptr;
    void* paused_page_ = nullptr;  // of somebody else; null: there is none
    char* zeros_ = nullptr;
    char* sink_ = nullptr;
};

}  // namespace epollcheck
