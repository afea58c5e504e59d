// How the workers of a section set off and finish. See crew.h.

#include "harness/executor/crew.h"

#include <algorithm>

#include "harness/executor/perturbation.h"

namespace epollcheck {

std::optional<HarnessError> Crew::employ(int count, bool& opened_descriptors) {
    opened_descriptors = false;
    for (int i = 0; i < count; ++i) {
        std::unique_ptr<CrewMember>& worker = workers_[static_cast<std::size_t>(i)];
        if (worker != nullptr) {
            continue;
        }
        opened_descriptors = true;
        worker = std::make_unique<CrewMember>(*this, i, files_);
        if (auto error = worker->start()) {
            worker.reset();
            return error;
        }
        placement_.move_worker(i, worker->thread_id());
        if (paused_memory_.is_open()) {
            worker->set_paused_page(paused_memory_.page(i));
        }
    }
    return std::nullopt;
}

std::optional<HarnessError> Crew::provide_paused_memory(bool& opened_descriptors) {
    if (paused_memory_.is_open()) {
        return std::nullopt;
    }
    opened_descriptors = true;
    auto error = paused_memory_.open(kMaxWorkers);
    for (std::size_t i = 0; i < workers_.size() && !error && workers_[i] != nullptr; ++i) {
        workers_[i]->set_paused_page(paused_memory_.page(static_cast<int>(i)));
    }
    return error;
}

void Crew::provide_rings(bool& opened_descriptors) {
    for (std::size_t i = 0; i < workers_.size() && workers_[i] != nullptr; ++i) {
        workers_[i]->provide_ring(opened_descriptors);
    }
}

std::optional<HarnessError> Crew::provide_network(bool& opened_descriptors) {
    for (std::size_t i = 0; i < workers_.size() && workers_[i] != nullptr; ++i) {
        if (!workers_[i]->provide_network(opened_descriptors)) {
            return HarnessError{
                "a thread cannot send packets to itself, so that it would not know when packets of "
                "the program arrive. Bring the loopback device up (ip link set lo up)."};
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
        at_work_ |= 1U << strand_of(operation);
        sets_timers_ = sets_timers_ || operation.kind == OperationKind::kTimerfdSettime;
    }
    place_workers();
    if (auto error = prepare_second_process()) {
        return error;
    }
    set_off();
    watch();
    note_finished_calls();
    std::optional<HarnessError> failure = error_;
    for_each_at_work([&](const CrewMember& worker, int) {
        if (!failure && worker.error() != nullptr) {
            failure = *worker.error();
        }
    });
    return failure;
}

void Crew::place_workers() {
    const std::uint64_t number = Perturbation::placement(section_.schedule);
    if (number != arrangement_) {
        arrangement_ = number;
        placement_.choose(number);
        for (std::size_t i = 0; i < workers_.size() && workers_[i] != nullptr; ++i) {
            const int worker = static_cast<int>(i);
            placement_.move_worker(worker, workers_[i]->thread_id());
            weights_.weigh(worker, workers_[i]->thread_id(), number / Placement::kPeriod);
        }
    }
    placement_.come_home();
    loopback_.stay_here();
}

/// The last worker stands for the second process if that has calls in the section.
std::optional<HarnessError> Crew::prepare_second_process() {
    constexpr int kWorker = kStrandOfSecondProcess;
    if ((at_work_ >> kWorker & 1U) == 0) {
        return std::nullopt;
    }
    CrewMember& worker = *workers_[kWorker];
    SecondProcess& process = program_.second_process();
    const bool acts = process.exists() &&
                      std::ranges::any_of(section_.operations, [](const Operation& operation) {
                          return operation.process != 0;
                      });
    if (acts) {
        placement_.move_worker(kWorker, process.id());
    }
    return worker.act_in(acts ? &process : nullptr);
}

/// True if T1 has only calls that surely do not wait, so that the calling thread can make them.
bool Crew::can_run_here(std::span<const Operation> operations) const {
    return std::ranges::all_of(operations, [&](const Operation& operation) {
        // What another thread changes about descriptors may let a call wait after all.
        const bool changes = operation.kind == OperationKind::kDup2 ||
                             operation.kind == OperationKind::kFcntl ||
                             operation.pointer == Pointer::kPaused;
        return !changes && (strand_of(operation) != 0 || program_.never_waits(operation));
    });
}

/// Lets all workers run their part.
void Crew::set_off() {
    const bool runs_here = (at_work_ & 1U) != 0 && can_run_here(section_.operations);
    std::uint32_t used = 0;  // bits of processors
    std::uint32_t told = at_work_;
    for_each_at_work([&](CrewMember& worker, int index) {
        const bool is_replaced = runs_here && index == 0;
        worker.prepare(is_replaced);
        used |= 1U << placement_.of(index);
        if (is_replaced) {
            told &= ~1U;
        } else {
            ++processor_of(index).unfinished;
        }
    });
    to_come_ = std::popcount(used);
    unfinished_ = std::popcount(told);
    for_each_of(told, [](CrewMember& worker, int) { worker.begin(); });
    wake(told);
    if (runs_here) {
        workers_[0]->run_here();
    }
}

/// Wakes those that sleep, of those that were told. Who is awake has seen that it was told, or
/// will.
void Crew::wake(std::uint32_t told) {
    for_each_of(told, [](CrewMember& worker, int) {
        if (worker.is_asleep()) {
            worker.wake();
        }
    });
}

void Crew::line_up() {
    // No longer than it takes to wake the others: one of them may have no processor now.
    constexpr int kSpins = 200;
    to_come_.fetch_sub(1);
    futex::spin(kSpins, [this] { return to_come_ <= 0; });
}

bool Crew::note_done(int index) {
    const bool is_home = placement_.of(index) == placement_.home();
    const bool is_last_here = processor_of(index).unfinished.fetch_sub(1) == 1;
    const bool is_last = unfinished_.fetch_sub(1) == 1;
    if (is_last || (is_home && is_last_here)) {
        finished_.fetch_add(1);
        if (coordinator_sleeps_) {
            futex::wake(finished_);
        }
    }
    return is_last_here && !is_home;
}

void Crew::interrupt(int thread) const {
    if ((at_work_ >> thread & 1U) != 0) {
        workers_[static_cast<std::size_t>(thread)]->interrupt();
    }
}

void Crew::give_way() {
    static futex::Word nobody{0};
    constexpr long kMoment = 10'000;
    futex::wait_for(nobody, 0, kMoment);
}

bool Crew::rests(int thread) const {
    return (at_work_ >> thread & 1U) == 0 || workers_[static_cast<std::size_t>(thread)]->rests();
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
            const CrewMember::Position position =
                workers_[static_cast<std::size_t>(strand_of(operation))]->position();
            if (record.noted || CrewMember::call_at(position) <= i ||
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

}  // namespace epollcheck
