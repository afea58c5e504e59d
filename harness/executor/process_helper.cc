// The child's side of the second process. See mailbox.h and process_helper.h.

#include "harness/executor/process_helper.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "harness/executor/call_timer.h"
#include "harness/executor/program_signals.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

namespace epollcheck {
namespace {

constexpr char kHelperName[] = "epollcheck-second-process";
constexpr char kProbeName[] = "epollcheck-probe-of-exec";
constexpr int kProbeSucceeds = 42;

// The request that an exec answers lies at the start of the memory that all processes share.
Mailbox* own_mailbox = nullptr;

void leave_answer(Mailbox& mailbox, system_call::Outcome outcome) {
    mailbox.in_call = false;
    mailbox.outcome = outcome;
    mailbox.handled = ProgramSignals::handled();
    mailbox.state.store(Mailbox::kIdle, std::memory_order_release);
    syscall(SYS_futex, &mailbox.state, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

void set_tick_blocked(bool blocked) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, CallTimer::signal());
    sigprocmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &signals, nullptr);
}

extern "C" void epollcheck_on_helper_tick(int) {}

/// Ticks end calls that wait, as before the exec, which forgot the handler.
void handle_ticks() {
    struct sigaction action = {};
    action.sa_handler = epollcheck_on_helper_tick;
    sigaction(CallTimer::signal(), &action, nullptr);
    set_tick_blocked(false);
}

/// Takes all numbers below the base: the plugs of the harness were closed by the exec.
void plug_numbers(int base) {
    int number = open("/dev/null", O_RDWR);
    if (number < 0) {
        number = eventfd(0, 0);  // a system without devices
    }
    while (number >= 0 && number < base) {
        number = dup(number);
    }
    if (number >= 0) {
        close(number);
    }
}

template <class Number>
bool parse(const char* text, Number& number) {
    const char* const end = text + std::strlen(text);
    return std::from_chars(text, end, number, 16).ptr == end;
}

/// The memory of the program at the addresses that it had before the exec, or null.
Mailbox* map_again(char** arguments) {
    int descriptor = -1;
    std::uintptr_t address = 0;
    std::size_t bytes = 0;
    if (!parse(arguments[1], descriptor) || !parse(arguments[2], address) ||
        !parse(arguments[3], bytes)) {
        return nullptr;
    }
    void* const wanted = reinterpret_cast<void*>(address);
    void* const mapping = mmap(wanted, bytes, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_FIXED_NOREPLACE, descriptor, 0);
    if (mapping != wanted) {
        return nullptr;
    }
    auto* const mailbox = static_cast<Mailbox*>(mapping);
    return mprotect(mailbox->bad_page, mailbox->page_bytes, PROT_NONE) == 0 ? mailbox : nullptr;
}

/// Runs before main() of whatever the executor is linked into, and does nothing unless this process
/// was made by execute_process_helper() or may_execute_helper().
[[gnu::constructor]] void become_helper(int argument_count, char** arguments) {
    if (argument_count == 1 && std::strcmp(arguments[0], kProbeName) == 0) {
        _exit(kProbeSucceeds);
    }
    if (argument_count != 4 || std::strcmp(arguments[0], kHelperName) != 0) {
        return;
    }
    Mailbox* const mailbox = map_again(arguments);
    if (mailbox == nullptr) {
        _exit(1);  // which the parent reports
    }
    CallTimer::use_signal(mailbox->tick_signal);
    call_by(mailbox->way);
    handle_ticks();
    if (mailbox->has_signals) {
        ProgramSignals::handle_again();
    }
    plug_numbers(mailbox->base);
    leave_answer(*mailbox, 0);
    serve(*mailbox);
}

}  // namespace

std::int64_t function_distance(Mailbox::Function function) {
    return static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(function) -
                                     reinterpret_cast<std::uintptr_t>(&exit_process));
}

void serve(Mailbox& mailbox) {
    own_mailbox = &mailbox;
    const auto anchor = reinterpret_cast<std::uintptr_t>(&exit_process);
    for (;;) {
        while (mailbox.state.load(std::memory_order_acquire) != Mailbox::kRequested) {
            syscall(SYS_futex, &mailbox.state, FUTEX_WAIT, Mailbox::kIdle, nullptr, nullptr, 0);
        }
        const auto function = reinterpret_cast<Mailbox::Function>(
            anchor + static_cast<std::uintptr_t>(mailbox.function));
        mailbox.in_call = true;
        leave_answer(mailbox, function(mailbox.words));
    }
}

system_call::Outcome execute_process_helper(const Mailbox::Word*) {
    if (own_mailbox->descriptor < 0) {
        return -ENOSYS;  // the memory could not be mapped again
    }
    char descriptor[16];
    char address[24];
    char bytes[24];
    std::snprintf(descriptor, sizeof descriptor, "%x",
                  static_cast<unsigned>(own_mailbox->descriptor));
    std::snprintf(address, sizeof address, "%zx",
                  reinterpret_cast<std::uintptr_t>(own_mailbox->mapping));
    std::snprintf(bytes, sizeof bytes, "%zx", own_mailbox->mapping_bytes);
    char name[sizeof kHelperName];
    std::memcpy(name, kHelperName, sizeof name);
    char* const arguments[] = {name, descriptor, address, bytes, nullptr};
    // A late tick must not meet the default action, which would end the process.
    set_tick_blocked(true);
    execve("/proc/self/exe", arguments, environ);
    const int error = errno;
    set_tick_blocked(false);
    return -error;
}

bool may_execute_helper() {
    if (const int memory = memfd_create("epollcheck probe", MFD_CLOEXEC); memory >= 0) {
        close(memory);
    } else {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        char name[sizeof kProbeName];
        std::memcpy(name, kProbeName, sizeof name);
        char* const arguments[] = {name, nullptr};
        execve("/proc/self/exe", arguments, environ);
        _exit(1);
    }
    int status = 0;
    pid_t reaped = child;
    while (child > 0 && (reaped = waitpid(child, &status, 0)) < 0 && errno == EINTR) {
    }
    return child > 0 && reaped == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == kProbeSucceeds;
}

system_call::Outcome exit_process(const Mailbox::Word*) { _exit(0); }

}  // namespace epollcheck
