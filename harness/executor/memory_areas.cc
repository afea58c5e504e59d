// Mapping of the executor's memory. See memory_areas.h.

#include "harness/executor/memory_areas.h"

#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "model/vocabulary/result.h"

namespace epollcheck {
namespace {

// Kernels refuse an event buffer whose size, as given by maxevents, reaches beyond the user's
// addresses, although most of it is never used. A low address keeps the largest allowed maxevents
// (INT_MAX / sizeof(struct epoll_event)) well inside.
constexpr std::uintptr_t kLowAddress =
    sizeof(void*) == 8 ? std::uintptr_t{0x20} << (sizeof(void*) == 8 ? 32 : 0) : 0x20000000;

// An address above the user's: the kernel's half of a 64-bit address space, or the last page of a
// 32-bit one.
constexpr std::uintptr_t kKernelAddress = sizeof(void*) == 8
                                              ? ~std::uintptr_t{0} << (sizeof(void*) == 8 ? 47 : 0)
                                              : ~std::uintptr_t{0xfff};

constexpr std::size_t kEventAreaBytes = 65536;
static_assert(kEventAreaBytes >= 256 * sizeof(epoll_event) + 256,
              "Operation::room and room_bytes count up to 255");

char* map_memory(void* hint, std::size_t bytes) {
    void* const address =
        mmap(hint, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return address == MAP_FAILED ? nullptr : static_cast<char*>(address);
}

}  // namespace

MemoryAreas::~MemoryAreas() {
    if (area_ != nullptr) munmap(area_, area_bytes_ + page_bytes_);
    if (zeros_ != nullptr) munmap(zeros_, transfer_bytes_);
    if (sink_ != nullptr) munmap(sink_, transfer_bytes_);
}

std::optional<HarnessError> MemoryAreas::map(std::size_t transfer_bytes) {
    page_bytes_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    area_bytes_ = (kEventAreaBytes + page_bytes_ - 1) / page_bytes_ * page_bytes_;
    transfer_bytes_ = transfer_bytes;
    area_ = map_memory(reinterpret_cast<void*>(kLowAddress), area_bytes_ + page_bytes_);
    zeros_ = map_memory(nullptr, transfer_bytes_);
    sink_ = map_memory(nullptr, transfer_bytes_);
    if (area_ == nullptr || zeros_ == nullptr || sink_ == nullptr) {
        return cannot("map memory for the buffers of programs", errno);
    }
    bad_page_ = area_ + area_bytes_;
    if (mprotect(bad_page_, page_bytes_, PROT_NONE) != 0) {
        return cannot("make a page of memory inaccessible", errno);
    }
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
    }
    return nullptr;
}

unsigned MemoryAreas::event_room(Pointer pointer, unsigned room, unsigned bytes) const {
    switch (pointer) {
        case Pointer::kGood:
            return static_cast<unsigned>(area_bytes_ / sizeof(epoll_event));
        case Pointer::kRoom:
            return room + bytes / static_cast<unsigned>(sizeof(epoll_event));
        case Pointer::kUnaligned:
            return static_cast<unsigned>((area_bytes_ - 1) / sizeof(epoll_event));
        default:
            return 0;
    }
}

}  // namespace epollcheck
