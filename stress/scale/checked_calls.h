// Checked calls: epoll and its files for measurements, where an answer that was not asked for ends
// the measurement.
//
// The epoll family goes through the table of harness/executor/calls.h, so what is measured may be a
// library in user space. Timed loops make their calls themselves and look at the answers
// afterwards.

#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "harness/executor/system_calls.h"

namespace epollcheck::scale {

/// Nothing can be said about costs, because something did not work. Never leaves measure_scale().
class ScaleError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Throws a ScaleError that says what `call` answered in place of `wanted`, if it did.
void expect(const char* call, system_call::Outcome answer, system_call::Outcome wanted);

/// A descriptor that is closed at the end.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor();

    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
};

Descriptor make_instance();
/// An eventfd that does not block; with a count it can be read.
Descriptor make_eventfd(unsigned count);

/// epoll_ctl with `fd` as the data; the answer.
system_call::Outcome control(int instance, int operation, int fd, std::uint32_t events);
/// Adds `fd` for EPOLLIN and `extra`.
void watch(int instance, int fd, std::uint32_t extra = 0);

/// Processor time of this process, which neither grows while others have the processor nor leaves
/// out the threads of a library.
double processor_ns();

}  // namespace epollcheck::scale
