// Mapping of the executor's memory. See memory_areas.h.

#include "harness/executor/memory_areas.h"

#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "harness/executor/library_calls.h"
#include "model/vocabulary/result.h"

namespace epollcheck {
namespace {

// Kernels refuse an event buffer whose size, as given by maxevents, reaches beyond the user's
// addresses, although most of it is never used. A low address keeps the largest allowed maxevents
// (INT_MAX / sizeof(struct epoll_event)) well inside.
// It is also one that no program image or library takes, so that it is free after an exec; the
// address sanitizer has a use for the usual one.
#ifdef __SANITIZE_ADDRESS__
constexpr unsigned kLowAddressBits = 45;
#else
constexpr unsigned kLowAddressBits = 37;
#endif
constexpr std::uintptr_t kLowAddress =
    sizeof(void*) == 8 ? std::uintptr_t{1} << (sizeof(void*) == 8 ? kLowAddressBits : 0)
                       : 0x20000000;

// An address above the user's: the kernel's half of a 64-bit address space, or the last page of a
// 32-bit one. A 64-bit kernel does not take the latter for its own (Calibration).
constexpr std::uintptr_t kKernelAddress = sizeof(void*) == 8
                                              ? ~std::uintptr_t{0} << (sizeof(void*) == 8 ? 47 : 0)
                                              : ~std::uintptr_t{0xfff};

// From one place to the next one.
constexpr std::uintptr_t kPlaceBytes = 8U << 20;

constexpr std::size_t kEventAreaBytes = 65536;
static_assert(kEventAreaBytes >= 256 * sizeof(epoll_event) + 256,
              "Operation::room and room_bytes count up to 255");

}  // namespace

MemoryAreas::~MemoryAreas() {
    if (mapping_ != nullptr) munmap(mapping_, total_bytes_);
    if (descriptor_ >= 0) close(descriptor_);
}

std::optional<HarnessError> MemoryAreas::map(std::size_t transfer_bytes, unsigned place) {
    page_bytes_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto pages = [this](std::size_t bytes) {
        return (bytes + page_bytes_ - 1) / page_bytes_ * page_bytes_;
    };
    area_bytes_ = pages(kEventAreaBytes);
    const std::size_t control_bytes = pages(sizeof(Mailbox)) + pages(sizeof(Arguments));
    total_bytes_ = control_bytes + area_bytes_ + page_bytes_ + 2 * pages(transfer_bytes);
    // Without CLOEXEC: the helper that a second process executes maps it again.
    descriptor_ = memfd_create("epollcheck memory of programs", 0);
    const bool has_none = descriptor_ < 0 && errno == ENOSYS;  // then there is no exec
    if (!has_none &&
        (descriptor_ < 0 || ftruncate(descriptor_, static_cast<off_t>(total_bytes_)) != 0)) {
        return cannot("make shared memory for the buffers of programs", errno);
    }
    void* const mapping =
        mmap(reinterpret_cast<void*>(kLowAddress + place * kPlaceBytes), total_bytes_,
             PROT_READ | PROT_WRITE, MAP_SHARED | (has_none ? MAP_ANONYMOUS : 0), descriptor_, 0);
    if (mapping == MAP_FAILED) {
        return cannot("map memory for the buffers of programs", errno);
    }
    mapping_ = static_cast<char*>(mapping);
    mailbox_ = new (mapping_) Mailbox{};
    arguments_ = new (mapping_ + pages(sizeof(Mailbox))) Arguments{};
    area_ = mapping_ + control_bytes;
    bad_page_ = area_ + area_bytes_;
    zeros_ = bad_page_ + page_bytes_;
    sink_ = zeros_ + pages(transfer_bytes);
    mailbox_->descriptor = descriptor_;
    mailbox_->mapping = mapping_;
    mailbox_->mapping_bytes = total_bytes_;
    mailbox_->bad_page = bad_page_;
    mailbox_->page_bytes = page_bytes_;
    if (mprotect(bad_page_, page_bytes_, PROT_NONE) != 0) {
        return cannot("make a page of memory inaccessible", errno);
    }
    system_call::never_read(bad_page_);
    return std::nullopt;
}

void* MemoryAreas::resolve(Pointer pointer, void* good, unsigned room, unsigned bytes) const {
    switch (pointer) {
        case Pointer::kGood:
            return good;
        case Pointer::kNull:
            return nullptr;
        case Pointer::kBad:
            return bad_page_;
        case Pointer::kKernel:
            return reinterpret_cast<void*>(kKernelAddress);
        case Pointer::kRoom:
            return bad_page_ - room * sizeof(epoll_event) - bytes;
        case Pointer::kUnaligned:
            return static_cast<char*>(good) + 1;
        case Pointer::kPaused:
            return paused_page_;
    }
    return nullptr;
}

unsigned MemoryAreas::event_room(Pointer pointer, unsigned room, unsigned bytes) const {
    switch (pointer) {
        case Pointer::kGood:
            return static_cast<unsigned>(area_bytes_ / sizeof(epoll_event));
        case Pointer::kRoom:
            return room + bytes / static_cast<unsigned>(sizeof(epoll_event));
        case Pointer::kPaused:
            return static_cast<unsigned>(page_bytes_ / sizeof(epoll_event));
        case Pointer::kUnaligned:
            return static_cast<unsigned>((area_bytes_ - 1) / sizeof(epoll_event));
        default:
            return 0;
    }
}

}  // namespace epollcheck
