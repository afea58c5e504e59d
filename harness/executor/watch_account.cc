// The account. See watch_account.h.

#include "harness/executor/watch_account.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>

#include "harness/executor/system_calls.h"

namespace epollcheck {

namespace {

constexpr const char* kLimitFile = "/proc/sys/fs/epoll/max_user_watches";
constexpr uid_t kKeep = static_cast<uid_t>(-1);
constexpr int kFilesOfFiller = 500;

/// An account that nobody has. Two epollchecks at a time must not share it.
uid_t account() {
    constexpr uid_t kFirst = 0x6e000000;
    return kFirst + static_cast<uid_t>(getpid());
}

/// Changes the real user id of this thread only, which the C library would do for all of them.
bool become(uid_t uid) {
#ifdef SYS_setresuid32
    constexpr long kCall = SYS_setresuid32;  // the older call has 16 bits for an id
#else
    constexpr long kCall = SYS_setresuid;
#endif
    return syscall(kCall, uid, kKeep, kKeep) == 0;
}

long limit() {
    long value = LONG_MAX;
    if (std::FILE* const file = std::fopen(kLimitFile, "re")) {
        if (std::fscanf(file, "%ld", &value) != 1) {
            value = LONG_MAX;
        }
        std::fclose(file);
    }
    return value;
}

/// In the child: uses up the watches, returns `left` of them and stops. It ends when it is killed,
/// or with the errno of what it could not do. Calls nothing that is not safe after a fork.
[[noreturn]] void fill(int left) {
    constexpr int kMostNumbers = 1 << 20;
    system_call::close_all(0, kMostNumbers);  // it must not keep files of the program open
    int files[kFilesOfFiller];
    for (int& file : files) {
        file = eventfd(0, 0);
        if (file < 0) _exit(errno);
    }
    epoll_event event = {};
    int ep = -1;
    for (int added = kFilesOfFiller;; ++added) {
        if (added == kFilesOfFiller) {
            ep = epoll_create1(0);
            if (ep < 0) _exit(errno);
            added = 0;
        }
        if (epoll_ctl(ep, EPOLL_CTL_ADD, files[added], &event) != 0) {
            if (errno != ENOSPC) _exit(errno);
            break;
        }
    }
    // Whole instances first: the last one may hold fewer items than are to be returned.
    epoll_event unused = {};
    for (; left > 0; --ep) {
        if (ep < kFilesOfFiller) _exit(ERANGE);  // the limit is lower than what is to be left
        for (int i = 0; i < kFilesOfFiller && left > 0; ++i) {
            left -= epoll_ctl(ep, EPOLL_CTL_DEL, files[i], &unused) == 0 ? 1 : 0;
        }
    }
    raise(SIGSTOP);
    _exit(0);
}

}  // namespace

bool WatchAccount::is_possible() {
    const uid_t own = getuid();
    if (limit() > kLargestLimit || !become(account())) {
        return false;
    }
    return become(own);
}

std::optional<HarnessError> WatchAccount::enter(int left) {
    if (is_entered()) {
        return HarnessError{"a program limits its watches twice; once is enough."};
    }
    own_ = getuid();
    if (limit() > kLargestLimit || !become(account())) {
        return HarnessError{
            "a program limits its watches, which is not possible here: that takes the right to "
            "change user ids (root), and a limit of at most 250000 in "
            "/proc/sys/fs/epoll/max_user_watches."};
    }
    filler_ = fork();
    if (filler_ == 0) {
        fill(left);
    }
    int status = 0;
    if (filler_ < 0 || waitpid(filler_, &status, WUNTRACED) != filler_ || !WIFSTOPPED(status)) {
        leave();
        return cannot("use up the watches of an account",
                      WIFEXITED(status) ? WEXITSTATUS(status) : errno,
                      "Free memory, or leave out programs that use limit_watches.");
    }
    return std::nullopt;
}

void WatchAccount::leave() {
    if (!is_entered()) {
        return;
    }
    become(own_);
    kill(filler_, SIGKILL);
    waitpid(filler_, nullptr, 0);
    filler_ = -1;
}

}  // namespace epollcheck
