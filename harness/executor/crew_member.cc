// The loop of a worker, and the operations that are about other threads. See crew_member.h.

#include "harness/executor/crew_member.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "harness/executor/crew.h"
#include "harness/executor/executor.h"
#include "harness/executor/perturbation.h"
#include "harness/executor/system_calls.h"
#include "model/vocabulary/strand.h"

namespace epollcheck {
namespace {

/// All signals but the one that ends calls are for the thread that runs the program.
void accept_nudges_only() {
    sigset_t signals;
    sigfillset(&signals);
    sigdelset(&signals, CallTimer::signal());
    pthread_sigmask(SIG_SETMASK, &signals, nullptr);
}

}  // namespace

CrewMember::CrewMember(Crew& crew, int index, PrivateFiles& files)
    : crew_(crew),
      index_(index),
      interpreter_(memory_, no_timer_, files, loopback_, no_announcements_) {}

CrewMember::~CrewMember() {
    if (!thread_.joinable()) {
        return;
    }
    if (lost_) {
        thread_.detach();
        return;
    }
    told_.fetch_add(1);
    wake();
    thread_.join();
}

std::optional<HarnessError> CrewMember::start() {
    if (auto error = memory_.map(kMaxTransfer, static_cast<unsigned>(index_) + 1)) {
        return error;
    }
    try {
        thread_ = std::thread([this] { serve(); });
    } catch (const std::system_error& error) {
        return cannot("start a thread for a program with threads", error.code().value(),
                      "Raise the limit of threads (ulimit -u).");
    }
    while (thread_id_ == 0) {
        futex::wait(thread_id_, 0);
    }
    auto error = state_.open(static_cast<int>(thread_id_));
    if (!error && index_ == kStrandOfSecondProcess) {
        error = process_state_.open(static_cast<int>(thread_id_));  // until there is a process
    }
    return error;
}

std::optional<HarnessError> CrewMember::act_in(SecondProcess* process) {
    process_ = process;
    if (process_ == nullptr) {
        return std::nullopt;
    }
    process_id_ = process_->id();
    return process_state_.turn_to(process_id_);
}

bool CrewMember::provide_network(bool& opened_descriptors) {
    if (loopback_.is_open()) {
        return true;
    }
    opened_descriptors = true;
    return loopback_.open();
}

void CrewMember::provide_ring(bool& opened_descriptors) {
    if (ring_ == nullptr) {
        opened_descriptors = true;
        ring_ = Ring::make();
        interpreter_.use_ring(*ring_, ended_);
    }
}

void CrewMember::prepare(bool is_replaced) {
    is_replaced_ = is_replaced;
    ended_ = false;
    position_ = kStarting;
}

void CrewMember::run_here() {
    // That the thread of this worker was ended in the section before does not concern this thread.
    const bool thread_was_ended = std::exchange(was_ended_, false);
    run_section(crew_.section());
    was_ended_ = thread_was_ended;
    position_ = kDone;
}

std::uint32_t CrewMember::wait_until_told(std::uint32_t seen, int spins) {
    const auto is_told = [&] { return told_ != seen; };
    if (!futex::spin(spins, is_told)) {
        sleeping_ = true;
        while (!is_told()) {
            futex::wait(told_, seen);
        }
        sleeping_ = false;
    }
    return told_;
}

bool CrewMember::call_sleeps() const {
    const auto sleeps = [this] {
        return crew_.section().pauses ? state().sleeps_or_waits_for_kernel() : state().sleeps();
    };
    // Between two calls the process sleeps, too. It was in the same one all the time if it is in
    // one before and after the look.
    return process_ == nullptr ? sleeps()
                               : process_->is_in_call() && sleeps() && process_->is_in_call();
}

bool CrewMember::rests() const {
    const Position before = position();
    if (before == kDone) {
        return true;
    }
    return is_in_call(before) && !is_replaced_ && call_sleeps() && position() == before;
}

void CrewMember::nudge() const {
    // Where the thread or the process is gone meanwhile nothing has to be ended.
    if (process_ != nullptr) {
        kill(process_id_, CallTimer::signal());
    } else {
        syscall(SYS_tgkill, getpid(), thread_id_.load(), CallTimer::signal());
    }
}

/// Nudges that came too late are delivered at the end of a call; not of one of the program.
void CrewMember::take_late_nudges() const {
    getppid();
    if (process_ != nullptr) {
        process_->ask<system_call::close>(-1);
    }
}

void CrewMember::serve() {
    accept_nudges_only();
    thread_id_ = static_cast<std::uint32_t>(gettid());
    futex::wake(thread_id_);
    // As long as a judge may take between two runs: who has to be woken costs more than that.
    constexpr int kSpins = 2500;
    std::uint32_t seen = 0;
    bool is_to_spin = false;
    for (;;) {
        seen = wait_until_told(seen, is_to_spin ? kSpins : 0);
        if (seen % 2 != 0) {
            return;
        }
        if (was_ended_) {
            take_late_nudges();
            was_ended_ = false;
        }
        run_section(crew_.section());
        position_ = kDone;
        is_to_spin = crew_.note_done(index_);
    }
}

void CrewMember::run_section(Section& section) {
    interpreter_.act_for(*section.program);
    position_ = 0;
    Perturbation perturbation(section.schedule, index_);
    crew_.line_up();
    for (std::size_t i = 0;
         i < section.operations.size() && !was_ended_ && !interpreter_.has_failed(); ++i) {
        if (strand_of(section.operations[i]) == index_) {
            perturbation.before_call();
            run_operation(section, i);
        }
    }
}

void CrewMember::run_operation(Section& section, std::size_t index) {
    const Operation& operation = section.operations[index];
    CallRecord& record = section.records[index];
    const auto position = static_cast<Position>(2 * index);
    if (operation.pointer == Pointer::kPaused) {
        crew_.paused_memory().empty(index_);
    }
    // Who awaits others may nap meanwhile, and is not at rest.
    const bool is_call = operation.kind != OperationKind::kAwait &&
                         operation.kind != OperationKind::kResume &&
                         operation.kind != OperationKind::kInterrupt;
    position_ = is_call ? position + 1 : position;
    record.interval.begin = section.tickets->fetch_add(1);
    switch (operation.kind) {
        case OperationKind::kAwait:
            record.result = await(named_strand(operation));
            break;
        case OperationKind::kResume:
            crew_.paused_memory().fill(named_strand(operation));
            record.result = Result::of_value(0);
            break;
        case OperationKind::kInterrupt:
            crew_.interrupt(named_strand(operation));
            record.result = Result::of_value(0);
            break;
        default:
            record.result = interpreter_.call(operation);
            if (interpreter_.owes_arrival()) {
                position_ = position;  // it waits for packets now, not for other threads
                interpreter_.let_packets_arrive();
            }
            break;
    }
    const std::uint64_t end = section.tickets->fetch_add(1);
    if (record.result.kind == ResultKind::kEvents) {
        std::ranges::copy(interpreter_.events(), record.events);
    }
    was_ended_ = ended_;
    if (was_ended_) {
        record.interval.blocked = true;
        if (record.result == Result::of_error(EINTR)) {
            record.result = Result::blocked();
        }
    } else {
        record.interval.end = end;
    }
    position_ = position + 2;
}

/// Waits until another thread sleeps or is done. Does not sleep itself: it is not at rest.
Result CrewMember::await(int thread) const {
    while (!crew_.rests(thread) && !ended_) {
        crew_.give_way();
    }
    return Result::of_value(0);
}

}  // namespace epollcheck
