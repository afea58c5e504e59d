// Tests of the leak meter: each kind of leak is made on purpose, seen, and seen to be gone.

#include "stress/leaks.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <future>
#include <thread>

namespace epollcheck {

namespace {

std::vector<std::string> kinds(const std::vector<Leak>& leaks) {
    std::vector<std::string> names;
    for (const Leak& leak : leaks) {
        names.push_back(leak.what);
    }
    return names;
}

}  // namespace

TEST_CASE("a process at rest does not leak") {
    const Holdings before = take_snapshot();
    const Holdings after = take_snapshot();
    CHECK(before.descriptors >= 3);
    CHECK(before.threads >= 1);
    CHECK(before.resident_bytes > 0);
    CHECK(find_leaks(before, after).empty());
}

TEST_CASE("descriptors, instances and watches are counted, and missed when they are gone") {
    const Holdings before = take_snapshot();
    const int ep = epoll_create1(0);
    const int file = eventfd(0, 0);
    const int copy = dup(file);
    epoll_event event{EPOLLIN, {.u64 = 1}};
    REQUIRE(epoll_ctl(ep, EPOLL_CTL_ADD, file, &event) == 0);
    REQUIRE(epoll_ctl(ep, EPOLL_CTL_ADD, copy, &event) == 0);
    const Holdings held = take_snapshot();
    CHECK(held.descriptors == before.descriptors + 3);
    CHECK(held.instances == before.instances + 1);
    CHECK(held.watches == before.watches + 2);
    CHECK(kinds(find_leaks(before, held)) ==
          std::vector<std::string>{"descriptors", "instances", "watches"});

    close(copy);  // its watch stays, because the file is open
    CHECK(take_snapshot().watches == before.watches + 2);
    close(file);
    CHECK(kinds(find_leaks(before, take_snapshot())) ==
          std::vector<std::string>{"descriptors", "instances"});
    close(ep);
    CHECK(find_leaks(before, take_snapshot()).empty());
}

TEST_CASE("a thread is counted") {
    const Holdings before = take_snapshot();
    std::promise<void> may_end;
    std::thread thread([end = may_end.get_future()] { end.wait(); });
    const Holdings held = take_snapshot();
    may_end.set_value();
    thread.join();
    CHECK(held.threads == before.threads + 1);
    CHECK(kinds(find_leaks(before, held)) == std::vector<std::string>{"threads"});
}

TEST_CASE("memory has an allowance, and is missed beyond it") {
    const Holdings before = take_snapshot();
    std::vector<char> large(std::size_t{80} << 20, 'x');
    const Holdings held = take_snapshot();
    CHECK(large[large.size() / 2] == 'x');
    CHECK(held.resident_bytes >= before.resident_bytes + (70L << 20));
    CHECK(kinds(find_leaks(before, held)) == std::vector<std::string>{"resident bytes"});
    LeakAllowance generous;
    generous.resident_bytes = held.resident_bytes - before.resident_bytes;
    CHECK(find_leaks(before, held, generous).empty());
}

TEST_CASE("what cannot be read is no leak") {
    Holdings unknown;
    Holdings known = take_snapshot();
    CHECK(find_leaks(unknown, known).empty());
    CHECK(find_leaks(known, unknown).empty());
}

TEST_CASE("holdings and leaks have a text") {
    Holdings holdings;
    holdings.descriptors = 7;
    holdings.instances = 1;
    holdings.watches = 2;
    holdings.resident_bytes = 5L << 20;
    CHECK(holdings_text(holdings) ==
          "7 descriptors, 1 instance, 2 watches, ? threads, 5 MiB resident");
    CHECK(leaks_text({{"descriptors", 7, 9}}) == "leak: descriptors grew from 7 to 9\n");
}

}  // namespace epollcheck
