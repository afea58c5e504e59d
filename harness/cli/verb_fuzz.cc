// `epollcheck fuzz`. See verb_fuzz.h.
//
// Program number i of seed S is the same on every machine, so a finding can be made again from its
// seed and number. A finding is shrunk and shown before the campaign goes on; an interrupted
// campaign has shown all that it found.

#include "harness/cli/verb_fuzz.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <memory>

#include "harness/check/calibrate.h"
#include "harness/check/finding.h"
#include "harness/check/readiness_finding.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/finding_text.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "harness/program/generator.h"
#include "harness/program/generator_weights.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

struct FuzzOptions {
    std::uint64_t programs = 100'000;
    std::uint64_t seed = 0;
    std::uint64_t first = 0;
    TargetChoice target;
    std::optional<Tier> tier;  // default: that of the target
    GeneratorLimits limits;
    std::string profile = kProbeProfile;
    std::uint64_t max_findings = 10;
};

class Campaign {
public:
    Campaign(const FuzzOptions& options, OpenTarget& target)
        : options_(options),
          target_(target),
          tier_(options.tier.value_or(target.tier)),
          judge_(target.profile, target.calibration),
          bench_{*target.target, judge_, target.calibration} {
        target.target->ask_about(Executor::Asked::kOneInTurn);
    }

    int run();

private:
    bool run_program(std::uint64_t number);
    void show_finding(std::uint64_t number);
    void show_readiness_finding(std::uint64_t number);
    [[nodiscard]] FindingHeader header_of_finding(std::uint64_t number) const;
    int conclude(std::uint64_t done, double seconds);

    const FuzzOptions& options_;
    OpenTarget& target_;
    Tier tier_;
    Judge judge_;
    Workbench bench_;
    Program program_;
    Trace trace_;
    std::uint64_t operations_ = 0;
    std::uint64_t findings_ = 0;
    std::uint64_t readiness_findings_ = 0;  // are counted in findings_, too
    std::uint64_t inconclusive_ = 0;
    std::map<std::string, std::uint64_t> reasons_;
    RuleSet exercised_;
    std::optional<HarnessError> error_;
};

/// Runs and judges one program. False if the campaign cannot go on.
bool Campaign::run_program(std::uint64_t number) {
    // Each program has a generator of its own, so that it depends on its number only.
    Generator(options_.seed * 0x9e3779b97f4a7c15U + number, options_.limits).generate(program_);
    error_ =
        target_.target->run(program_.operations, static_cast<int>(program_.handles.size()), trace_);
    if (error_) {
        return false;
    }
    operations_ += program_.operations.size();
    if (target_.target->disagreement()) {
        show_readiness_finding(number);  // and no judgement: the trace may be gone after shrinking
        return true;
    }
    const bool conforms = judge_.conforms(program_.operations, trace_);
    exercised_.merge(judge_.exercised());
    if (judge_.inconclusive()) {
        ++inconclusive_;
        ++reasons_[judge_.judge(program_.operations, trace_, Tier::kExact).reason];
    } else if (!conforms) {
        const Judgement judgement = judge_.judge(program_.operations, trace_, tier_);
        if (judgement.verdict == Verdict::kDeviates) {
            show_finding(number);
        }
    }
    return true;
}

void Campaign::show_finding(std::uint64_t number) {
    ++findings_;
    print(finding_text(shrink_finding(bench_, program_, trace_, tier_), header_of_finding(number),
                       judge_, tier_));
}

void Campaign::show_readiness_finding(std::uint64_t number) {
    ++findings_;
    ++readiness_findings_;
    print(finding_text(shrink_readiness_finding(bench_, program_, *target_.target->disagreement()),
                       header_of_finding(number)));
}

FindingHeader Campaign::header_of_finding(std::uint64_t number) const {
    return {fmt::format("fuzz/seed-{}-program-{}", options_.seed, number),
            fmt::format("Found by the random generator; `epollcheck fuzz --seed {} --first {} "
                        "--programs 1` finds it again",
                        options_.seed, number)};
}

int Campaign::run() {
    if (const auto error = calibrate_for_generator(*target_.target, target_.calibration)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    const auto start = Clock::now();
    std::uint64_t done = 0;
    {
        Progress progress("programs", options_.programs);
        constexpr std::uint64_t kProgressInterval = 1024;
        while (done < options_.programs && findings_ < options_.max_findings && !interrupted() &&
               run_program(options_.first + done)) {
            if (++done % kProgressInterval == 0) {
                progress.show(done, fmt::format("{} findings", findings_));
            }
        }
    }
    return conclude(done, std::chrono::duration<double>(Clock::now() - start).count());
}

int Campaign::conclude(std::uint64_t done, double seconds) {
    print(fmt::format(
        "{} programs, {} operations in {:.1f} s ({:.0f} programs/s): {} deviations at tier {}, {} "
        "inconclusive; {} rules exercised; seed {}\n",
        done, operations_, seconds, static_cast<double>(done) / std::max(seconds, 1e-9),
        findings_ - readiness_findings_, tier_name(tier_), inconclusive_, exercised_.count(),
        options_.seed));
    if (readiness_findings_ > 0) {
        print(fmt::format("  epoll, poll and select disagreed after {} of them\n",
                          readiness_findings_));
    }
    for (const auto& [reason, count] : reasons_) {
        print(fmt::format("  inconclusive {}: {}\n", count, reason));
    }
    if (error_) {
        complain(
            fmt::format("program {} could not be run: {}", options_.first + done, error_->what));
        return exit_code::kOwnFault;
    }
    if (findings_ > 0) {
        return exit_code::kDeviation;
    }
    if (interrupted()) {
        return exit_code::kInterrupted;
    }
    return done > 0 && inconclusive_ == done ? exit_code::kInconclusive : exit_code::kConforms;
}

int fuzz(const FuzzOptions& options) {
    auto opened = open_target(options.target, options.profile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    watch_for_interrupt();
    return Campaign(options, *std::get<std::unique_ptr<OpenTarget>>(opened)).run();
}

}  // namespace

RunVerb add_fuzz_verb(CLI::App& command, const CommandLine&) {
    auto options = std::make_shared<FuzzOptions>();
    command.add_option("--programs", options->programs, "how many programs to run")
        ->capture_default_str();
    command.add_option("--first", options->first,
                       "number of the first program, to make a finding again");
    command.add_option("--min-operations", options->limits.min_operations, "shortest program")
        ->capture_default_str()
        ->check(CLI::Range(1, 200));
    command.add_option("--max-operations", options->limits.max_operations, "longest program")
        ->capture_default_str()
        ->check(CLI::Range(1, 200));
    command.add_option("--max-findings", options->max_findings, "stop after so many deviations")
        ->capture_default_str();
    add_seed_option(command, options->seed);
    add_target_options(command, options->target);
    add_tier_option(command, options->tier);
    add_profile_option(command, options->profile);
    command.footer(
        "Every program is run with real system calls and judged by the model; after it, epoll, "
        "poll\n"
        "and select must agree about every descriptor that is open. What deviates is made smaller\n"
        "before it is shown. `--seed S --first N --programs 1` makes one program again.\n\n"
        "Example:\n  epollcheck fuzz --programs 1000000 --seed 1");
    return [options] {
        options->limits.max_operations =
            std::max(options->limits.min_operations, options->limits.max_operations);
        return fuzz(*options);
    };
}

}  // namespace epollcheck
