// Coordination of the workers. See crew.h.

#include "harness/executor/crew.h"

#include <sched.h>

#include <algorithm>
#include <bit>
#include <string>

#include "harness/executor/perturbation.h"
#include "harness/executor/wait_duration.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

/// A target whose calls neither return nor sleep, or do not end when a signal comes.
constexpr std::chrono::seconds kPatience{10};

/// True for calls that wait for something that a program can do, for as long as that takes.
bool waits_for_program(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
            return wait_duration(operation) == WaitDuration::kEndless;
        case OperationKind::kRead:
        case OperationKind::kWrite:
        case OperationKind::kSend:
        case OperationKind::kRecv:
        case OperationKind::kSendFd:
            return true;  // unless O_NONBLOCK; then they do not sleep
        default:
            return false;
    }
}

}  // namespace

std::optional<HarnessError> Crew::employ(int count, bool& opened_descriptors) {
    opened_descriptors = false;
    for (int i = 0; i < count; ++i) {
        std::unique_ptr<Worker>& worker = workers_[static_cast<std::size_t>(i)];
        if (worker != nullptr) {
            continue;
        }
        opened_descriptors = true;
        worker = std::make_unique<Worker>(*this, i, files_, loopback_);
        if (auto error = worker->start()) {
            worker.reset();
            return error;
        }
    }
    return std::nullopt;
}

std::optional<HarnessError> Crew::run(std::span<const Operation> operations,
                                      const Schedule& schedule,
                                      std::atomic<std::uint64_t>& tickets) {
    if (error_) {
        return error_;
    }
    section_.restart(operations);
    section_.program = &program_;
    section_.schedule = schedule;
    section_.tickets = &tickets;
    sets_timers_ = false;
    at_work_ = 0;
    for (const Operation& operation : operations) {
        at_work_ |= 1U << operation.thread;
        sets_timers_ = sets_timers_ || operation.kind == OperationKind::kTimerfdSettime;
    }
    const int count = std::popcount(at_work_);
    to_come_ = count;
    working_ = count;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if ((at_work_ >> i & 1U) != 0) {
            workers_[i]->begin();
        }
    }
    watch();
    note_finished_calls();
    for (std::size_t i = 0; i < workers_.size() && !error_; ++i) {
        if ((at_work_ >> i & 1U) != 0 && workers_[i]->error() != nullptr) {
            return *workers_[i]->error();
        }
    }
    return error_;
}

void Crew::line_up() {
    to_come_.fetch_sub(1);
    constexpr int kSpinsPerYield = 64;
    for (int i = 1; to_come_.load(std::memory_order_relaxed) > 0; ++i) {
        if (i % kSpinsPerYield == 0) {
            sched_yield();
        }
    }
}

void Crew::note_done() { working_.fetch_sub(1); }

bool Crew::rests(int thread) const {
    return (at_work_ >> thread & 1U) == 0 || workers_[static_cast<std::size_t>(thread)]->rests();
}

/// Waits until all workers are done, and ends their calls when they are at rest.
void Crew::watch() {
    spin_until([this] { return all_done(); });
    const auto deadline = Clock::now() + kPatience;
    while (!all_done()) {
        const bool is_late = Clock::now() > deadline;
        if (is_late) {
            error_ = HarnessError{
                "the threads of a program neither finished nor came to rest: " + whereabouts() +
                ". The target does not return from these calls, or threads await each other."};
        }
        if (is_late || is_at_rest()) {
            end_calls();
            return;
        }
        sched_yield();
    }
}

bool Crew::may_rest(const Worker& worker, Worker::Position position) const {
    if (position == Worker::kDone) {
        return true;
    }
    return Worker::is_in_call(position) &&
           waits_for_program(section_.operations[Worker::call_at(position)]) &&
           worker.state().sleeps();
}

bool Crew::is_at_rest() {
    if (sets_timers_) {
        note_finished_calls();
    }
    if (program_.awaits_timer()) {
        return false;
    }
    Worker::Position positions[kMaxWorkers] = {};
    std::uint64_t runs[kMaxWorkers] = {};
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if ((at_work_ >> i & 1U) == 0) {
            continue;
        }
        const Worker& worker = *workers_[i];
        positions[i] = worker.position();
        runs[i] = positions[i] == Worker::kDone ? 0 : worker.state().runs();
        if (!may_rest(worker, positions[i])) {
            return false;
        }
    }
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if ((at_work_ >> i & 1U) == 0 || positions[i] == Worker::kDone) {
            continue;
        }
        const Worker& worker = *workers_[i];
        if (!worker.state().sleeps() || worker.state().runs() != runs[i] ||
            worker.position() != positions[i]) {
            return false;
        }
    }
    return true;
}

/// Tells the interpreter of the program what the threads did so far, by the order in which their
/// calls ended.
void Crew::note_finished_calls() {
    const auto count = section_.operations.size();
    for (;;) {
        std::size_t next = count;
        for (std::size_t i = 0; i < count; ++i) {
            const Operation& operation = section_.operations[i];
            const CallRecord& record = section_.records[i];
            const Worker::Position position = workers_[operation.thread]->position();
            if (record.noted || Worker::call_at(position) <= i ||
                record.interval.begin == CallInterval::kNever) {
                continue;
            }
            if (next == count || record.interval.end < section_.records[next].interval.end) {
                next = i;
            }
        }
        if (next == count) {
            return;
        }
        section_.records[next].noted = true;
        program_.note_call(section_.operations[next], section_.records[next].result);
    }
}

/// Ends the calls that workers are in, which are their last ones in this section.
void Crew::end_calls() {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if ((at_work_ >> i & 1U) != 0) {
            workers_[i]->end_call();
        }
    }
    const auto deadline = Clock::now() + kPatience;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        if ((at_work_ >> i & 1U) == 0) {
            continue;
        }
        while (workers_[i]->position() != Worker::kDone) {
            workers_[i]->nudge();
            spin_until([&] { return workers_[i]->position() == Worker::kDone; });
            if (Clock::now() > deadline) {
                error_ = HarnessError{"a signal does not end a call of a program with threads: " +
                                      whereabouts() + ". Run the program in another process."};
                error_->of_target = true;
                workers_[i]->give_up();
                return;
            }
        }
    }
    spin_until([this] { return all_done(); });
    while (!all_done()) {
        sched_yield();
    }
}

std::string Crew::whereabouts() const {
    std::string text;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        const Worker::Position position =
            (at_work_ >> i & 1U) != 0 ? workers_[i]->position() : Worker::kDone;
        if (Worker::is_in_call(position)) {
            const Operation& operation = section_.operations[Worker::call_at(position)];
            text += (text.empty() ? "T" : ", T") + std::to_string(i + 1) + " is in " +
                    std::string(operation_spec(operation.kind).name);
        }
    }
    return text.empty() ? "none of them is in a call" : text;
}

}  // namespace epollcheck
