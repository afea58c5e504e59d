// epoll-on-poll with threads: what its honest form does, and that its seeded defects do otherwise.
//
// A thread counts as waiting when the kernel says that it is in ppoll(2), so nothing is guessed by
// time, with one exception: that a wake-up is lost is seen by a wait that has not ended after a
// while.

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "harness/target/plugin_library.h"

namespace epollcheck {
namespace {

constexpr std::chrono::milliseconds kAWhile{150};

std::string text_of(const std::string& path) {
    std::string text;
    if (FILE* const file = std::fopen(path.c_str(), "r")) {
        char buffer[256] = {};
        text = std::fgets(buffer, sizeof buffer, file) != nullptr ? buffer : "";
        std::fclose(file);
    }
    return text;
}

class Subject {
public:
    explicit Subject(const char* defect) {
        auto loaded = PluginLibrary::load(EPOLLCHECK_PLUGINS "/epoll_on_poll.so");
        REQUIRE(std::holds_alternative<PluginLibrary>(loaded));
        library_ = std::move(std::get<PluginLibrary>(loaded));
        REQUIRE(library_->table().choose_defect(defect) == 0);
        instance = library_->table().create1(0);
        REQUIRE(instance >= 0);
    }
    ~Subject() {
        call().choose_defect(nullptr);
        call().reset();
        for (const int fd : owned_) {
            ::close(fd);
        }
        ::close(instance);
    }
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;

    [[nodiscard]] const epollcheck_plugin& call() const { return library_->table(); }
    int control(int op, int fd, std::uint32_t events, std::uint64_t data, int on = -1) const {
        epoll_event event = {};
        event.events = events;
        event.data.u64 = data;
        return call().ctl(on < 0 ? instance : on, op, fd, &event);
    }
    /// An eventfd, with a count if it is to be ready.
    int file(unsigned count) {
        owned_.insert(::eventfd(count, EFD_NONBLOCK));
        return *owned_.rbegin();
    }
    void make_ready(int fd) const { REQUIRE(::eventfd_write(fd, 1) == 0); }

    int instance = -1;

private:
    std::optional<PluginLibrary> library_;
    std::set<int> owned_;
};

/// A thread in a wait for one event.
class Waiter {
public:
    explicit Waiter(const Subject& subject, int timeout_ms = -1)
        : thread_([this, &subject, timeout_ms] {
              id_ = static_cast<int>(syscall(SYS_gettid));
              result = subject.call().wait(subject.instance, &event, 1, timeout_ms);
              ended_ = true;
          }) {
        const auto in_poll = [this] {
            const std::string call = text_of("/proc/self/task/" + std::to_string(id_) + "/syscall");
            return id_ != 0 && call.rfind(std::to_string(SYS_ppoll) + " ", 0) == 0;
        };
        while (!ended_ && !in_poll()) {
            std::this_thread::yield();
        }
    }
    ~Waiter() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// Waits for its end: as long as it takes, or for a while if the end would be a surprise.
    bool ends(bool surprisingly) const {
        const auto limit =
            std::chrono::steady_clock::now() + (surprisingly ? kAWhile : 100 * kAWhile);
        while (!ended_ && std::chrono::steady_clock::now() < limit) {
            std::this_thread::yield();
        }
        return ended_;
    }

    int result = 0;
    epoll_event event = {};

private:
    std::atomic<int> id_ = 0;
    std::atomic<bool> ended_ = false;
    std::thread thread_;
};

/// What happens to one subject; true if it behaves. `defective` says what to expect.
using Scenario = std::function<bool(Subject& subject, bool defective)>;

/// Ends the waits of a scenario whatever became of them.
void let_go(Subject& subject) {
    subject.call().choose_defect(nullptr);
    subject.control(EPOLL_CTL_ADD, subject.file(1), EPOLLIN, 99);
}

bool add_is_heard(Subject& subject, bool defective) {
    Waiter waiter(subject);
    subject.control(EPOLL_CTL_ADD, subject.file(1), EPOLLIN, 7);
    const bool heard = waiter.ends(defective);
    let_go(subject);
    return heard;
}

bool mod_is_heard(Subject& subject, bool defective) {
    const int fd = subject.file(1);
    subject.control(EPOLL_CTL_ADD, fd, 0, 7);
    Waiter waiter(subject);
    subject.control(EPOLL_CTL_MOD, fd, EPOLLIN, 8);
    const bool heard = waiter.ends(defective);
    let_go(subject);
    return heard;
}

bool inner_change_is_heard(Subject& subject, bool defective) {
    const int inner = subject.call().create1(0);
    subject.control(EPOLL_CTL_ADD, inner, EPOLLIN, 7);
    bool heard = false;
    {
        Waiter waiter(subject);
        subject.control(EPOLL_CTL_ADD, subject.file(1), EPOLLIN, 8, inner);
        heard = waiter.ends(defective);
        let_go(subject);
    }
    subject.call().close(inner);
    return heard;
}

bool all_hear(Subject& subject, bool defective) {
    Waiter first(subject);
    Waiter second(subject);
    subject.control(EPOLL_CTL_ADD, subject.file(1), EPOLLIN, 7);
    const bool heard = first.ends(defective) && second.ends(defective);
    let_go(subject);
    return heard;
}

bool wait_goes_on(Subject& subject, bool) {
    Waiter waiter(subject);
    subject.control(EPOLL_CTL_ADD, subject.file(0), EPOLLIN, 7);
    const bool early = waiter.ends(true);
    let_go(subject);
    return !early && waiter.ends(false) && waiter.result == 1;
}

bool control_does_not_hang(Subject& subject, bool defective) {
    Waiter waiter(subject, defective ? 300 : 60'000);
    subject.control(EPOLL_CTL_ADD, subject.file(1), EPOLLIN, 7);  // before the wait times out
    return waiter.ends(false) && waiter.result == 1;
}

bool close_does_not_hang(Subject& subject, bool defective) {
    const int fd = subject.file(0);
    subject.control(EPOLL_CTL_ADD, fd, EPOLLIN, 7);
    Waiter waiter(subject);
    std::atomic<bool> closed = false;
    std::thread closer([&] {
        const int copy = subject.call().dup(subject.instance);
        subject.call().close(copy);
        closed = true;
    });
    const auto limit = std::chrono::steady_clock::now() + (defective ? kAWhile : 100 * kAWhile);
    while (!closed && std::chrono::steady_clock::now() < limit) {
        std::this_thread::yield();
    }
    const bool closes = closed;
    subject.make_ready(fd);
    closer.join();
    return closes;
}

/// Each round changes an item while somebody waits for its file, which becomes ready after that.
/// False if an event with data 7, from before the change, is reported.
bool change_is_final(Subject& subject, int change, bool defective) {
    const int rounds = defective ? 500 : 40;
    const int fd = subject.file(0);
    const int other = subject.file(1);
    bool clean = true;
    for (int round = 0; round < rounds && clean; ++round) {
        subject.control(EPOLL_CTL_ADD, fd, EPOLLIN, 7);
        Waiter waiter(subject);
        subject.control(change, fd, EPOLLIN, 8);
        subject.make_ready(fd);
        subject.control(EPOLL_CTL_ADD, other, EPOLLIN, 9);
        clean = waiter.ends(false) && waiter.event.data.u64 != 7;
        subject.control(EPOLL_CTL_DEL, fd, 0, 0);
        subject.control(EPOLL_CTL_DEL, other, 0, 0);
        eventfd_t count = 0;
        ::eventfd_read(fd, &count);
    }
    return clean;
}

/// The wait that watches an EXCLUSIVE file for all may time out: the next one takes over.
bool exclusive_wake_is_passed_on(Subject& subject, bool defective) {
    const int fd = subject.file(0);
    subject.control(EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE, 7);
    Waiter chosen(subject, 100);
    Waiter other(subject);
    if (!chosen.ends(false)) {
        return false;
    }
    subject.make_ready(fd);
    const bool heard = other.ends(defective);
    let_go(subject);
    return heard;
}

/// A file that gets the number of one that was closed is another file.
bool closed_is_forgotten(Subject& subject, bool) {
    const int closed = ::eventfd(0, EFD_NONBLOCK);
    subject.control(EPOLL_CTL_ADD, closed, EPOLLIN, 7);
    Waiter waiter(subject);
    subject.call().close(closed);
    const int fresh = subject.file(1);
    subject.control(EPOLL_CTL_ADD, subject.file(1), EPOLLIN, 9);
    return waiter.ends(false) && (fresh != closed || waiter.event.data.u64 == 9);
}

bool overflow_is_kept(Subject& subject, bool) {
    subject.control(EPOLL_CTL_ADD, subject.file(1), EPOLLIN | EPOLLET, 7);
    subject.control(EPOLL_CTL_ADD, subject.file(1), EPOLLIN | EPOLLET, 8);
    epoll_event event = {};
    return subject.call().wait(subject.instance, &event, 1, 0) == 1 &&
           subject.call().wait(subject.instance, &event, 1, 0) == 1;
}

bool once_is_once(Subject& subject, std::uint32_t mode, bool defective) {
    const int rounds = defective ? 500 : 40;
    const int fd = subject.file(1);
    subject.control(EPOLL_CTL_ADD, fd, EPOLLIN | mode, 7);
    for (int round = 0; round < rounds; ++round) {
        subject.control(EPOLL_CTL_MOD, fd, EPOLLIN | mode, 7);
        std::atomic<int> got = 0;
        std::atomic<int> here = 0;
        const auto look = [&] {
            epoll_event event = {};
            for (++here; here < 2;) {
                std::this_thread::yield();
            }
            got += subject.call().wait(subject.instance, &event, 1, 0);
        };
        std::thread other(look);
        look();
        other.join();
        if (got != 1) {
            return false;
        }
    }
    return true;
}

struct Seeded {
    const char* defect;
    Scenario scenario;
};

const Seeded kSeeded[] = {
    {"add-wakes-nobody", add_is_heard},
    {"mod-wakes-nobody", mod_is_heard},
    {"inner-change-unheard", inner_change_is_heard},
    {"change-ends-wait", wait_goes_on},
    {"exclusive-wake-eaten", exclusive_wake_is_passed_on},
    {"closed-reported", closed_is_forgotten},
    {"overflow-dropped", overflow_is_kept},
    {"deleted-reported",
     [](Subject& subject, bool defective) {
         return change_is_final(subject, EPOLL_CTL_DEL, defective);
     }},
    {"old-data-reported",
     [](Subject& subject, bool defective) {
         return change_is_final(subject, EPOLL_CTL_MOD, defective);
     }},
    {"close-waits", close_does_not_hang},
    {"rest-with-lock", control_does_not_hang},
    {"oneshot-twice",
     [](Subject& subject, bool defective) {
         return once_is_once(subject, EPOLLONESHOT, defective);
     }},
    {"edge-twice",
     [](Subject& subject, bool defective) { return once_is_once(subject, EPOLLET, defective); }},
};

TEST_CASE("the honest epoll-on-poll wakes, keeps and reports once", "[target]") {
    for (const Seeded& seeded : kSeeded) {
        INFO(seeded.defect);
        Subject subject(nullptr);
        CHECK(seeded.scenario(subject, false));
    }
    Subject subject(nullptr);
    CHECK(all_hear(subject, false));
}

TEST_CASE("seeded defects of epoll-on-poll show", "[target]") {
    for (const Seeded& seeded : kSeeded) {
        INFO(seeded.defect);
        Subject subject(seeded.defect);
        CHECK_FALSE(seeded.scenario(subject, true));
    }
}

TEST_CASE("epoll-on-poll lists its defects, and knows no others", "[target]") {
    Subject subject(nullptr);
    std::set<std::string> names;
    for (const char* const* name = subject.call().defects(); *name != nullptr; ++name) {
        CHECK(subject.call().choose_defect(*name) == 0);
        CHECK(names.insert(*name).second);
    }
    CHECK(names.size() >= 15);
    CHECK(subject.call().choose_defect("no-such-defect") == -ENOENT);
    CHECK(subject.call().choose_defect("") == 0);
}

}  // namespace
}  // namespace epollcheck
