// The parent's side of the second process. See second_process.h.

#include "harness/executor/second_process.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <string>

#include "harness/executor/call_timer.h"
#include "harness/executor/process_helper.h"
#include "harness/executor/program_signals.h"
#include "harness/executor/way_to_call.h"

namespace epollcheck {
namespace {

constexpr long kLookNanoseconds = 100'000'000;  // between two looks whether the process is alive
constexpr int kMostLooks = 600;                 // one minute

std::string end_of(int status) {
    return WIFSIGNALED(status) ? "was killed by signal " + std::to_string(WTERMSIG(status))
                               : "exited with status " + std::to_string(WEXITSTATUS(status));
}

/// Not fork(3): the child makes no use of the C library's state, and CLONE_FILES must be said.
long make_process(bool shares_table) {
    const unsigned long flags = SIGCHLD | (shares_table ? CLONE_FILES : 0);
#ifdef __s390__
    return syscall(SYS_clone, nullptr, flags, nullptr, nullptr, 0);
#else
    return syscall(SYS_clone, flags, nullptr, nullptr, nullptr, 0);
#endif
}

}  // namespace

bool may_make_process(bool shares_table) {
    const long process = make_process(shares_table);
    if (process == 0) {
        _exit(0);
    }
    int status = 0;
    pid_t reaped = -1;
    while (process > 0 && (reaped = waitpid(static_cast<pid_t>(process), &status, __WALL)) < 0 &&
           errno == EINTR) {
    }
    return process > 0 && reaped == process && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

SecondProcess::~SecondProcess() { end(); }

void SecondProcess::fail(HarnessError error) {
    if (!error_) {
        error_ = std::move(error);
    }
}

void SecondProcess::start(bool shares_table, int base, bool has_signals) {
    error_.reset();
    Mailbox& mailbox = memory_.mailbox();
    mailbox.state.store(Mailbox::kIdle);
    mailbox.in_call = false;
    mailbox.base = base;
    mailbox.tick_signal = CallTimer::signal();
    mailbox.way = way_to_call();
    mailbox.has_signals = has_signals;
    mailbox.handled = ProgramSignals::handled();  // which the child goes on from
    const pid_t parent = getpid();
    const long process = make_process(shares_table);
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(1);  // the parent ended before the line above
        }
        serve(mailbox);
    }
    if (process < 0) {
        fail(cannot("fork the second process of a program", errno,
                    "Raise the limit of processes (ulimit -u)."));
        return;
    }
    process_ = static_cast<pid_t>(process);
}

void SecondProcess::post(Mailbox::Function function) {
    Mailbox& mailbox = memory_.mailbox();
    mailbox.function = function_distance(function);
    mailbox.state.store(Mailbox::kRequested, std::memory_order_release);
    syscall(SYS_futex, &mailbox.state, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

system_call::Outcome SecondProcess::ask_for(Mailbox::Function function) {
    post(function);
    return wait_for_answer() ? memory_.mailbox().outcome : system_call::kStillWaiting;
}

bool SecondProcess::wait_for_answer() {
    Mailbox& mailbox = memory_.mailbox();
    const timespec period = {0, kLookNanoseconds};
    int looks = 0;
    while (mailbox.state.load(std::memory_order_acquire) == Mailbox::kRequested) {
        const long result = syscall(SYS_futex, &mailbox.state, FUTEX_WAIT, Mailbox::kRequested,
                                    &period, nullptr, 0);
        if (result == 0 || errno == EAGAIN) {
            continue;
        }
        if (errno == EINTR) {
            interrupt();  // a tick is meant for the call that waits
        } else if (!exists() || reap(false)) {
            return false;
        } else if (++looks == kMostLooks) {
            end();
            fail(
                {"the second process of a program did not answer for a minute, so it was killed. "
                 "Run the program again; if it happens again, report the program."});
            return false;
        }
    }
    return true;
}

void SecondProcess::interrupt() {
    if (stops_left_ > 0 && --stops_left_ > 0) {
        stop_and_continue();
    } else {
        kill(process_, CallTimer::signal());
    }
}

void SecondProcess::stop_and_continue() {
    int status = 0;
    pid_t changed = -1;
    kill(process_, SIGSTOP);
    while ((changed = waitpid(process_, &status, __WALL | WUNTRACED)) < 0 && errno == EINTR) {
    }
    if (changed == process_ && !WIFSTOPPED(status)) {
        process_ = 0;
        fail({"the second process of a program " + end_of(status) + " when it was to be stopped."});
    }
    if (exists()) {
        kill(process_, SIGCONT);
    }
}

bool SecondProcess::reap(bool patiently) {
    int status = 0;
    pid_t reaped = 0;
    do {
        reaped = waitpid(process_, &status, __WALL | (patiently ? 0 : WNOHANG));
    } while (reaped == -1 && errno == EINTR);
    if (reaped == 0) {
        return false;
    }
    if (!patiently) {
        fail({"the second process of a program " + end_of(status) +
              " while it made a call. Free memory if it was killed for want of it (see dmesg), and "
              "run the program again."});
    }
    process_ = 0;
    return true;
}

void SecondProcess::execute_helper() {
    const system_call::Outcome outcome = ask_for(&execute_process_helper);
    if (outcome < 0 && !error_) {
        fail(cannot("execute /proc/self/exe as the second process of a program",
                    static_cast<int>(-outcome), "Mount /proc, or leave out programs with exec."));
    }
}

void SecondProcess::exit() {
    post(&exit_process);
    reap(true);
}

void SecondProcess::end() {
    if (exists()) {
        kill(process_, SIGKILL);
        reap(true);
    }
}

}  // namespace epollcheck
