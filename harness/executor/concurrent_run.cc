// The sections of a program in order. See concurrent_run.h.

#include "harness/executor/concurrent_run.h"

#include <utility>

#include "harness/executor/concurrent_check.h"

namespace epollcheck {

using End = Interpreter::End;

End ConcurrentRun::run(std::span<const Operation> operations) {
    for (std::size_t first = 0; first < operations.size();) {
        const auto section = operations.subspan(first, section_length(operations.subspan(first)));
        const End end = is_concurrent(section) ? run_concurrent(section) : run_sequential(section);
        if (end != End::kComplete) {
            return end;
        }
        first += section.size();
        if (first < operations.size()) {
            // The barrier itself: nobody is in a call.
            trace_.answers.append(Result::of_value(0), {});
            trace_.intervals.push_back({.begin = tickets_++, .end = tickets_++});
            ++first;
        }
    }
    interpreter_.finish();
    return End::kComplete;
}

End ConcurrentRun::run_sequential(std::span<const Operation> section) {
    for (const Operation& operation : section) {
        CallInterval interval = {.begin = tickets_++};
        Result result;
        if (const End end = interpreter_.step(operation, result); end != End::kComplete) {
            return end;
        }
        const std::uint64_t end_ticket = tickets_++;
        if (result.kind == ResultKind::kBlocked) {
            interval.blocked = true;
        } else {
            interval.end = end_ticket;
        }
        trace_.answers.append(result, interpreter_.events());
        trace_.intervals.push_back(interval);
    }
    return End::kComplete;
}

End ConcurrentRun::run_concurrent(std::span<const Operation> section) {
    timer_.stop();  // the coordinator is not to be interrupted
    if (auto error = crew_->run(section, schedule_, tickets_)) {
        interpreter_.note_failure(std::move(*error));
        return End::kFailed;
    }
    for (std::size_t i = 0; i < section.size(); ++i) {
        const CallRecord& record = crew_->section().records[i];
        trace_.answers.append(record.result, {record.events, record.result.event_count});
        trace_.intervals.push_back(record.interval);
    }
    return End::kComplete;
}

}  // namespace epollcheck
