// Rings and instances that watch each other: an io_uring as a file in an interest list, and polls
// and waits of an instance that a ring has under way.
//
// Programs cannot say this, because what a ring has under way goes on beside them, so the model
// does not know it; here the kernel is asked directly. A ring is used by the thread that made it,
// so what one of its calls causes has happened when the call returns (task work). Each test has a
// thread of its own: the end of a ring interrupts the thread that used it.
//
// Source: io_uring/io_uring.c, io_uring/poll.c, io_uring/epoll.c, Linux 6.18; io_uring_enter(2).

#include <linux/time_types.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

#include "harness/executor/owned_fd.h"
#include "harness/executor/ring_queues.h"

namespace epollcheck {
namespace {

constexpr std::uint8_t kEpollWait = 59;  // IORING_OP_EPOLL_WAIT, Linux 6.15
constexpr unsigned kEntries = 8;

struct Done {
    std::uint64_t id;
    std::int32_t result;
    bool more = false;

    friend bool operator==(const Done&, const Done&) = default;
};
using Dones = std::vector<Done>;

/// A ring, an instance and an eventfd.
class Bench {
public:
    [[nodiscard]] bool works(std::uint8_t code) { return ring.open(kEntries) && ring.knows(code); }

    void submit(std::uint8_t code, int fd, std::uint64_t id,
                const std::function<void(io_uring_sqe&)>& fill = {}) {
        io_uring_sqe request = {};
        request.opcode = code;
        request.fd = fd;
        request.user_data = id;
        if (fill) {
            fill(request);
        }
        ring.submit(request);
    }
    void complete_something(std::uint64_t id) {
        submit(IORING_OP_NOP, -1, id);
        ring.enter(0);
    }
    void poll_instance(std::uint64_t id, bool again_and_again) {
        submit(IORING_OP_POLL_ADD, ep.get(), id, [&](io_uring_sqe& request) {
            request.poll32_events = EPOLLIN;
            request.len = again_and_again ? IORING_POLL_ADD_MULTI : 0;
        });
        ring.enter(0);
    }
    void wait_for_event(std::uint64_t id, epoll_event& event, std::uint8_t flags = 0) {
        submit(kEpollWait, ep.get(), id, [&](io_uring_sqe& request) {
            request.addr = reinterpret_cast<std::uintptr_t>(&event);
            request.len = 1;
            request.flags = flags;
        });
    }
    void cancel(std::uint64_t target, std::uint64_t id) {
        submit(IORING_OP_ASYNC_CANCEL, -1, id,
               [&](io_uring_sqe& request) { request.addr = target; });
        ring.enter(0);
    }
    void watch(int fd, std::uint32_t events) {
        epoll_event event = {};
        event.events = events;
        REQUIRE(epoll_ctl(ep.get(), EPOLL_CTL_ADD, fd, &event) == 0);
    }
    /// The mask of what an epoll_wait reports, 0 for nothing.
    std::uint32_t reported() {
        epoll_event event = {};
        return ::epoll_wait(ep.get(), &event, 1, 0) == 1 ? event.events : 0;
    }
    void write_one() {
        const std::uint64_t one = 1;
        REQUIRE(::write(file.get(), &one, sizeof one) == sizeof one);
    }
    Dones completions() {
        Dones found;
        while (const auto done = ring.take()) {
            found.push_back({done->id, done->result, done->more});
        }
        return found;
    }

    OwnedFd ep{epoll_create1(EPOLL_CLOEXEC)};
    OwnedFd file{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    RingQueues ring;
};

/// Runs `test` in a thread that ends with its ring, if the kernel knows requests with `code`.
void on_bench(std::uint8_t code, const std::function<void(Bench&)>& test) {
    std::thread([&] {
        Bench bench;
        if (bench.works(code)) {
            test(bench);
        } else {
            WARN("this kernel has no such requests, or does not permit them");
        }
    }).join();
}

TEST_CASE("a watched ring is ready for reading while completions wait", "[executor][ring]") {
    on_bench(IORING_OP_NOP, [](Bench& bench) {
        bench.watch(bench.ring.fd(), EPOLLIN | EPOLLOUT | EPOLLET);
        CHECK(bench.reported() == EPOLLOUT);
        bench.complete_something(1);
        CHECK(bench.reported() == (EPOLLIN | EPOLLOUT));
        CHECK(bench.reported() == 0);
        bench.complete_something(2);  // an edge, although the first one was not taken
        CHECK(bench.reported() == (EPOLLIN | EPOLLOUT));
        CHECK(bench.completions() == Dones{{1, 0}, {2, 0}});
        CHECK(bench.reported() == 0);  // to take them wakes nobody
        epoll_event event = {};
        event.events = EPOLLIN;
        REQUIRE(epoll_ctl(bench.ep.get(), EPOLL_CTL_MOD, bench.ring.fd(), &event) == 0);
        CHECK(bench.reported() == 0);
        bench.complete_something(3);
        CHECK(bench.reported() == EPOLLIN);
        CHECK(bench.reported() == EPOLLIN);
        CHECK(bench.completions() == Dones{{3, 0}});
        CHECK(bench.reported() == 0);
    });
}

TEST_CASE("a ring polls an instance once, or at every wake-up until it is told to stop",
          "[executor][ring]") {
    on_bench(IORING_OP_POLL_ADD, [](Bench& bench) {
        bench.watch(bench.file.get(), EPOLLIN | EPOLLET);
        bench.poll_instance(1, false);
        bench.poll_instance(2, true);
        CHECK(bench.completions().empty());
        bench.write_one();
        CHECK(bench.completions() == Dones{{2, EPOLLIN, true}, {1, EPOLLIN, false}});
        bench.write_one();  // the item is queued already
        CHECK(bench.completions() == Dones{{2, EPOLLIN, true}});
        CHECK(bench.reported() == EPOLLIN);
        CHECK(bench.completions().empty());  // a report wakes nobody
        bench.cancel(2, 3);
        Dones ended = bench.completions();
        CHECK(ended.size() == 2);
        CHECK(std::find(ended.begin(), ended.end(), Done{3, 0}) != ended.end());
        CHECK(std::find(ended.begin(), ended.end(), Done{2, -ECANCELED}) != ended.end());
        bench.write_one();
        CHECK(bench.completions().empty());
    });
}

TEST_CASE("a ring that polls an instance which watches the ring is told once", "[executor][ring]") {
    on_bench(IORING_OP_POLL_ADD, [](Bench& bench) {
        bench.watch(bench.ring.fd(), EPOLLIN);
        bench.poll_instance(7, true);
        bench.complete_something(1);
        // The wake-up carries EPOLL_URING_WAKE, which makes the poll its own last one: else each
        // completion would cause the next.
        CHECK(bench.completions() == Dones{{1, 0}, {7, EPOLLIN, false}});
        bench.complete_something(2);
        CHECK(bench.completions() == Dones{{2, 0}});
    });
}

TEST_CASE("of several waits of rings one gets an edge, and others are cancelled or time out",
          "[executor][ring]") {
    on_bench(kEpollWait, [](Bench& bench) {
        epoll_event events[3] = {};
        bench.watch(bench.file.get(), EPOLLIN | EPOLLET);
        bench.wait_for_event(1, events[0]);
        bench.wait_for_event(2, events[1]);
        bench.ring.enter(0);
        CHECK(bench.completions().empty());
        bench.write_one();
        const Dones first = bench.completions();
        REQUIRE(first.size() == 1);
        CHECK(first[0].result == 1);
        const std::uint64_t other = 3 - first[0].id;
        CHECK(events[first[0].id - 1].events == EPOLLIN);
        bench.cancel(other, 4);
        bench.ring.enter(0);
        const Dones ended = bench.completions();
        CHECK(std::find(ended.begin(), ended.end(), Done{other, -ECANCELED}) != ended.end());

        __kernel_timespec soon = {0, 1000};
        bench.wait_for_event(5, events[2], IOSQE_IO_LINK);
        bench.submit(IORING_OP_LINK_TIMEOUT, -1, 6, [&](io_uring_sqe& request) {
            request.addr = reinterpret_cast<std::uintptr_t>(&soon);
            request.len = 1;
        });
        bench.ring.enter(2);
        const Dones late = bench.completions();
        CHECK(late.size() == 2);
        CHECK(std::find(late.begin(), late.end(), Done{5, -ECANCELED}) != late.end());
        CHECK(std::find(late.begin(), late.end(), Done{6, -ETIME}) != late.end());
        bench.write_one();
        CHECK(bench.reported() == EPOLLIN);  // none of them took it
    });
}

}  // namespace
}  // namespace epollcheck
