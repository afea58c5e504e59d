// Case batches. See case_batches.h.

#include "harness/cli/case_batches.h"

#include <algorithm>
#include <cassert>
#include <chrono>

#include "harness/cli/interrupt.h"
#include "harness/cli/undisturbed.h"

namespace epollcheck {

void CaseBatches::run_ahead() {
    using Clock = std::chrono::steady_clock;
    std::vector<ProgramToRun> programs;
    for (std::size_t i = next_; i < cases_.size() && programs.size() < bench_.target.batch_size();
         ++i) {
        const Program& program = cases_[i]->program;
        if (!has_threads(program.operations) && !skip_case(program, bench_, strictest_)) {
            programs.push_back({program.operations, static_cast<int>(program.handles.size())});
        }
    }
    runs_.assign(programs.size(), {});
    const auto start = Clock::now();
    bench_.target.run_batch(programs, runs_);
    duration_us_ =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count() /
        static_cast<std::int64_t>(std::max<std::size_t>(programs.size(), 1));
    std::reverse(runs_.begin(), runs_.end());
}

CaseResult CaseBatches::next(const Case& test_case) {
    assert(next_ < cases_.size() && cases_[next_] == &test_case);
    Trace trace;
    if (bench_.target.batch_size() <= 1 || has_threads(test_case.program.operations)) {
        ++next_;
        return run_undisturbed(test_case.program, bench_, strictest_, trace);
    }
    if (auto skipped = skip_case(test_case.program, bench_, strictest_)) {
        ++next_;
        return *skipped;
    }
    const bool interrupted_before = interrupted();
    if (runs_.empty()) {
        run_ahead();
    }
    ++next_;
    CaseResult result = judge_case(test_case.program, bench_, strictest_, runs_.back());
    runs_.pop_back();
    result.duration_us = duration_us_;
    const bool bad = result.status != CaseStatus::kPassed;
    if (bad && interrupted() && !interrupted_before) {
        // The wish to stop may have cut a system call of the batch short.
        result = run_case(test_case.program, bench_, strictest_, trace);
    }
    return result;
}

}  // namespace epollcheck
