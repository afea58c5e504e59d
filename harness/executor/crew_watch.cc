// Watching the workers: whether they are at rest, and how their calls are ended then. See crew.h.

#include <algorithm>

#include "harness/executor/crew.h"
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
        case OperationKind::kIoUringWait:
            return true;
        case OperationKind::kRead:
        case OperationKind::kWrite:
        case OperationKind::kSend:
        case OperationKind::kRecv:
        case OperationKind::kSendFd:
        case OperationKind::kWriteLine:
            return true;  // unless O_NONBLOCK; then they do not sleep
        default:
            return false;
    }
}

}  // namespace

/// Sleeps some time, or less if all are done, or those that need the processor of this thread.
void Crew::sleep_until_done(long nanoseconds) {
    const std::uint32_t before = finished_;
    coordinator_sleeps_ = true;
    if (!all_done()) {
        futex::wait_for(finished_, before, nanoseconds);
    }
    coordinator_sleeps_ = false;
}

/// True if what was seen so often shows that the workers are at rest. One look does where the runs
/// of threads are counted. Elsewhere a thread that was woken looks as if it slept until it has a
/// processor: on a machine that gives nobody one for so long it is taken for one that sleeps.
bool Crew::is_certain(const Quiet& quiet) const {
    constexpr auto kLong = std::chrono::milliseconds(100);
    constexpr int kManyLooks = 20;
    bool all_count = true;
    for_each_at_work([&](const CrewMember& worker, int) {
        all_count = all_count && worker.state().counts_runs();
    });
    return all_count || (quiet.looks >= kManyLooks && Clock::now() - quiet.start > kLong);
}

/// Waits until all workers are done, and ends their calls when they are at rest.
void Crew::watch() {
    constexpr int kSpins = 500;
    constexpr long kFirstSleep = 15'000;
    constexpr long kBetweenLooks = 40'000;
    const auto is_done = [this] { return all_done(); };
    if (processors_[static_cast<std::size_t>(placement_.home())].unfinished > 0) {
        sleep_until_done(kFirstSleep);  // they need this processor
    }
    if (futex::spin(kSpins, is_done)) {
        return;
    }
    const auto deadline = Clock::now() + kPatience;
    Quiet since;
    for (int looks = 0; !all_done(); ++looks) {
        // A machine that stood still lets the clock jump, and has given nobody time meanwhile.
        constexpr int kFewLooks = 2000;
        const auto now = Clock::now();
        const bool is_late = looks > kFewLooks && now > deadline;
        if (is_late) {
            error_ = HarnessError{
                "the threads of a program neither finished nor came to rest: " + whereabouts() +
                ". The target does not return from these calls, or threads await each other."};
            error_->of_target = any_in_call();
        }
        const bool at_rest = is_at_rest();
        since = at_rest && since.looks > 0 ? since : Quiet{now, 0};
        since.looks += at_rest ? 1 : 0;
        if (is_late || (at_rest && is_certain(since))) {
            end_calls();
            return;
        }
        sleep_until_done(kBetweenLooks);
    }
}

bool Crew::any_in_call() const {
    bool any = false;
    for_each_at_work([&](const CrewMember& worker, int) {
        any = any || CrewMember::is_in_call(worker.position());
    });
    return any;
}

/// True if there was an instant at which all workers that are not done slept in a call, those at
/// `positions`.
bool Crew::all_sleep(CrewMember::Position (&positions)[kMaxWorkers]) const {
    std::uint64_t runs[kMaxWorkers] = {};
    bool asleep = true;
    for_each_at_work([&](const CrewMember& worker, int index) {
        positions[index] = worker.position();
        if (!asleep || positions[index] == CrewMember::kDone) {
            return;
        }
        runs[index] = worker.state().runs();
        asleep = CrewMember::is_in_call(positions[index]) && worker.call_sleeps();
    });
    for_each_at_work([&](const CrewMember& worker, int index) {
        if (asleep && positions[index] != CrewMember::kDone) {
            asleep = worker.call_sleeps() && worker.state().runs() == runs[index] &&
                     worker.position() == positions[index];
        }
    });
    return asleep;
}

/// Ends pauses that nobody has ended. True if there may have been some.
bool Crew::resume_paused(const CrewMember::Position (&positions)[kMaxWorkers]) {
    bool any = false;
    for_each_at_work([&](const CrewMember&, int index) {
        if (positions[index] == CrewMember::kDone || !CrewMember::is_in_call(positions[index])) {
            return;
        }
        const std::size_t call = CrewMember::call_at(positions[index]);
        if (section_.operations[call].pointer == Pointer::kPaused &&
            !section_.records[call].is_resumed) {
            section_.records[call].is_resumed = true;
            paused_memory_.fill(index);
            any = true;
        }
    });
    return any;
}

/// Input of terminals that is under way arrives now. True if that wakes nobody: the workers still
/// sleep, in the same calls, so that nobody has written more meanwhile.
bool Crew::stay_with_input(const CrewMember::Position (&positions)[kMaxWorkers]) {
    if (!program_.has_terminals()) {
        return true;
    }
    program_.fetch_input();
    CrewMember::Position after[kMaxWorkers] = {};
    return all_sleep(after) && std::ranges::equal(positions, after);
}

bool Crew::is_at_rest() {
    bool any_starts = false;
    for_each_at_work([&](const CrewMember& worker, int) {
        any_starts = any_starts || worker.position() == CrewMember::kStarting;
    });
    if (any_starts) {
        return false;  // what the program has open may not change meanwhile
    }
    if (sets_timers_) {
        note_finished_calls();
    }
    if (program_.awaits_timer()) {
        return false;
    }
    CrewMember::Position positions[kMaxWorkers] = {};
    if (!all_sleep(positions) || resume_paused(positions) || !stay_with_input(positions)) {
        return false;
    }
    bool all_wait = true;
    for_each_at_work([&](const CrewMember&, int index) {
        all_wait = all_wait &&
                   (positions[index] == CrewMember::kDone ||
                    waits_for_program(section_.operations[CrewMember::call_at(positions[index])]));
    });
    return all_wait;
}

/// Ends the calls that workers are in, which are their last ones in this section.
void Crew::end_calls() {
    constexpr long kBetweenNudges = 200'000;
    const auto deadline = Clock::now() + kPatience;
    for_each_at_work([](CrewMember& worker, int) { worker.end_call(); });
    for_each_at_work([this](const CrewMember&, int index) { paused_memory_.fill(index); });
    while (!all_done()) {
        for_each_at_work([](const CrewMember& worker, int) {
            if (worker.position() != CrewMember::kDone) {
                worker.nudge();
            }
        });
        if (Clock::now() > deadline) {
            abandon();
            return;
        }
        sleep_until_done(kBetweenNudges);
    }
}

/// A call does not end: its thread cannot be used any more, and neither can the crew.
void Crew::abandon() {
    error_ =
        HarnessError{"a signal does not end a call of a program with threads: " + whereabouts() +
                     ". Run the program in another process."};
    error_->of_target = true;
    for (const auto& worker : workers_) {
        if (worker != nullptr && worker->position() != CrewMember::kDone) {
            worker->give_up();
        }
    }
}

std::string Crew::whereabouts() const {
    std::string text;
    for_each_at_work([&](const CrewMember& worker, int index) {
        const CrewMember::Position position = worker.position();
        if (CrewMember::is_in_call(position)) {
            const Operation& operation = section_.operations[CrewMember::call_at(position)];
            text += (text.empty() ? "" : ", ") + std::string(operation.process != 0 ? "P" : "T") +
                    std::to_string(operation.process != 0 ? 2 : index + 1) + " is in " +
                    std::string(operation_spec(operation.kind).name);
        }
    });
    return text.empty() ? "none of them is in a call" : text;
}

}  // namespace epollcheck
