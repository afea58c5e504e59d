// Making and ending child processes. See children.h.

#include "harness/executor/children.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace epollcheck {
namespace {

constexpr int kExitCode = 0;

/// What a child does: it gives up all descriptors, `signal_fd` last, and waits for SIGKILL.
[[noreturn]] void live(int signal_fd, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(kExitCode);  // the parent was gone before the line above
    }
    const long limit = sysconf(_SC_OPEN_MAX);
    constexpr long kMostDescriptors = 1 << 20;
    const int last = static_cast<int>(
        std::clamp(limit < 0 ? kMostDescriptors : limit, signal_fd + 1L, kMostDescriptors));
    if (signal_fd > 0) {
        system_call::close_range(0, signal_fd - 1);
    }
    system_call::close_range(signal_fd + 1, last);
    close(signal_fd);
    for (;;) {
        pause();
    }
}

/// Forks a child that lives with all signals blocked: only SIGKILL reaches it.
pid_t fork_child(int signal_fd) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        live(signal_fd, parent);
    }
    const int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return child;
}

/// Waits until nobody has the writing end of a pipe any more.
void wait_for_end_of_file(int fd) {
    char byte = 0;
    while (read(fd, &byte, 1) < 0 && errno == EINTR) {
    }
}

}  // namespace

Children::Outcome Children::spawn(Process& process) {
    int ends[2] = {-1, -1};
    if (const Outcome outcome = system_call::pipe2(ends, 0); outcome < 0) {
        return outcome;
    }
    const pid_t child = fork_child(ends[1]);
    const Outcome error = child < 0 ? -errno : 0;
    close(ends[1]);
    if (child > 0) {
        wait_for_end_of_file(ends[0]);
    }
    close(ends[0]);
    if (child < 0) {
        return error;
    }
    children_.push_back({child, false});
    process = child;
    return system_call::pidfd_open(child);
}

Children::Outcome Children::kill(int pidfd, Process process) {
    const Outcome outcome = system_call::pidfd_kill(pidfd);
    for (Child& child : children_) {
        child.killed = child.killed || (outcome == 0 && child.process == process);
    }
    return outcome;
}

Children::Outcome Children::reap(int pidfd, Process process) {
    const Outcome outcome = system_call::wait_for_exit(pidfd);
    if (outcome == 0) {
        std::erase_if(children_, [&](const Child& child) { return child.process == process; });
    }
    return outcome;
}

bool Children::was_killed(Process process) const {
    return std::any_of(children_.begin(), children_.end(), [&](const Child& child) {
        return child.process == process && child.killed;
    });
}

bool Children::any_is_ending() const {
    return std::any_of(children_.begin(), children_.end(), [](const Child& child) {
        return child.killed && !has_ended(child.process);
    });
}

bool Children::has_ended(Process process) {
    siginfo_t info = {};
    return waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0;
}

void Children::remove() {
    for (const Child& child : children_) {
        const auto process = static_cast<pid_t>(child.process);
        ::kill(process, SIGKILL);
        while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    children_.clear();
}

}  // namespace epollcheck
