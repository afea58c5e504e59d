// The look at each call. See call_permission.h.

#include "harness/executor/call_permission.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "harness/executor/system_calls.h"

namespace epollcheck {

namespace {

using system_call::Outcome;

/// What filters answer, and no kernel that has the call gives to these arguments.
bool is_denial(Outcome outcome) {
    return outcome == -EPERM || outcome == -ENOSYS || outcome == -EACCES;
}

struct Attempt {
    const char* name;
    Outcome outcome;
};

HarnessError denied(const Attempt& attempt) {
    const int error = static_cast<int>(-attempt.outcome);
    return {
        std::string(attempt.name) + " is denied here: " + std::strerror(error) +
        ". A seccomp filter, the profile of a container or another sandbox forbids the call, so "
        "nothing can be learned about epoll. Permit it, or run epollcheck outside."};
}

}  // namespace

std::optional<HarnessError> find_denied_call() {
    const Outcome old_ep = system_call::epoll_create(1);
    const Outcome ep = system_call::epoll_create1(0);
    const int watched = eventfd(1, EFD_CLOEXEC);
    epoll_event event = {};
    event.events = EPOLLIN;
    epoll_event found = {};
    unsigned short revents = 0;
    system_call::KernelTimespec now = {0, 0};
    const int epfd = static_cast<int>(ep);
    // Where epoll_create1 is denied the others get a bad descriptor, and answer EBADF: permitted.
    const Attempt attempts[] = {
        {"epoll_create", old_ep},
        {"epoll_create1", ep},
        {"epoll_ctl", system_call::epoll_ctl(epfd, EPOLL_CTL_ADD, watched, &event)},
        {"epoll_wait", system_call::epoll_wait(epfd, &found, 1, 0)},
        {"epoll_pwait", system_call::epoll_pwait(epfd, &found, 1, 0, nullptr, 0)},
        {"poll", system_call::poll_once(watched, 0, &revents)},
        {"ppoll", system_call::ppoll_one(watched, 0, &revents, &now, nullptr, 0)},
        {"select", system_call::select_now(0, nullptr, nullptr, nullptr)},
        {"pselect", system_call::pselect(0, nullptr, nullptr, nullptr, &now, nullptr)},
    };
    for (const Outcome fd : {old_ep, ep, static_cast<Outcome>(watched)}) {
        if (fd >= 0) close(static_cast<int>(fd));
    }
    for (const Attempt& attempt : attempts) {
        if (is_denial(attempt.outcome)) {
            return denied(attempt);
        }
    }
    return std::nullopt;
}

}  // namespace epollcheck
