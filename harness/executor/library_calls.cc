// The waits of the C library. See library_calls.h.

#include "harness/executor/library_calls.h"

#include <sys/epoll.h>
#include <sys/select.h>

#include <csignal>
#include <cstdint>
#include <ctime>

#include "harness/executor/system_calls.h"

namespace epollcheck::library_call {

namespace {

const void* bad_page = nullptr;

epoll_event* events_at(void* address) { return static_cast<epoll_event*>(address); }

fd_set* set_at(unsigned long* words) { return reinterpret_cast<fd_set*>(words); }

const sigset_t* mask_at(const void* address) { return static_cast<const sigset_t*>(address); }

/// A time-out as the library has it, which on 32-bit machines is another structure.
class Timeout {
public:
    explicit Timeout(const void* address) {
        if (address != nullptr) {
            const auto& given = *static_cast<const system_call::KernelTimespec*>(address);
            value_.tv_sec = static_cast<time_t>(given.seconds);
            value_.tv_nsec = static_cast<long>(given.nanoseconds);
            pointer_ = &value_;
        }
    }
    Timeout(const Timeout&) = delete;
    Timeout& operator=(const Timeout&) = delete;
    [[nodiscard]] const timespec* get() const { return pointer_; }

private:
    timespec value_ = {};
    const timespec* pointer_ = nullptr;
};

}  // namespace

void never_read(const void* page) { bad_page = page; }

bool can_read(const void* address) {
    // The kernel's are the upper half of all addresses, or the last page where these are few.
    constexpr bool kWide = sizeof(void*) == 8;
    constexpr std::uintptr_t kFirstOfKernel =
        kWide ? ~(~std::uintptr_t{0} >> 1) : ~std::uintptr_t{0xfff};
    return address != bad_page && reinterpret_cast<std::uintptr_t>(address) < kFirstOfKernel;
}

bool can_say(const void* mask, std::size_t mask_size) {
    constexpr std::size_t kSizeThatLibrariesUse = 8;
    return mask == nullptr || mask_size == kSizeThatLibrariesUse;
}

int epoll_ctl(int epfd, int operation, int fd, const void* event) {
    return ::epoll_ctl(epfd, operation, fd, events_at(const_cast<void*>(event)));
}

int epoll_wait(int epfd, void* events, int max_events, int timeout_ms) {
    return ::epoll_wait(epfd, events_at(events), max_events, timeout_ms);
}

int epoll_pwait(int epfd, void* events, int max_events, int timeout_ms, const void* mask) {
    return ::epoll_pwait(epfd, events_at(events), max_events, timeout_ms, mask_at(mask));
}

int epoll_pwait2(int epfd, void* events, int max_events, const void* timeout, const void* mask) {
    return ::epoll_pwait2(epfd, events_at(events), max_events, Timeout(timeout).get(),
                          mask_at(mask));
}

int ppoll(pollfd* entry, const void* timeout, const void* mask) {
    return ::ppoll(entry, 1, Timeout(timeout).get(), mask_at(mask));
}

int select(int count, unsigned long* read, unsigned long* write, unsigned long* except) {
    timeval now = {};
    return ::select(count, set_at(read), set_at(write), set_at(except), &now);
}

int pselect(int count, unsigned long* read, unsigned long* write, unsigned long* except,
            const void* timeout, const void* mask) {
    return ::pselect(count, set_at(read), set_at(write), set_at(except), Timeout(timeout).get(),
                     mask_at(mask));
}

}  // namespace epollcheck::library_call
