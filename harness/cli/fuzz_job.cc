// Fuzz job. See fuzz_job.h.

#include "harness/cli/fuzz_job.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <memory>

#include "fuzz/concurrent_subject.h"
#include "fuzz/differential_subject.h"
#include "fuzz/fuzzer_loop.h"
#include "fuzz/kernel_coverage.h"
#include "fuzz/libfuzzer_hooks.h"
#include "fuzz/sequential_subject.h"
#include "harness/check/calibrate.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/fuzz_keeper.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/terminal.h"

namespace epollcheck {

namespace {

[[noreturn]] void end_with(const std::string& reason) {
    complain(reason);
    _exit(exit_code::kOwnFault);
}

std::unique_ptr<OpenTarget> open_or_end(const TargetChoice& choice, const std::string& profile) {
    auto opened = open_target(choice, profile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        end_with(error->what);
    }
    return std::move(std::get<std::unique_ptr<OpenTarget>>(opened));
}

/// What one job works with; its parts refer to each other.
class Job {
public:
    Job(const GuidedOptions& options, const Expectations& known, const FuzzDirectories& directories,
        CampaignMemory& memory, int number)
        : options_(options),
          known_(known),
          directories_(directories),
          memory_(memory),
          counts_(memory.jobs[number]),
          number_(number) {}

    [[noreturn]] void run() {
        open();
        memory_.kernel_coverage = kernel_.is_on();
        run_fuzzer_loop(
            {.corpus = directories_.inputs,
             .artifacts = fmt::format("{}/job-{}-", directories_.work, number_),
             .seed = static_cast<std::uint32_t>(
                         (options_.seed + static_cast<std::uint64_t>(number_)) % 0x7ffffffeU) +
                     1,
             .reach = reach_of(options_),
             .run = [this](std::span<const std::uint8_t> bytes) { return run_one(bytes); }});
    }

private:
    void open() {
        target_ = open_or_end(options_.target, options_.profile);
        if (options_.input == FuzzedInput::kDifference) {
            other_ = open_or_end(options_.other, options_.profile);
        }
        const Tier tier = options_.tier.value_or(target_->tier);
        if (const auto error = calibrate_for_generator(*target_->target, target_->calibration)) {
            end_with(error->what);
        }
        judge_ = std::make_unique<Judge>(target_->profile, target_->calibration);
        if (options_.input == FuzzedInput::kThreads) {
            history_judge_ =
                std::make_unique<HistoryJudge>(target_->profile, target_->calibration, tier);
        }
        const Workbench bench{*target_->target, *judge_, target_->calibration};
        keeper_ = std::make_unique<FuzzKeeper>(
            FuzzKeeper::Order{
                .directory = directories_.findings,
                .found_by = fmt::format("found by `epollcheck fuzz` on {}", target_->name),
                .tier = tier,
                .expectations = known_,
                .hurry = [this] { return memory_.hurry || interrupted(); }},
            bench, other_ ? other_->target.get() : nullptr, history_judge_.get());
        make_subject(bench, tier);
    }

    void make_subject(const Workbench& bench, Tier tier) {
        switch (options_.input) {
            case FuzzedInput::kCalls: {
                auto subject = std::make_unique<SequentialSubject>(bench, tier, reach_of(options_),
                                                                   &memory_.reached, *keeper_);
                sequential_ = subject.get();
                subject_ = std::move(subject);
                return;
            }
            case FuzzedInput::kThreads:
                subject_ = std::make_unique<ConcurrentSubject>(
                    bench.target, bench.calibration, *history_judge_, &memory_.reached, *keeper_);
                return;
            case FuzzedInput::kDifference:
                subject_ =
                    std::make_unique<DifferentialSubject>(bench.target, *other_->target, *keeper_);
                return;
        }
    }

    bool run_one(std::span<const std::uint8_t> bytes) {
        if (memory_.stop || interrupted()) {
            return false;
        }
        if (sequential_ != nullptr && has_mutated()) {
            sequential_->save_time();
        }
        kernel_.begin();
        const Outcome outcome = subject_->run(bytes);
        kernel_.end();
        counts_.count(outcome, subject_->operations());
        constexpr int kTooManyFailures = 200;
        failures_in_row_ = outcome == Outcome::kFailed ? failures_in_row_ + 1 : 0;
        if (failures_in_row_ == kTooManyFailures) {
            end_with(subject_->reason());
        }
        return true;
    }

    const GuidedOptions& options_;
    const Expectations& known_;
    const FuzzDirectories& directories_;
    CampaignMemory& memory_;
    FuzzCounts& counts_;
    int number_;
    std::unique_ptr<OpenTarget> target_;
    std::unique_ptr<OpenTarget> other_;
    std::unique_ptr<Judge> judge_;
    std::unique_ptr<HistoryJudge> history_judge_;
    std::unique_ptr<FuzzKeeper> keeper_;
    std::unique_ptr<Subject> subject_;
    SequentialSubject* sequential_ = nullptr;
    KernelCoverage kernel_{has_kernel_coverage(options_) ? KernelCoverage::kDevice : ""};
    int failures_in_row_ = 0;
};

}  // namespace

void run_fuzz_job(const GuidedOptions& options, const Expectations& known,
                  const FuzzDirectories& directories, CampaignMemory& memory, int number) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // which interrupted() hears
    try {
        Job(options, known, directories, memory, number).run();
    } catch (const std::exception& failure) {
        end_with(failure.what());
    }
}

}  // namespace epollcheck
