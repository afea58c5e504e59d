// Leaks. See leaks.h.

#include "stress/leaks.h"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>

#include "stress/scale/kernel_memory.h"

namespace epollcheck {

namespace {

/// The numbers in a directory of /proc, as descriptors and threads are; -1 for its own descriptor.
std::vector<int> numbers_in(const char* directory) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(directory), closedir);
    std::vector<int> numbers;
    if (open == nullptr) {
        return numbers;
    }
    while (const dirent* entry = readdir(open.get())) {
        char* end = nullptr;
        const long number = std::strtol(entry->d_name, &end, 10);
        if (end != entry->d_name && *end == '\0' && number != dirfd(open.get())) {
            numbers.push_back(static_cast<int>(number));
        }
    }
    return numbers;
}

bool is_instance(int fd) {
    char target[64] = {};
    const std::string link = fmt::format("/proc/self/fd/{}", fd);
    return readlink(link.c_str(), target, sizeof target - 1) > 0 &&
           std::string(target) == "anon_inode:[eventpoll]";
}

long watches_of(int fd) {
    std::ifstream file(fmt::format("/proc/self/fdinfo/{}", fd));
    long watches = 0;
    for (std::string line; std::getline(file, line);) {
        watches += line.starts_with("tfd:") ? 1 : 0;
    }
    return watches;
}

/// The second number of /proc/self/statm, which is in pages.
long resident_bytes() {
    long size = 0;
    long resident = 0;
    return std::ifstream("/proc/self/statm") >> size >> resident ? resident * sysconf(_SC_PAGESIZE)
                                                                 : -1;
}

std::string counted(long count, const char* thing) {
    return count < 0 ? fmt::format("? {}s", thing)
                     : fmt::format("{} {}{}", count, thing,
                                   count == 1                      ? ""
                                   : std::string(thing) == "watch" ? "es"
                                                                   : "s");
}

}  // namespace

Holdings take_snapshot() {
    Holdings holdings;
    const std::vector<int> fds = numbers_in("/proc/self/fd");
    if (!fds.empty()) {
        holdings.descriptors = static_cast<long>(fds.size());
        holdings.instances = 0;
        holdings.watches = 0;
    }
    for (const int fd : fds) {
        if (is_instance(fd)) {
            ++holdings.instances;
            holdings.watches += watches_of(fd);
        }
    }
    if (const auto threads = numbers_in("/proc/self/task"); !threads.empty()) {
        holdings.threads = static_cast<long>(threads.size());
    }
    holdings.resident_bytes = resident_bytes();
    holdings.system_watches = static_cast<long>(scale::slab_cache("eventpoll_epi").objects);
    return holdings;
}

std::vector<Leak> find_leaks(const Holdings& before, const Holdings& after,
                             const LeakAllowance& allowance) {
    constexpr struct {
        const char* what;
        long Holdings::*held;
        long LeakAllowance::*allowed;
    } kKinds[] = {
        {"descriptors", &Holdings::descriptors, &LeakAllowance::descriptors},
        {"instances", &Holdings::instances, &LeakAllowance::instances},
        {"watches", &Holdings::watches, &LeakAllowance::watches},
        {"threads", &Holdings::threads, &LeakAllowance::threads},
        {"resident bytes", &Holdings::resident_bytes, &LeakAllowance::resident_bytes},
        {"watches of the system", &Holdings::system_watches, &LeakAllowance::system_watches},
    };
    std::vector<Leak> leaks;
    for (const auto& kind : kKinds) {
        const long was = before.*kind.held;
        const long is = after.*kind.held;
        if (was >= 0 && is - was > allowance.*kind.allowed) {
            leaks.push_back({kind.what, was, is});
        }
    }
    return leaks;
}

std::string holdings_text(const Holdings& holdings) {
    return fmt::format(
        "{}, {}, {}, {}, {} resident", counted(holdings.descriptors, "descriptor"),
        counted(holdings.instances, "instance"), counted(holdings.watches, "watch"),
        counted(holdings.threads, "thread"),
        holdings.resident_bytes < 0 ? "?" : fmt::format("{} MiB", holdings.resident_bytes >> 20));
}

std::string leaks_text(const std::vector<Leak>& leaks) {
    std::string text;
    for (const Leak& leak : leaks) {
        text += fmt::format("leak: {} grew from {} to {}\n", leak.what, leak.before, leak.after);
    }
    return text;
}

}  // namespace epollcheck
