// Tests of the judge of concurrent histories: for each promise a history that keeps it and one that
// breaks it, written by hand, so that what the judge says does not depend on a machine.

#include "stress/history/history_judge.h"

#include <catch2/catch.hpp>

#include "stress/history/history_test_support.h"

namespace epollcheck {
namespace {

using Verdict = HistoryJudgement::Verdict;

const std::string kEventfd =
    "T1: epoll_create1(0) = ep\n"
    "T1: eventfd(0, EFD_NONBLOCK) = e\n";
const std::string kLevel = kEventfd + "T1: epoll_ctl(ep, ADD, e, {IN, 1})\nbarrier\n";
const std::string kEdge = kEventfd + "T1: epoll_ctl(ep, ADD, e, {IN|ET, 1})\nbarrier\n";
const std::string kOneshot = kEventfd + "T1: epoll_ctl(ep, ADD, e, {IN|ONESHOT, 1})\nbarrier\n";

TEST_CASE("a wait that overlaps a write may report it, and one before it may not") {
    CHECK(conforms(kLevel + "T1: epoll_wait(ep, 8, -1) = [1:IN]  # 1 5\n"
                            "T2: write(e, {1}) = 8               # 2 4\n"));
    CHECK_FALSE(conforms(kLevel + "T1: epoll_wait(ep, 8, -1) = [1:IN]  # 1 2\n"
                                  "T2: write(e, {1}) = 8               # 3 4\n"));
}

TEST_CASE("R-F9: what was written before a wait began is reported") {
    CHECK_FALSE(conforms(kLevel + "T2: write(e, {1}) = 8          # 1 2\n"
                                  "T1: epoll_wait(ep, 8, 0) = []  # 3 4\n"));
    CHECK(conforms(kLevel + "T2: write(e, {1}) = 8          # 1 3\n"
                            "T1: epoll_wait(ep, 8, 0) = []  # 2 4\n"));
}

TEST_CASE("R-F3: who joins a queue between a change and its wake-up finds it ready twice") {
    const std::string beginning =
        "T1: pipe2([r, w], O_NONBLOCK)\nT1: epoll_create1(0) = ep\nbarrier\n";
    const std::pair<std::string, std::string> changes[] = {
        {"T1: close(w) = 0", "[1:HUP]"},
        {"T1: write(w, 1) = 1", "[1:IN]"},
    };
    for (const auto& [change, events] : changes) {
        const std::string overlapping = beginning + change + "  # 1 9\n" +
                                        "T3: epoll_ctl(ep, ADD, r, {IN|ET, 1}) = 0  # 2 3\n" +
                                        "T3: epoll_wait(ep, 8, 0) = " + events + "  # 4 5\n" +
                                        "T1: epoll_wait(ep, 8, 0) = " + events + "  # 10 11\n";
        CHECK(conforms(overlapping));
        CHECK_FALSE(conforms(overlapping + "T1: epoll_wait(ep, 8, 0) = " + events + "  # 12 13\n"));
        CHECK(conforms(beginning + change + "  # 1 9\n" +
                       "T3: epoll_ctl(ep, ADD, r, {IN|ET, 1}) = 0  # 2 3\n" +
                       "T1: epoll_wait(ep, 8, 0) = " + events + "  # 10 11\n" +
                       "T1: epoll_wait(ep, 8, 0) = []  # 12 13\n"));
        CHECK_FALSE(conforms(beginning + change + "  # 1 9\n" +
                             "T3: epoll_ctl(ep, ADD, r, {IN|ET, 1}) = 0  # 2 3\n" +
                             "T1: epoll_wait(ep, 8, 0) = []  # 10 11\n"));
        // The change was over before anybody joined.
        CHECK_FALSE(conforms(beginning + change + "  # 1 2\n" +
                             "T3: epoll_ctl(ep, ADD, r, {IN|ET, 1}) = 0  # 3 4\n" +
                             "T3: epoll_wait(ep, 8, 0) = " + events + "  # 5 6\n" +
                             "T1: epoll_wait(ep, 8, 0) = " + events + "  # 10 11\n"));
    }
}

TEST_CASE("R-F18: who sleeps at the end has nothing to report") {
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        const HistoryJudgement lost = judged(kEdge +
                                                 "T1: epoll_wait(ep, 8, -1) = blocks  # 1 blocked\n"
                                                 "T2: write(e, {1}) = 8               # 2 3\n",
                                             tier);
        CHECK(lost.verdict == Verdict::kDeviates);
        CHECK(lost.lost_wakeup);
        CHECK(lost.rules.contains(Rule::kF18));
        CHECK(conforms(kEdge + "T1: epoll_wait(ep, 8, -1) = blocks  # 1 blocked\n"
                               "T2: read(e, u64) = EAGAIN           # 2 3\n",
                       tier));
    }
}

TEST_CASE("R-F12: a wait that begins after DEL returned does not report the item") {
    const std::string ready = kEventfd +
                              "T1: epoll_ctl(ep, ADD, e, {IN, 1})\n"
                              "T1: write(e, {1})\n"
                              "barrier\n";
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        CHECK(conforms(ready + "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 1 5\n"
                               "T2: epoll_ctl(ep, DEL, e, NULL) = 0  # 2 4\n",
                       tier));
        CHECK_FALSE(conforms(ready + "T2: epoll_ctl(ep, DEL, e, NULL) = 0  # 1 2\n"
                                     "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 3 4\n",
                             tier));
    }
}

TEST_CASE("R-F15 and R-E15: ONESHOT and ET are delivered to one waiter") {
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        for (const std::string& program : {kOneshot, kEdge}) {
            CHECK(conforms(program + "T1: epoll_wait(ep, 8, -1) = [1:IN]  # 1 6\n"
                                     "T2: epoll_wait(ep, 8, -1) = blocks  # 2 blocked\n"
                                     "T3: write(e, {1}) = 8               # 3 4\n",
                           tier));
            CHECK_FALSE(conforms(program + "T1: epoll_wait(ep, 8, -1) = [1:IN]  # 1 6\n"
                                           "T2: epoll_wait(ep, 8, -1) = [1:IN]  # 2 7\n"
                                           "T3: write(e, {1}) = 8               # 3 4\n",
                                 tier));
        }
    }
}

TEST_CASE("R-E16: a level that nobody takes away is reported to every waiter") {
    CHECK(conforms(kLevel + "T1: epoll_wait(ep, 8, -1) = [1:IN]  # 1 6\n"
                            "T2: epoll_wait(ep, 8, -1) = [1:IN]  # 2 7\n"
                            "T3: write(e, {1}) = 8               # 3 4\n"));
    const std::string one_sleeps = kLevel +
                                   "T1: epoll_wait(ep, 8, -1) = [1:IN]  # 1 6\n"
                                   "T2: epoll_wait(ep, 8, -1) = blocks  # 2 blocked\n"
                                   "T3: write(e, {1}) = 8               # 3 4\n";
    CHECK_FALSE(conforms(one_sleeps));
    CHECK(conforms(one_sleeps, Tier::kContract));
}

TEST_CASE("R-F7: an empty look while another thread harvests is a detail of old kernels") {
    const std::string text = kEventfd +
                             "T1: epoll_ctl(ep, ADD, e, {IN, 1})\n"
                             "T1: write(e, {1})\n"
                             "barrier\n"
                             "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 1 4\n"
                             "T2: epoll_wait(ep, 8, 0) = []      # 2 3\n";
    CHECK(conforms(text));
    CHECK_FALSE(conforms(text, Tier::kContract));
}

TEST_CASE("R-F3: a batch is not a snapshot of all files") {
    const std::string two = kEventfd +
                            "T1: eventfd(1, EFD_NONBLOCK) = f\n"
                            "T1: epoll_ctl(ep, ADD, f, {IN, 2})\n"
                            "T1: epoll_ctl(ep, ADD, e, {IN, 1})\n"
                            "T1: write(e, {1})\n"
                            "barrier\n";
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        CHECK(conforms(two + "T1: epoll_wait(ep, 8, 0) = [2:IN]  # 1 4\n"
                             "T2: read(e, u64) = {1}             # 2 3\n",
                       tier));
        CHECK_FALSE(conforms(two + "T1: epoll_wait(ep, 8, 0) = [2:IN]  # 1 2\n"
                                   "T2: read(e, u64) = {1}             # 3 4\n",
                             tier));
    }
}

TEST_CASE("R-C31: EXCLUSIVE spares the others once a thread was woken") {
    const std::string two = kEventfd +
                            "T1: epoll_create1(0) = q\n"
                            "T1: epoll_ctl(ep, ADD, e, {IN|EXCLUSIVE, 1})\n"
                            "T1: epoll_ctl(q, ADD, e, {IN|EXCLUSIVE, 2})\n"
                            "barrier\n";
    CHECK(conforms(two + "T1: epoll_wait(ep, 8, -1) = [1:IN]  # 1 6\n"
                         "T2: epoll_wait(q, 8, -1) = blocks   # 2 blocked\n"
                         "T3: await(T1) = 0                   # 3 4\n"
                         "T3: write(e, {1}) = 8               # 5 7\n"));
    CHECK_FALSE(conforms(two + "T1: epoll_wait(ep, 8, -1) = blocks  # 1 blocked\n"
                               "T2: epoll_wait(q, 8, -1) = blocks   # 2 blocked\n"
                               "T3: write(e, {1}) = 8               # 5 7\n"));
}

TEST_CASE("R-E3: a wait without end does not return with nothing") {
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        CHECK_FALSE(conforms(kLevel + "T1: epoll_wait(ep, 8, -1) = []  # 1 4\n"
                                      "T2: read(e, u64) = EAGAIN       # 2 3\n",
                             tier));
    }
}

TEST_CASE("R-C8: what finds no room in a batch comes in a later one") {
    const std::string two = kEventfd +
                            "T1: eventfd(1, EFD_NONBLOCK) = f\n"
                            "T1: epoll_ctl(ep, ADD, f, {IN|ET, 2})\n"
                            "T1: epoll_ctl(ep, ADD, e, {IN|ET, 1})\n"
                            "T1: write(e, {1})\n"
                            "barrier\n"
                            "T2: epoll_wait(ep, 1, 0) = [2:IN]  # 1 2\n";
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        CHECK(conforms(two + "T1: epoll_wait(ep, 1, 0) = [1:IN]  # 3 4\n", tier));
        CHECK_FALSE(conforms(two + "T1: epoll_wait(ep, 1, 0) = []      # 3 4\n", tier));
    }
}

TEST_CASE("R-E13: who came last to sleep is woken first") {
    const auto woken = [](const char* first, const char* second) {
        return kEdge + "T1: epoll_wait(ep, 8, -1) = " + first +
               "\n"
               "T2: await(T1) = 0      # 2 3\n"
               "T2: epoll_wait(ep, 8, -1) = " +
               second +
               "\n"
               "T3: await(T1) = 0      # 5 6\n"
               "T3: await(T2) = 0      # 7 8\n"
               "T3: write(e, {1}) = 8  # 9 10\n";
    };
    CHECK(conforms(woken("blocks # 1 blocked", "[1:IN] # 4 11")));
    CHECK_FALSE(conforms(woken("[1:IN] # 1 11", "blocks # 4 blocked")));
    CHECK(conforms(woken("[1:IN] # 1 11", "blocks # 4 blocked"), Tier::kContract));
}

TEST_CASE("R-F23: of two opposing nested ADDs one succeeds") {
    const std::string two =
        "T1: epoll_create1(0) = p\n"
        "T1: epoll_create1(0) = q\n"
        "barrier\n";
    CHECK(conforms(two + "T1: epoll_ctl(p, ADD, q, {IN, 1}) = 0      # 1 3\n"
                         "T2: epoll_ctl(q, ADD, p, {IN, 2}) = ELOOP  # 2 4\n"));
    CHECK_FALSE(conforms(two + "T1: epoll_ctl(p, ADD, q, {IN, 1}) = 0  # 1 3\n"
                               "T2: epoll_ctl(q, ADD, p, {IN, 2}) = 0  # 2 4\n"));
}

TEST_CASE("a close removes the items before the other end learns of it") {
    const std::string pair =
        "T1: epoll_create1(0) = ep\n"
        "T1: pipe2([r, w], O_NONBLOCK)\n"
        "T1: epoll_ctl(ep, ADD, w, {OUT, 1})\n"
        "T1: epoll_ctl(ep, ADD, r, {IN, 2})\n"
        "barrier\n";
    // Neither the items of w, which are gone, nor the end of r, which is still to come.
    CHECK(conforms(pair + "T1: close(w) = 0               # 1 4\n"
                          "T2: epoll_wait(ep, 8, 0) = []  # 2 3\n"));
    CHECK_FALSE(conforms(pair + "T1: close(w) = 0               # 1 2\n"
                                "T2: epoll_wait(ep, 8, 0) = []  # 3 4\n"));
}

TEST_CASE("R-B41: a file that a harvest holds goes when that call is over") {
    const std::string pair =
        "T1: epoll_create1(0) = ep\n"
        "T1: socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, [r, w])\n"
        "T1: epoll_ctl(ep, ADD, r, {IN|ONESHOT, 1})\n"
        "T1: epoll_ctl(ep, ADD, w, {IN|ET, 2})\n"
        "T1: write(w, 1)\n"
        "barrier\n";
    CHECK(conforms(pair + "T2: epoll_wait(ep, 8, 0) = [1:IN]            # 1 6\n"
                          "T1: close(r) = 0                             # 2 3\n"
                          "T1: epoll_wait(ep, 8, 0) = []                # 4 5\n"
                          "T2: epoll_wait(ep, 8, 0) = [2:IN|ERR|HUP]    # 7 8\n"));
    CHECK_FALSE(conforms(pair + "T2: epoll_wait(ep, 8, 0) = [1:IN]          # 1 2\n"
                                "T1: close(r) = 0                           # 3 4\n"
                                "T1: epoll_wait(ep, 8, 0) = []              # 5 6\n"
                                "T2: epoll_wait(ep, 8, 0) = [2:IN|ERR|HUP]  # 7 8\n"));
}

TEST_CASE("R-F14: a wake-up in the middle of a harvest may give one more report of an edge") {
    const std::string ready = kEventfd +
                              "T1: epoll_ctl(ep, ADD, e, {IN|ET, 1})\n"
                              "T1: write(e, {1})\n"
                              "barrier\n";
    CHECK(conforms(ready + "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 1 4\n"
                           "T2: write(e, {1}) = 8              # 2 3\n"
                           "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 5 6\n"));
    CHECK_FALSE(conforms(ready + "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 1 4\n"
                                 "T2: write(e, {1}) = 8              # 2 3\n"
                                 "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 5 6\n"
                                 "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 7 8\n"));
}

TEST_CASE("R-C30: one EXCLUSIVE item alone is told at every tier") {
    const std::string one = kEventfd +
                            "T1: epoll_ctl(ep, ADD, e, {IN|EXCLUSIVE, 1})\n"
                            "barrier\n";
    const std::string two = one +
                            "T1: epoll_wait(ep, 8, -1) = blocks  # 1 blocked\n"
                            "T2: write(e, {1}) = 8               # 2 3\n";
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        CHECK_FALSE(conforms(two, tier));
        CHECK(conforms(one + "T1: epoll_wait(ep, 8, -1) = [1:IN]  # 1 4\n"
                             "T2: write(e, {1}) = 8               # 2 3\n",
                       tier));
    }
    // Of two either one may be told.
    CHECK(conforms(kEventfd + "T1: epoll_create1(0) = q\n"
                              "T1: epoll_ctl(ep, ADD, e, {IN|EXCLUSIVE, 1})\n"
                              "T1: epoll_ctl(q, ADD, e, {IN|EXCLUSIVE, 2})\n"
                              "barrier\n"
                              "T1: epoll_wait(ep, 8, -1) = blocks  # 1 blocked\n"
                              "T2: epoll_wait(q, 8, -1) = [2:IN]   # 2 5\n"
                              "T3: write(e, {1}) = 8               # 3 4\n",
                   Tier::kContract));
}

TEST_CASE("R-C7: calls that follow each other go through all files that stay ready") {
    const std::string two = kEventfd +
                            "T1: eventfd(1, EFD_NONBLOCK) = f\n"
                            "T1: epoll_ctl(ep, ADD, f, {IN, 2})\n"
                            "T1: epoll_ctl(ep, ADD, e, {IN, 1})\n"
                            "T1: write(e, {1})\n"
                            "barrier\n";
    const std::string again = two +
                              "T2: epoll_wait(ep, 1, 0) = [2:IN]  # 1 2\n"
                              "T2: epoll_wait(ep, 1, 0) = [2:IN]  # 3 4\n";
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        CHECK_FALSE(conforms(again + "T1: epoll_wait(ep, 8, 0) = [1:IN, 2:IN]  # 5 6\n", tier));
        CHECK(conforms(again + "T1: epoll_wait(ep, 1, 0) = [1:IN]  # 2 3\n", tier));
    }
    // Two calls that overlap may tell of the same file; at tier exact one of them comes first.
    const std::string both = two +
                             "T1: epoll_wait(ep, 1, 0) = [2:IN]  # 1 3\n"
                             "T2: epoll_wait(ep, 1, 0) = [2:IN]  # 2 4\n";
    CHECK(conforms(both, Tier::kContract));
    CHECK_FALSE(conforms(both));
}

TEST_CASE("R-E19: a signal ends a wait that has nothing to report, and takes nothing along") {
    for (const Tier tier : {Tier::kExact, Tier::kContract}) {
        CHECK(conforms(kEdge + "T1: epoll_wait(ep, 8, -1) = EINTR  # 1 4\n"
                               "T2: interrupt(T1) = 0              # 2 3\n",
                       tier));
        CHECK_FALSE(conforms(kEdge + "T1: epoll_wait(ep, 8, -1) = EINTR  # 1 2\n"
                                     "T2: interrupt(T1) = 0              # 3 4\n",
                             tier));
        const std::string ended = kEdge +
                                  "T1: epoll_wait(ep, 8, -1) = EINTR  # 1 4\n"
                                  "T2: interrupt(T1) = 0              # 2 3\n"
                                  "T3: write(e, {1}) = 8              # 1 5\n";
        CHECK(conforms(ended + "T1: epoll_wait(ep, 8, 0) = [1:IN]  # 6 7\n", tier));
        CHECK_FALSE(conforms(ended + "T1: epoll_wait(ep, 8, 0) = []  # 6 7\n", tier));
    }
    const std::string sleeps_on = kEdge +
                                  "T1: epoll_wait(ep, 8, -1) = blocks  # 1 blocked\n"
                                  "T2: await(T1) = 0                   # 2 3\n"
                                  "T2: interrupt(T1) = 0               # 4 5\n";
    CHECK_FALSE(conforms(sleeps_on));
    CHECK(conforms(sleeps_on, Tier::kContract));
}

}  // namespace
}  // namespace epollcheck
