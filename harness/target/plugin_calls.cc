// From the calls of programs to the functions of a plug-in. See plugin_calls.h.

#include "harness/target/plugin_calls.h"

#include <cerrno>

namespace epollcheck {

namespace {

using system_call::Calls;
using system_call::KernelTimespec;
using system_call::Outcome;

const epollcheck_plugin* active = nullptr;

Outcome create(int size) {
    if (active->create != nullptr) {
        return active->create(size);
    }
    return size < 1 ? -EINVAL : active->create1(0);
}

Outcome create1(int flags) { return active->create1(flags); }

Outcome control(int epfd, int operation, int fd, const void* event) {
    // As in epoll_ctl(2), the event is not changed although its type would allow it.
    auto* const given = static_cast<epoll_event*>(const_cast<void*>(event));
    return active->ctl(epfd, operation, fd, given);
}

Outcome wait(int epfd, void* events, int max_events, int timeout_ms) {
    return active->wait(epfd, static_cast<epoll_event*>(events), max_events, timeout_ms);
}

Outcome pwait(int epfd, void* events, int max_events, int timeout_ms, const void* mask,
              std::size_t mask_size) {
    return active->pwait(epfd, static_cast<epoll_event*>(events), max_events, timeout_ms, mask,
                         mask_size);
}

Outcome pwait2(int epfd, void* events, int max_events, const void* timeout, const void* mask,
               std::size_t mask_size) {
    timespec time = {};
    if (timeout != nullptr) {
        const auto& given = *static_cast<const KernelTimespec*>(timeout);
        time.tv_sec = static_cast<time_t>(given.seconds);
        time.tv_nsec = static_cast<long>(given.nanoseconds);
    }
    return active->pwait2(epfd, static_cast<epoll_event*>(events), max_events,
                          timeout == nullptr ? nullptr : &time, mask, mask_size);
}

Outcome poll_for(int fd, short events, int timeout_ms, unsigned short* revents) {
    if (timeout_ms != 0) {  // never about an instance, see plugin_limits.cc
        return system_call::raw_calls().poll_for(fd, events, timeout_ms, revents);
    }
    const int ready = active->poll_now(fd, events);
    *revents = static_cast<unsigned short>(ready < 0 ? 0 : ready);
    return ready > 0 ? 1 : ready;
}

Outcome close(int fd) { return active->close(fd); }
Outcome duplicate(int fd) { return active->dup(fd); }
Outcome duplicate2(int fd, int new_fd) { return active->dup2(fd, new_fd); }
Outcome duplicate3(int fd, int new_fd, int flags) { return active->dup3(fd, new_fd, flags); }
void end_program() { active->reset(); }

}  // namespace

const Calls& plugin_calls(const epollcheck_plugin& plugin) {
    static Calls calls;
    active = &plugin;
    calls = system_call::raw_calls();
    calls.epoll_create = create;
    calls.epoll_create1 = create1;
    calls.epoll_ctl = control;
    calls.epoll_wait = wait;
    calls.end_program = end_program;
    const auto offer = [](auto& call, bool offered, auto function) {
        if (offered) {
            call = function;
        }
    };
    offer(calls.epoll_pwait, plugin.pwait != nullptr, pwait);
    offer(calls.epoll_pwait2, plugin.pwait2 != nullptr, pwait2);
    offer(calls.poll_for, plugin.poll_now != nullptr, poll_for);
    offer(calls.close, plugin.close != nullptr, close);
    offer(calls.dup, plugin.dup != nullptr, duplicate);
    offer(calls.dup2, plugin.dup2 != nullptr, duplicate2);
    offer(calls.dup3, plugin.dup3 != nullptr, duplicate3);
    return calls;
}

}  // namespace epollcheck
