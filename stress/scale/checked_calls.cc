// Checked calls. See checked_calls.h.

#include "stress/scale/checked_calls.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cstring>
#include <ctime>

namespace epollcheck::scale {

namespace {

int opened(const char* call, system_call::Outcome answer) {
    if (answer < 0) {
        expect(call, answer, 0);
    }
    return static_cast<int>(answer);
}

}  // namespace

void expect(const char* call, system_call::Outcome answer, system_call::Outcome wanted) {
    if (answer == wanted) {
        return;
    }
    const std::string text =
        answer < 0 ? std::string(std::strerror(static_cast<int>(-answer))) : std::to_string(answer);
    throw ScaleError(fmt::format("costs cannot be measured: {} answered '{}' in place of {}", call,
                                 text, wanted));
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) {
        system_call::close(fd_);
    }
}

Descriptor make_instance() {
    return Descriptor(opened("epoll_create1", system_call::epoll_create1(EPOLL_CLOEXEC)));
}

Descriptor make_eventfd(unsigned count) {
    return Descriptor(opened("eventfd", system_call::eventfd(count, EFD_NONBLOCK | EFD_CLOEXEC)));
}

system_call::Outcome control(int instance, int operation, int fd, std::uint32_t events) {
    epoll_event event{events, {.u64 = static_cast<std::uint64_t>(fd)}};
    return system_call::epoll_ctl(instance, operation, fd, &event);
}

void watch(int instance, int fd, std::uint32_t extra) {
    expect("epoll_ctl(ADD)", control(instance, EPOLL_CTL_ADD, fd, EPOLLIN | extra), 0);
}

double processor_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

}  // namespace epollcheck::scale
