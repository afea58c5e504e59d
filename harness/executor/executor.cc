// Set-up of the executor and the frame around each run. See executor.h.

#include "harness/executor/executor.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "harness/executor/announcements.h"
#include "harness/executor/call_permission.h"
#include "harness/executor/call_timer.h"
#include "harness/executor/concurrent_check.h"
#include "harness/executor/concurrent_run.h"
#include "harness/executor/crew.h"
#include "harness/executor/interpreter.h"
#include "harness/executor/loopback.h"
#include "harness/executor/memory_areas.h"
#include "harness/executor/number_plugs.h"
#include "harness/executor/private_files.h"
#include "harness/executor/program_signals.h"
#include "harness/executor/ring.h"
#include "harness/executor/way_to_call.h"
#include "model/vocabulary/strand.h"

namespace epollcheck {

struct Executor::Parts {
    MemoryAreas memory;
    CallTimer timer;
    PrivateFiles files;
    NumberPlugs plugs;
    Loopback loopback;
    Announcements announcements;
    Interpreter interpreter{memory, timer, files, loopback, announcements};
    ReadinessCheck readiness;
    std::vector<int> open_numbers;
    std::unique_ptr<Crew> crew;  // from the first program with threads on

    explicit Parts(std::unique_ptr<ReadinessSource> source) : readiness(std::move(source)) {}

    std::optional<HarnessError> set_up() {
        if (auto error = find_denied_call()) {
            return error;
        }
        ProgramSignals::forget_inherited();
        // Writing to a pipe without readers must answer EPIPE, not end the process.
        if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
            return cannot("ignore SIGPIPE", errno);
        }
        if (auto error = memory.map(kMaxTransfer)) {
            return error;
        }
        // A machine without such timers is better told now than in the middle of a campaign.
        if (auto error = timer.start()) {
            return error;
        }
        timer.stop();
        loopback.open();  // below the numbers that programs get
        announcements.open();
        const Ring& ring = Ring::of_process();  // opens its descriptor before numbers are plugged
        if (way_to_call() == WayToCall::kRing && !ring.knows_control()) {
            return HarnessError{
                "io_uring has no EPOLL_CTL here, or is not permitted "
                "(/proc/sys/kernel/io_uring_disabled), so programs cannot call by it."};
        }
        if (auto error = readiness.set_up()) {
            return error;
        }
        return plugs.plug();
    }
};

Executor::Executor(std::unique_ptr<ReadinessSource> readiness)
    : parts_(std::make_unique<Parts>(std::move(readiness))) {
    setup_error_ = parts_->set_up();
}

Executor::~Executor() = default;

std::optional<ReadinessDisagreement> Executor::find_disagreement() {
    Interpreter& interpreter = parts_->interpreter;
    std::vector<int>& numbers = parts_->open_numbers;
    numbers.clear();
    interpreter.list_open(numbers);
    if (asked_ == Asked::kOneInTurn && !numbers.empty()) {
        numbers = {numbers[turn_++ % numbers.size()]};
    }
    interpreter.stop_timer();
    const auto found = parts_->readiness.first_disagreement(numbers);
    if (!found) {
        return std::nullopt;
    }
    return ReadinessDisagreement{.handle = interpreter.handle_of(numbers[*found]),
                                 .slot = numbers[*found] - parts_->plugs.base(),
                                 .answers = parts_->readiness.answers(*found)};
}

/// Calls `run()` until nobody disturbed the numbers of the program.
template <class Run>
std::optional<HarnessError> Executor::run_undisturbed(Run run) {
    if (parts_->plugs.is_outdated()) {
        if (auto error = parts_->plugs.plug()) {
            return error;
        }
    }
    // Once to repair what happened since the last run, and once more in case the repair itself met
    // a process that was still busy. On a machine that is busy with other things a tick may come
    // where it disturbs the signalfds of a program, many times in a row.
    using Clock = std::chrono::steady_clock;
    constexpr int kAttempts = 8;
    const auto deadline = Clock::now() + std::chrono::seconds(2);
    for (int attempt = 0; attempt < kAttempts || Clock::now() < deadline; ++attempt) {
        const Interpreter::End end = run();
        parts_->interpreter.clean_up();
        if (end == Interpreter::End::kComplete) {
            return std::nullopt;
        }
        if (end == Interpreter::End::kFailed) {
            return parts_->interpreter.error();
        }
        if (auto error = parts_->plugs.plug()) {
            return error;
        }
    }
    return HarnessError{
        "another thread of this process opens or closes descriptors while programs run, so the "
        "numbers that programs get mean nothing. Let it wait, or run programs in another process."};
}

std::optional<HarnessError> Executor::run(std::span<const Operation> operations, int handle_count,
                                          Trace& trace) {
    disagreement_.reset();
    if (setup_error_) {
        return setup_error_;
    }
    if (parts_->crew != nullptr && std::ranges::any_of(operations, leaves_descriptor_table)) {
        parts_->crew.reset();  // its threads would keep the table, and what is open in it
        note_descriptor_change();
    }
    if (std::ranges::find(operations, OperationKind::kRingSetup, &Operation::kind) ==
        operations.end()) {
        return run_here(operations, handle_count, trace);
    }
    if (std::ranges::any_of(operations, leaves_descriptor_table)) {
        return HarnessError{
            "a program with rings cannot have unshare and close_range here: it runs in a thread of "
            "its own, and the others would keep the descriptor table."};
    }
    // A ring that ends interrupts the threads that made requests of it, some time later. Those of a
    // thread that ends are over with it.
    std::optional<HarnessError> error;
    sigset_t all;
    sigset_t mask;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);  // signals are for the thread of the program
    std::thread([&] {
        pthread_sigmask(SIG_SETMASK, &mask, nullptr);
        error = run_here(operations, handle_count, trace);
        parts_->timer.leave_thread();
    }).join();
    pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    return error;
}

std::optional<HarnessError> Executor::run_here(std::span<const Operation> operations,
                                               int handle_count, Trace& trace) {
    return run_undisturbed([&] {
        trace.clear();
        const Interpreter::End end =
            parts_->interpreter.run(operations, handle_count, parts_->plugs.base(), trace);
        if (end == Interpreter::End::kComplete) {
            disagreement_ = find_disagreement();
        }
        return end;
    });
}

/// Makes sure that there are threads enough for a program.
std::optional<HarnessError> Executor::gather_threads(std::span<const Operation> operations) {
    if (!is_concurrent(operations)) {
        return std::nullopt;
    }
    int count = 1;
    for (const Operation& operation : operations) {
        count = std::max(count, strand_of(operation) + 1);
    }
    if (way_to_call() == WayToCall::kRing) {
        return HarnessError{
            "programs with threads cannot call by io_uring: one ring serves the whole process."};
    }
    if (parts_->crew == nullptr) {
        parts_->crew = std::make_unique<Crew>(parts_->interpreter, parts_->files, parts_->loopback);
    }
    bool opened_descriptors = false;
    auto error = parts_->crew->employ(count, opened_descriptors);
    if (!error &&
        std::ranges::find(operations, Pointer::kPaused, &Operation::pointer) != operations.end()) {
        error = parts_->crew->provide_paused_memory(opened_descriptors);
    }
    if (std::ranges::find(operations, OperationKind::kIoUringWait, &Operation::kind) !=
        operations.end()) {
        parts_->crew->provide_rings(opened_descriptors);
    }
    if (!error && std::ranges::any_of(operations, makes_internet_socket)) {
        error = parts_->crew->provide_network(opened_descriptors);
    }
    if (opened_descriptors) {
        note_descriptor_change();
    }
    return error;
}

std::optional<HarnessError> Executor::run_concurrent(std::span<const Operation> operations,
                                                     int handle_count, const Schedule& schedule,
                                                     ConcurrentTrace& trace) {
    disagreement_.reset();
    if (setup_error_) {
        return setup_error_;
    }
    trace.clear();
    if (auto error = find_obstacle_to_threads(operations)) {
        return error;
    }
    if (auto error = gather_threads(operations)) {
        return error;
    }
    return run_undisturbed([&] {
        trace.clear();
        Interpreter& interpreter = parts_->interpreter;
        const Interpreter::End end =
            interpreter.begin(operations, handle_count, parts_->plugs.base(), true);
        if (end != Interpreter::End::kComplete) {
            return end;
        }
        return ConcurrentRun(interpreter, parts_->timer, parts_->crew.get(), schedule, trace)
            .run(operations);
    });
}

}  // namespace epollcheck
