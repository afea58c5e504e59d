// Programs with threads on a process target: one request for many runs of one program. See
// process_target.h.

#include <fmt/format.h>

#include <algorithm>

#include "harness/target/process_target.h"

namespace epollcheck {

ProcessTarget::Failed ProcessTarget::take_history(const wire::Frame& frame, std::size_t due,
                                                  std::size_t index, HistoryRun& run) {
    if (const auto undecoded = wire::decode(frame.payload, result_)) {
        return Trouble{"sent a result that makes no sense: " + undecoded->text()};
    }
    if (result_.batch != batch_id_ || result_.program != index) {
        return Trouble{
            fmt::format("sent the result of run {} of batch {} where that of run {} of "
                        "batch {} was due",
                        result_.program, result_.batch, index, batch_id_)};
    }
    const std::size_t answers = result_.trace.size();
    if (result_.intervals.size() != answers || (result_.error ? answers > due : answers != due)) {
        return Trouble{
            fmt::format("gave {} answers and {} intervals for a program of {} "
                        "operations",
                        answers, result_.intervals.size(), due)};
    }
    std::swap(run.trace.answers, result_.trace);  // each keeps its memory
    std::swap(run.trace.intervals, result_.intervals);
    run.error = std::move(result_.error);
    return std::nullopt;
}

/// Asks for all runs; `done` counts those that have results.
ProcessTarget::Failed ProcessTarget::repeat_part(const ProgramToRun& program,
                                                 const Schedule& schedule,
                                                 std::span<HistoryRun> runs, std::size_t& done) {
    done = 0;
    if (auto trouble = connect()) {
        return trouble;
    }
    const std::size_t asked = std::min(runs.size(), settings_.batch);
    wire::BatchEncoder encoder({.id = ++batch_id_,
                                .repetitions = static_cast<std::uint32_t>(asked),
                                .schedule = schedule});
    encoder.add(program.operations, program.handle_count);
    request_.clear();
    encoder.finish(request_);
    connection_->send(request_);
    wire::Frame frame;
    while (done < asked) {
        auto trouble = receive(wire::FrameType::kResult, frame);
        if (!trouble) {
            trouble = take_history(frame, program.operations.size(), done, runs[done]);
            if (trouble) {
                connection_->close(0);
            }
        }
        if (trouble) {
            return trouble;
        }
        ++done;
    }
    return std::nullopt;
}

void ProcessTarget::repeat_concurrent(std::span<const Operation> operations, int handle_count,
                                      Schedule schedule, std::span<HistoryRun> runs) {
    constexpr int kTries = 2;  // in a row without a result
    int tries = 0;
    while (!runs.empty()) {
        std::size_t done = 0;
        const auto trouble = repeat_part({operations, handle_count}, schedule, runs, done);
        runs = runs.subspan(done);
        schedule.seed += done;
        tries = done > 0 ? 0 : tries + 1;
        if (trouble && (trouble->lasting || tries == kTries)) {
            const HarnessError failure = error(*trouble, " in a program with threads");
            for (HistoryRun& run : runs) {
                run.trace.clear();
                run.error = failure;
            }
            return;
        }
    }
}

std::optional<HarnessError> ProcessTarget::run_concurrent(std::span<const Operation> operations,
                                                          int handle_count,
                                                          const Schedule& schedule,
                                                          ConcurrentTrace& trace) {
    HistoryRun run;
    std::swap(run.trace, trace);
    repeat_concurrent(operations, handle_count, schedule, {&run, 1});
    std::swap(run.trace, trace);
    return std::move(run.error);
}

}  // namespace epollcheck
