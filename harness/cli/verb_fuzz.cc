// `epollcheck fuzz` without guidance, and the options of both ways. See verb_fuzz.h; the other way
// is in guided_fuzz.cc.
//
// Program number i of seed S is the same on every machine, so a finding can be made again from its
// seed and number. A finding is shrunk and shown before the campaign goes on; an interrupted
// campaign has shown all that it found.

#include "harness/cli/verb_fuzz.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <memory>

#include "fuzz/campaign_memory.h"
#include "fuzz/seeds.h"
#include "harness/check/calibrate.h"
#include "harness/check/finding.h"
#include "harness/check/readiness_finding.h"
#include "harness/check/reproducer.h"
#include "harness/cli/duration.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/finding_files.h"
#include "harness/cli/finding_text.h"
#include "harness/cli/fuzz_canaries.h"
#include "harness/cli/guided_fuzz.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/observed_program.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "harness/program/generator.h"
#include "reports/output_file.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostFailuresInRow = 16;  // of programs that could not be run
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

struct FuzzOptions {
    bool unguided = false;
    std::uint64_t programs = 100'000;
    double seconds = std::numeric_limits<double>::infinity();  // of unguided programs
    std::uint64_t seed = 0;
    std::uint64_t first = 0;
    TargetChoice target;
    std::optional<Tier> tier;  // default: that of the target
    GeneratorLimits limits;
    std::string profile = kProbeProfile;
    std::uint64_t max_findings = 10;
    std::string directory;  // for findings; empty: they are only shown
    GuidedOptions guided;
    bool canaries = false;
    std::string known_canaries;
    std::string
        seeds_directory;  // not empty: the seeds are written there, and nothing else is done
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
        batch_.resize(target.target->batch_size());
        runs_.resize(batch_.size());
    }

    int run();

private:
    /// A program of the batch at hand.
    struct Drawn {
        std::uint64_t number = 0;
        Program program;
    };

    bool run_batch(std::size_t count);
    void judge(const Drawn& drawn, const ProgramRun& run);
    void show_finding(const Drawn& drawn, const Trace& trace);
    void show_readiness_finding(const Drawn& drawn, const ReadinessDisagreement& disagreement);
    void show_crash(const Drawn& drawn, const HarnessError& error);
    void save(const Program& program, const FindingHeader& header, const std::string& c_text);
    [[nodiscard]] FindingHeader header_of_finding(std::uint64_t number) const;
    int conclude(double seconds);

    const FuzzOptions& options_;
    OpenTarget& target_;
    Tier tier_;
    Judge judge_;
    Workbench bench_;
    std::vector<Drawn> batch_;
    std::vector<ProgramToRun> to_run_;
    std::vector<ProgramRun> runs_;
    std::uint64_t done_ = 0;
    std::uint64_t operations_ = 0;
    std::uint64_t findings_ = 0;
    std::uint64_t readiness_findings_ = 0;  // are counted in findings_, too
    std::uint64_t crashes_ = 0;             // likewise
    std::uint64_t inconclusive_ = 0;
    std::uint64_t skipped_ = 0;  // the target cannot run them
    std::map<std::string, std::uint64_t> reasons_to_skip_;
    std::uint64_t failed_ = 0;  // the harness could not run them
    std::size_t failures_in_row_ = 0;
    std::map<std::string, std::uint64_t> reasons_;
    RuleSet exercised_;
    std::optional<HarnessError> error_;
};

/// Draws, runs and judges the next `count` programs; fewer, if there are enough findings. False if
/// the campaign cannot go on, because nothing could be run.
bool Campaign::run_batch(std::size_t count) {
    std::size_t drawn = 0;
    to_run_.clear();
    for (std::size_t i = 0; i < count; ++i) {
        Drawn& next = batch_[drawn];
        next.number = options_.first + done_ + i;
        // Each program has a generator of its own, so that it depends on its number only.
        Generator(options_.seed * 0x9e3779b97f4a7c15U + next.number, options_.limits)
            .generate(next.program);
        if (std::string reason = reason_not_to_run(bench_, next.program.operations);
            !reason.empty()) {
            ++skipped_;
            ++reasons_to_skip_[std::move(reason)];
        } else {
            to_run_.push_back(
                {next.program.operations, static_cast<int>(next.program.handles.size())});
            ++drawn;
        }
    }
    target_.target->run_batch(to_run_, {runs_.data(), drawn});
    const auto failed = [](const ProgramRun& run) { return run.error.has_value(); };
    const bool all_failed = drawn > 0 && std::all_of(runs_.data(), runs_.data() + drawn, failed) &&
                            !(drawn == 1 && runs_.front().error->of_target);
    failures_in_row_ = all_failed ? failures_in_row_ + drawn : 0;
    if (failures_in_row_ >= std::min<std::size_t>(kMostFailuresInRow, options_.programs)) {
        error_ = runs_.front().error;
        return false;
    }
    for (std::size_t i = 0; i < drawn && findings_ < options_.max_findings; ++i) {
        judge(batch_[i], runs_[i]);
    }
    done_ += count;
    return true;
}

void Campaign::judge(const Drawn& drawn, const ProgramRun& run) {
    const auto& operations = drawn.program.operations;
    if (run.error && run.error->of_target) {
        return show_crash(drawn, *run.error);
    }
    if (run.error) {
        ++failed_;
        if (reasons_["(could not be run) " + run.error->what]++ == 0) {
            warn(fmt::format("program {} could not be run: {}", drawn.number, run.error->what));
        }
        return;
    }
    operations_ += operations.size();
    if (run.disagreement) {
        return show_readiness_finding(drawn, *run.disagreement);
    }
    const bool conforms = judge_.conforms(operations, run.trace);
    exercised_.merge(judge_.exercised());
    if (judge_.inconclusive()) {
        ++inconclusive_;
        ++reasons_[judge_.judge(operations, run.trace, Tier::kExact).reason];
    } else if (!conforms) {
        const Judgement judgement = judge_.judge(operations, run.trace, tier_);
        if (judgement.verdict == Verdict::kDeviates) {
            show_finding(drawn, run.trace);
        }
    }
}

void Campaign::show_finding(const Drawn& drawn, const Trace& trace) {
    ++findings_;
    const Finding finding = shrink_finding(bench_, drawn.program, trace, tier_,
                                           shrink_help(std::max(options_.guided.jobs, 1), target_));
    const FindingHeader header = header_of_finding(drawn.number);
    print(finding_text(finding, header, judge_, tier_));
    save(finding.program, header, emit_c(finding, judge_));
}

void Campaign::show_readiness_finding(const Drawn& drawn,
                                      const ReadinessDisagreement& disagreement) {
    ++findings_;
    ++readiness_findings_;
    const ReadinessFinding finding = shrink_readiness_finding(bench_, drawn.program, disagreement);
    const FindingHeader header = header_of_finding(drawn.number);
    print(finding_text(finding, header));
    save(finding.program, header, "");
}

void Campaign::show_crash(const Drawn& drawn, const HarnessError& error) {
    ++findings_;
    ++crashes_;
    const FindingHeader header = header_of_finding(drawn.number);
    print(finding_text(drawn.program, error, header));
    save(drawn.program, header, "");
}

/// Keeps a finding before the campaign goes on, if there is a place for it.
void Campaign::save(const Program& program, const FindingHeader& header,
                    const std::string& c_text) {
    if (options_.directory.empty()) {
        return;
    }
    if (const auto error = save_finding(options_.directory, program, header, c_text)) {
        complain(*error);  // the finding was shown, and the campaign may find more
    }
}

FindingHeader Campaign::header_of_finding(std::uint64_t number) const {
    const std::string where =
        target_.name == kInProcessTarget ? "" : fmt::format(" --target {}", target_.name);
    return {fmt::format("fuzz/seed-{}-program-{}", options_.seed, number),
            fmt::format("Found by the random generator; `epollcheck fuzz{} --seed {} --first {} "
                        "--programs 1` finds it again",
                        where, options_.seed, number)};
}

int Campaign::run() {
    if (const auto error = calibrate_for_generator(*target_.target, target_.calibration)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    const auto start = Clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    {
        Progress progress("programs", options_.programs == kNoLimit ? 0 : options_.programs);
        constexpr std::uint64_t kProgressInterval = 1024;
        std::uint64_t shown = 0;
        while (done_ < options_.programs && elapsed() < options_.seconds &&
               findings_ < options_.max_findings && !interrupted() &&
               run_batch(std::min<std::uint64_t>(batch_.size(), options_.programs - done_))) {
            if (done_ - shown >= kProgressInterval) {
                shown = done_;
                progress.show(done_, fmt::format("{} findings", findings_));
            }
        }
    }
    return conclude(elapsed());
}

int Campaign::conclude(double seconds) {
    print(fmt::format(
        "{} programs, {} operations in {:.1f} s ({:.0f} programs/s): {} deviations at tier {}, {} "
        "inconclusive; {} rules exercised; seed {}\n",
        done_, operations_, seconds, static_cast<double>(done_) / std::max(seconds, 1e-9),
        findings_ - readiness_findings_ - crashes_, tier_name(tier_), inconclusive_,
        exercised_.count(), options_.seed));
    const auto also = [](std::uint64_t count, const char* what) {
        if (count > 0) {
            print(fmt::format("  {} {}\n", count, what));
        }
    };
    also(readiness_findings_, "times epoll, poll and select disagreed afterwards");
    also(crashes_, "programs took the target down");
    also(skipped_, "need what the target does not offer, and did not run");
    for (const auto& [reason, count] : reasons_to_skip_) {
        print(fmt::format("  skipped {}: {}\n", count, reason));
    }
    also(failed_, "could not be run");
    for (const auto& [reason, count] : reasons_) {
        print(fmt::format("  inconclusive {}: {}\n", count, reason));
    }
    if (error_) {
        complain(
            fmt::format("program {} could not be run: {}", options_.first + done_, error_->what));
        return exit_code::kOwnFault;
    }
    if (findings_ > 0) {
        return exit_code::kDeviation;
    }
    if (interrupted()) {
        return exit_code::kInterrupted;
    }
    if (failed_ > 0) {
        return exit_code::kOwnFault;
    }
    return done_ > 0 && inconclusive_ + skipped_ == done_ ? exit_code::kInconclusive
                                                          : exit_code::kConforms;
}

int fuzz(const FuzzOptions& options) {
    auto opened = open_target(options.target, options.profile);
    if (const auto* error = std::get_if<HarnessError>(&opened)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    watch_for_interrupt();
    auto& target = *std::get<std::unique_ptr<OpenTarget>>(opened);
    warn_about(target);
    return Campaign(options, target).run();
}

/// Writes fuzz/seeds as it should be.
int write_seeds(const std::string& directory) {
    for (const auto& [name, text] : make_seed_files()) {
        OutputFile file(directory + "/" + name);
        file.write(text);
        file.close();
        if (file.error()) {
            complain(*file.error());
            return exit_code::kOwnFault;
        }
    }
    return exit_code::kConforms;
}

void add_unguided_options(CLI::App& command, FuzzOptions& options) {
    command.add_flag("--unguided", options.unguided,
                     "random programs by their number, as with --programs: 100000, unless\n"
                     "--programs or --for says otherwise");
    command.add_option("--min-operations", options.limits.min_operations, "shortest program")
        ->capture_default_str()
        ->check(CLI::Range(1, 200));
    command.add_option("--max-operations", options.limits.max_operations, "longest program")
        ->capture_default_str()
        ->check(CLI::Range(1, 200));
    command
        .add_option("--save", options.directory,
                    "keep each finding in this directory, as a program (.ep)\n"
                    "and as a C file that shows it")
        ->option_text("DIR");
}

void add_guided_options(CLI::App& command, FuzzOptions& options) {
    GuidedOptions& guided = options.guided;
    const std::map<std::string, FuzzedInput> inputs{{"calls", FuzzedInput::kCalls},
                                                    {"threads", FuzzedInput::kThreads},
                                                    {"difference", FuzzedInput::kDifference}};
    command
        .add_option("--what", guided.input,
                    "calls: one after the other. threads: calls at once.\n"
                    "difference: calls on two targets")
        ->option_text("calls|threads|difference")
        ->transform(CLI::CheckedTransformer(inputs));
    add_duration_option(command, guided.seconds);
    command
        .add_option("--jobs", guided.jobs,
                    "processes at once; as many as processors, else. With\n"
                    "--programs: that shrink a finding; one, else")
        ->option_text("N")
        ->check(CLI::Range(1, kMostFuzzJobs));
    command
        .add_option("--corpus", guided.directory,
                    "keep inputs and findings in this directory, and go on\n"
                    "with those that are there")
        ->option_text("DIR");
    command.add_option("--against", guided.other.name, "the other target of --what difference")
        ->option_text("TARGET");
    command.add_flag_callback(
        "--no-seeds", [&guided] { guided.seeds = Seeds::kPlainest; },
        "begin with nothing, not with cases and findings");
    command.add_flag("--canaries", options.canaries,
                     "how soon is each seeded defect found, of the model (calls)\n"
                     "and of a plug-in (threads)? --for is the time of each, 10s\n"
                     "else; --what, only those");
    command
        .add_option("--compare", options.known_canaries,
                    "an earlier table of --canaries: tell what became worse")
        ->option_text("FILE")
        ->check(CLI::ExistingFile);
    command
        .add_option("--make-seeds", options.seeds_directory,
                    "write the seeds from the covering suite (fuzz/seeds)\n"
                    "and do nothing else")
        ->option_text("DIR")
        ->check(CLI::ExistingDirectory);
    command
        .add_option("--expectations", guided.expectations.file,
                    "file with known deviations, if not the target's own")
        ->option_text("FILE");
    command.add_flag("--no-expectations", guided.expectations.none,
                     "known deviations are findings, too");
}

int hunt_canaries(const FuzzOptions& options, bool says_what, bool says_how_long) {
    const GuidedOptions& guided = options.guided;
    if (guided.input == FuzzedInput::kDifference) {
        complain("there are canaries of calls and of threads, and none of a difference");
        return exit_code::kUsage;
    }
    constexpr double kSeconds = 10;
    return fuzz_canaries({.seconds = says_how_long ? guided.seconds : kSeconds,
                          .jobs = guided.jobs,
                          .seed = options.seed,
                          .seeds = guided.seeds,
                          .calls = !says_what || guided.input == FuzzedInput::kCalls,
                          .threads = !says_what || guided.input == FuzzedInput::kThreads,
                          .earlier = options.known_canaries});
}

constexpr const char* kFooter =
    "Every program is run with real system calls and judged by the model; after it, epoll, poll\n"
    "and select must agree about every descriptor that is open. What deviates is made smaller\n"
    "before it is shown, and each cause is shown once.\n\n"
    "Programs that reach something new in the model are kept and changed: libFuzzer chooses\n"
    "(fuzz/README.md). With --corpus they are kept for the next time; findings/ in that directory\n"
    "has what was found from the moment on that it was. With --programs they are drawn at random,\n"
    "by number: `--seed S --first N --programs 1` makes one program again.\n\n"
    "Examples:\n"
    "  epollcheck fuzz --for 60s --seed 1\n"
    "  epollcheck fuzz --for 1h --jobs 2 --corpus ~/corpus\n"
    "  epollcheck fuzz --target gvisor --for 10m --corpus gvisor-corpus\n"
    "  epollcheck fuzz --what threads --for 60s\n"
    "  epollcheck fuzz --what difference --against libc --for 60s\n"
    "  epollcheck fuzz --canaries --seed 1 > canaries.txt\n"
    "  epollcheck fuzz --programs 1000000 --seed 1";

}  // namespace

RunVerb add_fuzz_verb(CLI::App& command, const CommandLine&) {
    auto options = std::make_shared<FuzzOptions>();
    auto* const programs =
        command.add_option("--programs", options->programs, "how many programs to run, unguided")
            ->option_text("N");
    auto* const first = command.add_option("--first", options->first,
                                           "number of the first program, to make a finding again");
    add_unguided_options(command, *options);
    add_guided_options(command, *options);
    command.add_option("--max-findings", options->max_findings, "stop after so many deviations")
        ->capture_default_str();
    add_seed_option(command, options->seed);
    add_target_options(command, options->target);
    add_tier_option(command, options->tier);
    add_profile_option(command, options->profile);
    command.footer(kFooter);
    const auto* const duration = command.get_option("--for");
    const auto* const what = command.get_option("--what");
    return [options, programs, first, duration, what] {
        if (!options->seeds_directory.empty()) {
            return write_seeds(options->seeds_directory);
        }
        if (options->canaries) {
            return hunt_canaries(*options, what->count() > 0, duration->count() > 0);
        }
        if (options->unguided || programs->count() > 0 || first->count() > 0) {
            options->limits.max_operations =
                std::max(options->limits.min_operations, options->limits.max_operations);
            if (duration->count() > 0) {
                options->seconds = options->guided.seconds;
                options->programs = programs->count() > 0 ? options->programs : kNoLimit;
            }
            return fuzz(*options);
        }
        GuidedOptions guided = options->guided;
        guided.target = options->target;
        guided.tier = options->tier;
        guided.profile = options->profile;
        guided.seed = options->seed;
        guided.most_findings = options->max_findings;
        return fuzz_guided(guided);
    };
}

}  // namespace epollcheck
