// What targets have in common, and the machine that this process runs on. See target.h.

#include "harness/target/target.h"

namespace epollcheck {

namespace {

class ThisMachine final : public Machine {
public:
    std::optional<HarnessError> measure(Capacities& capacities) override {
        return measure_capacities(capacities);
    }
    std::optional<HarnessError> measure_charge(int socket_type, std::uint32_t length,
                                               std::uint32_t& charge) override {
        charge = measure_unix_charge(socket_type, length);
        return std::nullopt;
    }
};

}  // namespace

Machine& this_machine() {
    static ThisMachine machine;
    return machine;
}

std::optional<HarnessError> Target::run_concurrent(std::span<const Operation> /*operations*/,
                                                   int /*handle_count*/,
                                                   const Schedule& /*schedule*/,
                                                   ConcurrentTrace& trace) {
    trace.clear();
    return HarnessError{
        "this target runs no programs with threads. Choose one that does, such as the kernel of "
        "this machine, or run the program without threads."};
}

void Target::repeat_concurrent(std::span<const Operation> operations, int handle_count,
                               Schedule schedule, std::span<HistoryRun> runs) {
    for (HistoryRun& run : runs) {
        run.error = run_concurrent(operations, handle_count, schedule, run.trace);
        ++schedule.seed;
    }
}

void Target::run_batch(std::span<const ProgramToRun> programs, std::span<ProgramRun> runs) {
    for (std::size_t i = 0; i < programs.size(); ++i) {
        runs[i].error = run(programs[i].operations, programs[i].handle_count, runs[i].trace);
        runs[i].disagreement = disagreement();
    }
}

}  // namespace epollcheck
