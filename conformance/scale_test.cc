// Numbers beyond what a modelled world holds: hundreds of items of files with closed duplicates,
// and thousands of instances. Here what must hold is so simple that no model is needed.

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdint>
#include <set>
#include <vector>

namespace epollcheck {
namespace {

/// Raises the limit of descriptors to `wanted` as long as it lives.
class RoomForDescriptors {
public:
    explicit RoomForDescriptors(rlim_t wanted) {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = std::max(limit.rlim_cur, wanted);
        there_is_ = limit.rlim_cur <= limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) == 0;
    }
    ~RoomForDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
    RoomForDescriptors(const RoomForDescriptors&) = delete;
    RoomForDescriptors& operator=(const RoomForDescriptors&) = delete;
    [[nodiscard]] bool there_is() const { return there_is_; }

private:
    rlimit before_ = {};
    bool there_is_ = false;
};

int add(int ep, int fd, std::uint64_t data) {
    epoll_event event = {.events = EPOLLIN, .data = {.u64 = data}};
    return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
}

void make_ready(int eventfd) {
    const std::uint64_t one = 1;
    REQUIRE(write(eventfd, &one, sizeof one) == sizeof one);
}

/// The data of all events that one look gives.
std::multiset<std::uint64_t> look(int ep) {
    std::vector<epoll_event> events(4096);
    const int count = epoll_wait(ep, events.data(), static_cast<int>(events.size()), 0);
    REQUIRE(count >= 0);
    std::multiset<std::uint64_t> data;
    for (int i = 0; i < count; ++i) {
        CHECK(events[static_cast<std::size_t>(i)].events == EPOLLIN);
        data.insert(events[static_cast<std::size_t>(i)].data.u64);
    }
    return data;
}

constexpr std::uint64_t kFiles = 500;

// R-A3, R-B39, R-B43: each item lives as long as its file, whatever became of its number.
TEST_CASE("hundreds of files, each registered by a duplicate that was closed", "[scale]") {
    const RoomForDescriptors room(kFiles + 200);
    if (!room.there_is()) {
        WARN("not shown: this process may not open " << kFiles + 200 << " descriptors");
        return;
    }
    const int ep = epoll_create1(EPOLL_CLOEXEC);
    std::vector<int> files;
    std::multiset<std::uint64_t> expected;
    for (std::uint64_t i = 0; i < kFiles; ++i) {
        files.push_back(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
        const int duplicate = fcntl(files.back(), F_DUPFD_CLOEXEC, 0);
        REQUIRE(add(ep, duplicate, 1000 + i) == 0);
        REQUIRE(close(duplicate) == 0);  // the next file gets the number
        REQUIRE(add(ep, files.back(), i) == 0);
        REQUIRE(add(ep, files.back(), i) == -1);
        expected.insert({i, 1000 + i});
    }
    CHECK(look(ep).empty());
    std::ranges::for_each(files, make_ready);
    CHECK(look(ep) == expected);
    for (std::uint64_t i = 0; i < kFiles; i += 2) {  // takes both items of the file along
        REQUIRE(close(files[i]) == 0);
        expected.erase(i);
        expected.erase(1000 + i);
    }
    CHECK(look(ep) == expected);
    for (std::uint64_t i = 1; i < kFiles; i += 2) {
        REQUIRE(close(files[i]) == 0);
    }
    CHECK(look(ep).empty());
    close(ep);
}

// R-A5, R-A11: the ready list has no limit, and each look takes from it what it has room for.
TEST_CASE("thousands of files are ready in one instance", "[scale]") {
    constexpr std::uint64_t kMany = 4000;
    const RoomForDescriptors room(kMany + 200);
    if (!room.there_is()) {
        WARN("not shown: this process may not open " << kMany + 200 << " descriptors");
        return;
    }
    const int ep = epoll_create1(EPOLL_CLOEXEC);
    std::vector<int> files;
    for (std::uint64_t i = 0; i < kMany; ++i) {
        files.push_back(eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC));
        epoll_event event = {.events = EPOLLIN | EPOLLET, .data = {.u64 = i}};
        REQUIRE(epoll_ctl(ep, EPOLL_CTL_ADD, files.back(), &event) == 0);
    }
    constexpr int kBatch = 7;
    std::uint64_t expected = 0;
    epoll_event events[kBatch];
    for (int count = kBatch; count == kBatch;) {
        count = epoll_wait(ep, events, kBatch, 0);
        for (int i = 0; i < count; ++i) {
            REQUIRE(events[i].data.u64 == expected++);  // in the order in which they became ready
        }
    }
    CHECK(expected == kMany);
    CHECK(look(ep).empty());
    std::ranges::for_each(files, [](int fd) { close(fd); });
    close(ep);
}

// R-A3a, R-C44: a file has any number of items, and a wake-up reaches them all.
TEST_CASE("thousands of instances watch one file", "[scale]") {
    constexpr std::uint64_t kInstances = 3000;
    const RoomForDescriptors room(kInstances + 200);
    if (!room.there_is()) {
        WARN("not shown: this process may not open " << kInstances + 200 << " descriptors");
        return;
    }
    const int file = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    std::vector<int> instances;
    for (std::uint64_t i = 0; i < kInstances; ++i) {
        instances.push_back(epoll_create1(EPOLL_CLOEXEC));
        REQUIRE(add(instances.back(), file, i) == 0);
    }
    make_ready(file);
    for (std::uint64_t i = 0; i < kInstances; ++i) {
        REQUIRE(look(instances[i]) == std::multiset<std::uint64_t>{i});
    }
    for (std::uint64_t i = 0; i < kInstances; i += 2) {
        REQUIRE(close(instances[i]) == 0);
    }
    REQUIRE(look(instances[1]) == std::multiset<std::uint64_t>{1});
    close(file);
    for (std::uint64_t i = 1; i < kInstances; i += 2) {
        REQUIRE(look(instances[i]).empty());
        REQUIRE(close(instances[i]) == 0);
    }
}

// R-A17, R-B48: what an instance held is given back when it goes.
TEST_CASE("an instance is made, used and closed thousands of times", "[scale]") {
    const int file = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
    int number = -1;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        const int ep = epoll_create1(EPOLL_CLOEXEC);
        REQUIRE((number == -1 || ep == number));  // the lowest one that is free
        number = ep;
        REQUIRE(add(ep, file, i) == 0);
        REQUIRE(look(ep).size() == 1);
        REQUIRE(close(ep) == 0);
    }
    close(file);
}

}  // namespace
}  // namespace epollcheck
