// Pages under userfaultfd. See paused_memory.h.

#include "harness/executor/paused_memory.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace epollcheck {
namespace {

// Below all memory areas (memory_areas.cc), because a buffer for any number of events has to end
// within the addresses of a process.
constexpr std::uintptr_t kAddress =
    sizeof(void*) == 8 ? std::uintptr_t{1} << (sizeof(void*) == 8 ? 36 : 0) : 0x1f000000;

#ifdef USERFAULTFD_IOC_NEW
constexpr unsigned long kNewByDevice = USERFAULTFD_IOC_NEW;
#else
constexpr unsigned long kNewByDevice = _IO(0xAA, 0x00);  // headers before 6.1
#endif

/// The way for those who may open the device but have no privilege (6.1).
int open_by_device() {
    const int device = ::open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
    if (device < 0) {
        return -1;
    }
    const int descriptor = ioctl(device, kNewByDevice, O_CLOEXEC | O_NONBLOCK);
    const int reason = errno;
    close(device);
    errno = reason;
    return descriptor;
}

int open_userfaultfd() {
#ifdef SYS_userfaultfd
    const auto descriptor = static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK));
    if (descriptor >= 0 || errno != EPERM) {
        return descriptor;
    }
    const int by_device = open_by_device();
    errno = by_device < 0 ? EPERM : errno;
    return by_device;
#else
    errno = ENOSYS;
    return -1;
#endif
}

}  // namespace

PausedMemory::~PausedMemory() {
    if (pages_ != nullptr) {
        munmap(pages_, bytes_);
    }
    if (descriptor_ >= 0) {
        close(descriptor_);
    }
}

std::optional<HarnessError> PausedMemory::open(int pages) {
    if (is_open()) {
        return std::nullopt;
    }
    descriptor_ = open_userfaultfd();
    if (descriptor_ < 0) {
        return cannot(
            "make memory that pauses a harvest (userfaultfd)", errno,
            "It takes CAP_SYS_PTRACE, /proc/sys/vm/unprivileged_userfaultfd set to 1, or the right "
            "to open /dev/userfaultfd; there is no other way to stop a harvest.");
    }
    auto error =
        map(static_cast<std::size_t>(pages) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
    if (error) {
        close(descriptor_);
        descriptor_ = -1;
    }
    return error;
}

std::optional<HarnessError> PausedMemory::map(std::size_t bytes) {
    uffdio_api api = {.api = UFFD_API, .features = 0, .ioctls = 0};
    if (ioctl(descriptor_, UFFDIO_API, &api) != 0) {
        return cannot("use userfaultfd", errno);
    }
    void* const pages = mmap(reinterpret_cast<void*>(kAddress), bytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        return cannot("map memory that pauses a harvest", errno);
    }
    uffdio_register range = {};
    range.range = {reinterpret_cast<std::uintptr_t>(pages), bytes};
    range.mode = UFFDIO_REGISTER_MODE_MISSING;
    if (ioctl(descriptor_, UFFDIO_REGISTER, &range) != 0) {
        const int reason = errno;
        munmap(pages, bytes);
        return cannot("watch memory with userfaultfd", reason);
    }
    pages_ = static_cast<char*>(pages);
    bytes_ = bytes;
    page_bytes_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return std::nullopt;
}

void* PausedMemory::page(int index) const {
    return pages_ + static_cast<std::size_t>(index) * page_bytes_;
}

void PausedMemory::empty(int index) { madvise(page(index), page_bytes_, MADV_DONTNEED); }

void PausedMemory::fill(int index) {
    if (!is_open()) {
        return;
    }
    uffdio_zeropage page_of_zeros = {};
    page_of_zeros.range = {reinterpret_cast<std::uintptr_t>(page(index)), page_bytes_};
    // A page that is there already is none that anybody waits for.
    while (ioctl(descriptor_, UFFDIO_ZEROPAGE, &page_of_zeros) != 0 && errno == EAGAIN) {
    }
}

}  // namespace epollcheck
