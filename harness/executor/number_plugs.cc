// Filling the holes in the descriptor table. See number_plugs.h.

#include "harness/executor/number_plugs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <limits>

#include "model/vocabulary/result.h"

namespace epollcheck {
namespace {

std::atomic<unsigned> changes_noted{0};

// What a program must be able to open at least (model/world: kMaxSlots).
constexpr rlim_t kWantedNumbers = 64;
constexpr const char* kAdvice = "Raise the limit of open files (ulimit -n 1024).";

/// The most numbers that this process may have.
int number_limit() {
    rlimit limit = {};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 1024;
    }
    return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
}

/// Asks for each number, for systems without /proc.
int highest_by_asking() {
    int highest = -1;
    for (int fd = 0; fd < number_limit(); ++fd) {
        if (fcntl(fd, F_GETFD) != -1) {
            highest = fd;
        }
    }
    return highest;
}

/// The highest open number below the limit. Numbers may be open beyond a limit that was lowered
/// later; those cannot collide with anything that a program opens.
int highest_open_number() {
    const int end = number_limit();
    DIR* const directory = opendir("/proc/self/fd");
    if (directory == nullptr) {
        return highest_by_asking();
    }
    int highest = -1;
    while (const dirent* const entry = readdir(directory)) {
        char* rest = nullptr;
        const long fd = std::strtol(entry->d_name, &rest, 10);
        const bool is_number = rest != entry->d_name && *rest == '\0';
        if (is_number && fd < end && fd != dirfd(directory)) {
            highest = std::max(highest, static_cast<int>(fd));
        }
    }
    closedir(directory);
    return highest;
}

/// Makes sure that a program can open enough numbers and none that a result cannot tell. Containers
/// often allow a million numbers, so that a program could open one that is meant to be invalid.
std::optional<HarnessError> limit_numbers(int base) {
    rlimit limit = {};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return cannot("read the limit of open files", errno);
    }
    const rlim_t first = static_cast<rlim_t>(base);
    if (limit.rlim_cur < first + kWantedNumbers) {
        return cannot("open as many descriptors as a program may need", EMFILE, kAdvice);
    }
    constexpr rlim_t kMostSlots = std::numeric_limits<std::int16_t>::max();
    if (limit.rlim_cur > first + kMostSlots) {
        limit.rlim_cur = first + kMostSlots;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
            return cannot("lower the limit of open files", errno);
        }
    }
    return std::nullopt;
}

}  // namespace

void note_descriptor_change() { changes_noted.fetch_add(1, std::memory_order_relaxed); }

bool NumberPlugs::is_outdated() const {
    return changes_ != changes_noted.load(std::memory_order_relaxed);
}

NumberPlugs::~NumberPlugs() {
    for (const int plug : plugs_) {
        close(plug);
    }
}

std::optional<HarnessError> NumberPlugs::plug() {
    changes_ = changes_noted.load(std::memory_order_relaxed);
    if (plugs_.empty()) {
        int plug = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (plug == -1) {
            plug = eventfd(0, EFD_CLOEXEC);  // a system without devices
        }
        if (plug == -1) {
            return cannot("open /dev/null to plug descriptor numbers", errno, kAdvice);
        }
        plugs_.push_back(plug);
    }
    const int highest = highest_open_number();
    for (;;) {
        const int plug = fcntl(plugs_.front(), F_DUPFD_CLOEXEC, 0);
        if (plug == -1) {
            return cannot("plug descriptor numbers", errno, kAdvice);
        }
        if (plug > highest) {
            close(plug);
            break;
        }
        plugs_.push_back(plug);
    }
    base_ = highest + 1;
    return limit_numbers(base_);
}

}  // namespace epollcheck
