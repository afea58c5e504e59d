// Tests of the judge about a second process beside threads: items and waiters are shared, numbers
// are not.

#include <catch2/catch.hpp>

#include "stress/history/history_judge.h"
#include "stress/history/history_test_support.h"

namespace epollcheck {
namespace {

using Verdict = HistoryJudgement::Verdict;

/// A program of two processes that share an instance, up to where they run side by side.
std::string shared(const std::string& interest, const std::string& before = "") {
    return "T1: epoll_create1(0) = ep\n"
           "T1: eventfd(0, EFD_NONBLOCK) = e\n"
           "T1: epoll_ctl(ep, ADD, e, {" +
           interest + ", 1})\nT1: fork()\n" + before + "barrier\n";
}

TEST_CASE("R-F15 and R-E15: ONESHOT and ET are delivered to a waiter of one process") {
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        for (const char* const interest : {"IN|ONESHOT", "IN|ET"}) {
            const std::string program = shared(interest);
            CHECK(conforms(program + "T2: epoll_wait(ep, 8, -1) = [1:IN]  # 1 6\n"
                                     "P2: epoll_wait(ep, 8, -1) = blocks  # 2 blocked\n"
                                     "T3: write(e, {1}) = 8               # 3 4\n",
                           tier));
            CHECK_FALSE(conforms(program + "T2: epoll_wait(ep, 8, -1) = [1:IN]  # 1 6\n"
                                           "P2: epoll_wait(ep, 8, -1) = [1:IN]  # 2 7\n"
                                           "T3: write(e, {1}) = 8               # 3 4\n",
                                 tier));
        }
    }
}

TEST_CASE("R-F18: the second process does not sleep on an event either") {
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        const HistoryJudgement lost = judged(shared("IN|ET") +
                                                 "P2: epoll_wait(ep, 8, -1) = blocks  # 1 blocked\n"
                                                 "T2: write(e, {1}) = 8               # 2 3\n",
                                             tier);
        CHECK(lost.verdict == Verdict::kDeviates);
        CHECK(lost.lost_wakeup);
    }
}

TEST_CASE("the waiters of two processes are one stack (R-E13)") {
    const std::string order =
        "T2: epoll_wait(ep, 8, -1) = blocks  # 1 blocked\n"
        "P2: await(T2) = 0                   # 2 3\n"
        "P2: epoll_wait(ep, 8, -1) = [1:IN]  # 4 9\n"
        "T3: await(P2) = 0                   # 5 6\n"
        "T3: write(e, {1}) = 8               # 7 8\n";
    CHECK(conforms(shared("IN|ET") + order));
    CHECK_FALSE(conforms(shared("IN|ET") + "T2: epoll_wait(ep, 8, -1) = [1:IN]  # 1 9\n"
                                           "P2: await(T2) = 0                   # 2 3\n"
                                           "P2: epoll_wait(ep, 8, -1) = blocks  # 4 blocked\n"
                                           "T3: await(P2) = 0                   # 5 6\n"
                                           "T3: write(e, {1}) = 8               # 7 8\n"));
}

TEST_CASE("R-F12: what the second process deleted is reported to no wait after that") {
    const std::string ready = shared("IN", "T1: write(e, {1})\n");
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        CHECK(conforms(ready + "T2: epoll_wait(ep, 8, 0) = [1:IN]    # 1 5\n"
                               "P2: epoll_ctl(ep, DEL, e, NULL) = 0  # 2 4\n",
                       tier));
        CHECK_FALSE(conforms(ready + "P2: epoll_ctl(ep, DEL, e, NULL) = 0  # 1 2\n"
                                     "T2: epoll_wait(ep, 8, 0) = [1:IN]    # 3 4\n",
                             tier));
    }
}

TEST_CASE("a number means in the second process what its own table says") {
    const std::string closed = shared("IN", "P2: close(e)\n");
    CHECK(conforms(closed + "P2: write(e, {1}) = EBADF  # 1 2\n"
                            "T2: write(e, {1}) = 8      # 3 4\n"));
    CHECK_FALSE(conforms(closed + "P2: write(e, {1}) = 8  # 1 2\n"
                                  "T2: write(e, {1}) = 8  # 3 4\n"));
    const std::string by_thread = "T2: close(e) = 0            # 1 2\n";
    CHECK(conforms(shared("IN") + by_thread + "P2: write(e, {1}) = 8  # 3 4\n"));
    const std::string table_in_common =
        "T1: eventfd(0, EFD_NONBLOCK) = e\nT1: clone(CLONE_FILES)\nbarrier\n";
    CHECK(conforms(table_in_common + by_thread + "P2: write(e, {1}) = EBADF  # 3 4\n"));
    CHECK_FALSE(conforms(table_in_common + by_thread + "P2: write(e, {1}) = 8  # 3 4\n"));
}

TEST_CASE("R-B39: the last close removes the item, in whichever process it is") {
    const std::string ready = shared("IN", "T1: write(e, {1})\n");
    const std::string closed = "T2: close(e) = 0                    # 1 2\n";
    CHECK(conforms(ready + closed + "P2: epoll_wait(ep, 8, 0) = [1:IN]  # 3 4\n"));
    CHECK_FALSE(conforms(ready + closed + "P2: epoll_wait(ep, 8, 0) = []  # 3 4\n"));
    CHECK_FALSE(conforms(ready + closed +
                         "P2: close(e) = 0                   # 3 4\n"
                         "P2: epoll_wait(ep, 8, 0) = [1:IN]  # 5 6\n"));
}

const std::string kAloneWithOneEnd =
    "T1: epoll_create1(0) = ep\nT1: pipe2([r, w], O_NONBLOCK)\n"
    "T1: epoll_ctl(ep, ADD, r, {IN, 1})\nT1: fork()\nT1: close(w)\n";

TEST_CASE("the end of a process lets go what it had alone, and then it makes no calls") {
    const std::string program = kAloneWithOneEnd + "barrier\n";
    CHECK(conforms(program + "T2: epoll_wait(ep, 8, -1) = [1:HUP]  # 1 5\n"
                             "P2: exit() = 0                       # 2 6\n"
                             "P2: epoll_wait(ep, 8, 0) = ESRCH     # 7 8\n"
                             "P2: close(w) = ESRCH                 # 9 10\n"));
    CHECK_FALSE(conforms(program + "T2: epoll_wait(ep, 8, 0) = [1:HUP]  # 1 2\n"
                                   "P2: exit() = 0                      # 3 4\n"));
}

TEST_CASE("the end of a process that has several files alone is followed if nothing overlaps it") {
    const std::string program = kAloneWithOneEnd + "P2: eventfd(0, EFD_NONBLOCK) = own\nbarrier\n";
    CHECK(conforms(program + "P2: exit() = 0                      # 1 2\n"
                             "T2: epoll_wait(ep, 8, 0) = [1:HUP]  # 3 4\n"));
    const auto overlapped = judged(program +
                                       "P2: exit() = 0                      # 1 4\n"
                                       "T2: epoll_wait(ep, 8, 0) = [1:HUP]  # 2 3\n",
                                   Tier::kExact);
    CHECK(overlapped.verdict == Verdict::kInconclusive);
    CHECK(overlapped.reason.find("the end of a process") != std::string::npos);
}

}  // namespace
}  // namespace epollcheck
