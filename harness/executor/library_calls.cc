// The calls of the C library. See library_calls.h.

#include "harness/executor/library_calls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

namespace epollcheck::system_call {

namespace {

const void* bad_page = nullptr;

Outcome outcome(std::int64_t result) { return result >= 0 ? result : -errno; }

/// True unless `address` is one that programs use because it is bad. NULL means something.
bool can_read(const void* address) {
    // The kernel's are the upper half of all addresses, or the last page where these are few.
    constexpr bool kWide = sizeof(void*) == 8;
    constexpr std::uintptr_t kFirstOfKernel =
        kWide ? ~(~std::uintptr_t{0} >> 1) : ~std::uintptr_t{0xfff};
    return address != bad_page && reinterpret_cast<std::uintptr_t>(address) < kFirstOfKernel;
}

/// True if the library can be told of this signal mask.
bool can_say(const void* mask, std::size_t mask_size) {
    constexpr std::size_t kSizeThatLibrariesUse = 8;
    return mask == nullptr || mask_size == kSizeThatLibrariesUse;
}

epoll_event* events_at(const void* address) {
    return static_cast<epoll_event*>(const_cast<void*>(address));
}

fd_set* set_at(unsigned long* words) { return reinterpret_cast<fd_set*>(words); }

const sigset_t* mask_at(const void* address) { return static_cast<const sigset_t*>(address); }

Outcome library_epoll_create(int size) { return outcome(::epoll_create(size)); }

Outcome library_epoll_create1(int flags) { return outcome(::epoll_create1(flags)); }

Outcome library_epoll_ctl(int epfd, int operation, int fd, const void* event) {
    return outcome(::epoll_ctl(epfd, operation, fd, events_at(event)));
}

Outcome library_epoll_wait(int epfd, void* events, int max_events, int timeout_ms) {
    return outcome(::epoll_wait(epfd, events_at(events), max_events, timeout_ms));
}

Outcome library_epoll_pwait(int epfd, void* events, int max_events, int timeout_ms,
                            const void* mask, std::size_t mask_size) {
    if (!can_say(mask, mask_size)) {
        return raw_calls().epoll_pwait(epfd, events, max_events, timeout_ms, mask, mask_size);
    }
    return outcome(::epoll_pwait(epfd, events_at(events), max_events, timeout_ms, mask_at(mask)));
}

Outcome library_epoll_pwait2(int epfd, void* events, int max_events, const void* timeout,
                             const void* mask, std::size_t mask_size) {
    if (!can_say(mask, mask_size) || !can_read(timeout)) {
        return raw_calls().epoll_pwait2(epfd, events, max_events, timeout, mask, mask_size);
    }
    timespec time = {};  // another structure on 32-bit machines
    if (timeout != nullptr) {
        const auto& given = *static_cast<const KernelTimespec*>(timeout);
        time.tv_sec = static_cast<time_t>(given.seconds);
        time.tv_nsec = static_cast<long>(given.nanoseconds);
    }
    return outcome(::epoll_pwait2(epfd, events_at(events), max_events,
                                  timeout == nullptr ? nullptr : &time, mask_at(mask)));
}

Outcome library_select_now(int count, unsigned long* read, unsigned long* write,
                           unsigned long* except) {
    timeval now = {};
    return outcome(::select(count, set_at(read), set_at(write), set_at(except), &now));
}

/// poll, close, dup and fcntl are calls of the library in both tables.
Calls make_calls() {
    Calls calls = raw_calls();
    calls.epoll_create = library_epoll_create;
    calls.epoll_create1 = library_epoll_create1;
    calls.epoll_ctl = library_epoll_ctl;
    calls.epoll_wait = library_epoll_wait;
    calls.epoll_pwait = library_epoll_pwait;
    calls.epoll_pwait2 = library_epoll_pwait2;
    calls.select_now = library_select_now;
    return calls;
}

}  // namespace

const Calls& library_calls() {
    static const Calls kCalls = make_calls();
    return kCalls;
}

void never_read(const void* page) { bad_page = page; }

}  // namespace epollcheck::system_call
