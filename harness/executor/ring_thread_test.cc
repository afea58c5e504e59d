// The thread of io_uring requests: that it works, and that it can be ended and comes back.

#include "harness/executor/ring_thread.h"

#include <pthread.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

namespace epollcheck {
namespace {

TEST_CASE("a thread of requests gives what the work gave", "[executor]") {
    RingThread thread;
    CHECK(thread.call([] { return 7; }) == 7);
    CHECK(thread.call([] { return -5; }) == -5);
}

TEST_CASE("a thread of requests is one until it is ended, and hears no signal", "[executor]") {
    RingThread thread;
    const auto id = [&] { return thread.call([] { return gettid(); }); };
    const auto first = id();
    CHECK(first != gettid());
    CHECK(id() == first);
    CHECK(thread.call([] {
        sigset_t blocked;
        pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
        return sigismember(&blocked, SIGUSR1);
    }) == 1);
    thread.end();
    thread.end();
    CHECK(id() != first);
}

}  // namespace
}  // namespace epollcheck
