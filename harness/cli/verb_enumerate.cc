// `epollcheck enumerate`. See verb_enumerate.h.

#include "harness/cli/verb_enumerate.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>

#include "conformance/universe_suite.h"
#include "harness/check/enumeration.h"
#include "harness/cli/duration.h"
#include "harness/cli/enumeration_workers.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "harness/cli/universe_target.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

struct EnumerateOptions {
    std::string universe;
    int length = 4;
    Share share;
    std::uint64_t programs = std::numeric_limits<std::uint64_t>::max();
    double seconds = std::numeric_limits<double>::infinity();
    std::string resume;
    int jobs = 0;  // 0: as many as are useful
    TargetChoice target;
    std::optional<Tier> tier;  // default: that of the target
    std::string profile;
    std::uint64_t max_findings = 10;
};

int usual_jobs(const OpenTarget& target) {
    return target.description.how == Transport::kSerial
               ? 1
               : static_cast<int>(std::clamp(sysconf(_SC_NPROCESSORS_ONLN), 1L, 64L));
}

class EnumerateRun {
public:
    EnumerateRun(const EnumerateOptions& options, const Universe& universe, OpenTarget& target)
        : options_(options),
          universe_(universe),
          target_(target),
          tier_(options.tier.value_or(target.tier)),
          jobs_(options.jobs > 0 ? options.jobs : usual_jobs(target)) {}

    int run();

private:
    bool prepare();
    void work(EnumerationWorkers& workers, Clock::time_point start);
    int conclude(const EnumerationWorkers& workers, double seconds);
    void save(const EnumerationState& state);

    const EnumerateOptions& options_;
    const Universe& universe_;
    OpenTarget& target_;
    Tier tier_;
    int jobs_;
    EnumerationState start_;
    double total_ = 0;
    std::optional<std::string> save_error_;
};

/// The state to start from. False, having said why, if there is none.
bool EnumerateRun::prepare() {
    start_ = {universe_identity(universe_), options_.length, options_.share, {}};
    start_.workers.resize(static_cast<std::size_t>(jobs_));
    total_ =
        Enumerator::count(universe_, options_.length) / static_cast<double>(options_.share.count);
    if (options_.resume.empty()) {
        return true;
    }
    auto loaded = load_state(options_.resume);
    if (const auto* error = std::get_if<std::string>(&loaded)) {
        complain(*error);
        return false;
    }
    auto& saved = std::get<std::optional<EnumerationState>>(loaded);
    if (!saved) {
        return true;
    }
    EnumerationState expected = start_;
    expected.workers = saved->workers;
    if (!(expected == *saved) || saved->workers.size() != start_.workers.size()) {
        complain(fmt::format(
            "{} is of another enumeration (universe {}, length {}, shard {}/{}, {} jobs); give the "
            "same arguments, or another file",
            options_.resume, saved->universe, saved->length, saved->share.index, saved->share.count,
            saved->workers.size()));
        return false;
    }
    start_ = std::move(*saved);
    return true;
}

void EnumerateRun::save(const EnumerationState& state) {
    if (!options_.resume.empty() && !save_error_) {
        save_error_ = save_state(state, options_.resume);
    }
}

void EnumerateRun::work(EnumerationWorkers& workers, Clock::time_point start) {
    const std::uint64_t before = start_.total().programs;  // in earlier runs
    const double left = total_ - static_cast<double>(before);
    Progress progress(
        "programs",
        static_cast<std::size_t>(std::min({left, static_cast<double>(options_.programs), 1e18})));
    constexpr auto kSaveInterval = std::chrono::seconds(2);
    auto saved = start;
    while (workers.attend([](const std::string& finding) { print(finding); })) {
        const auto now = Clock::now();
        const WorkerProgress total = workers.state().total();
        progress.show(total.programs - before, fmt::format("{} findings", total.findings));
        const bool time_is_up =
            std::chrono::duration<double>(now - start).count() > options_.seconds;
        if (interrupted() || time_is_up || save_error_) {
            workers.stop();
        }
        if (now - saved >= kSaveInterval) {
            save(workers.state());
            saved = now;
        }
    }
    save(workers.state());
}

int EnumerateRun::run() {
    if (!prepare()) {
        return exit_code::kUsage;
    }
    EnumerationOrder order;
    order.universe = &universe_;
    order.length = options_.length;
    order.tier = tier_;
    order.most_programs = options_.programs;
    order.most_findings = options_.max_findings;
    order.profile = &target_.profile;
    order.calibration = &target_.calibration;
    order.open = [this] { return open_again(target_); };
    const auto start = Clock::now();
    EnumerationWorkers workers(order, start_);
    if (workers.error()) {
        complain(*workers.error());
        return exit_code::kOwnFault;
    }
    work(workers, start);
    return conclude(workers, std::chrono::duration<double>(Clock::now() - start).count());
}

int EnumerateRun::conclude(const EnumerationWorkers& workers, double seconds) {
    const WorkerProgress total = workers.state().total();
    const std::uint64_t before = start_.total().programs;
    print(fmt::format(
        "{} programs of {} operations after a setup of {} in {:.1f} s ({:.0f} programs/s, {} "
        "jobs): {} deviations at tier {}, {} inconclusive\n",
        total.programs - before, options_.length, universe_.setup.size(), seconds,
        static_cast<double>(total.programs - before) / std::max(seconds, 1e-9), jobs_,
        total.findings, tier_name(tier_), total.inconclusive));
    print(fmt::format(
        "universe {}, shard {}/{}: {}\n", universe_.name, options_.share.index,
        options_.share.count,
        total.ended ? fmt::format("all {} programs were run", total.programs)
                    : fmt::format("{} of about {:.0f} programs were run", total.programs, total_)));
    if (total.skipped > 0) {
        print(fmt::format("  {} need what the target does not offer, and did not run\n",
                          total.skipped));
    }
    for (const std::string& failure : workers.failures()) {
        complain(failure);
    }
    if (save_error_) {
        complain(*save_error_);
    }
    if (!workers.failures().empty() || save_error_) {
        return exit_code::kOwnFault;
    }
    if (total.findings > 0) {
        return exit_code::kDeviation;
    }
    if (interrupted()) {
        return exit_code::kInterrupted;
    }
    return total.programs > 0 && total.inconclusive + total.skipped == total.programs
               ? exit_code::kInconclusive
               : exit_code::kConforms;
}

int enumerate(const EnumerateOptions& options) {
    auto opened = open_universe_target(options.universe, options.target, options.profile);
    if (const int* const code = std::get_if<int>(&opened)) {
        return *code;
    }
    const auto& [universe, target] = std::get<UniverseTarget>(opened);
    warn_about(*target);
    watch_for_interrupt();
    return EnumerateRun(options, universe, *target).run();
}

}  // namespace

RunVerb add_enumerate_verb(CLI::App& command, const CommandLine&) {
    auto options = std::make_shared<EnumerateOptions>();
    command
        .add_option("--universe", options->universe,
                    "the name of a universe, or a file that ends in .universe")
        ->required()
        ->option_text("NAME");
    command.add_option("--length", options->length, "operations of each program, after the setup")
        ->capture_default_str()
        ->check(CLI::Range(1, Enumerator::kMaxLength));
    add_shard_option(command, options->share);
    command.add_option("--programs", options->programs, "stop after so many programs")
        ->option_text("N")
        ->check(above_zero());
    add_duration_option(command, options->seconds);
    command
        .add_option("--resume", options->resume,
                    "keep the state in a file, and go on from there if it exists")
        ->option_text("FILE");
    command
        .add_option("--jobs", options->jobs,
                    "worker processes, each with the target for itself;\n"
                    "default: one per processor, one at a serial line")
        ->option_text("N")
        ->check(CLI::Range(1, 64));
    command.add_option("--max-findings", options->max_findings, "stop after so many deviations")
        ->capture_default_str()
        ->check(above_zero());
    add_target_options(command, options->target);
    add_tier_option(command, options->tier);
    add_profile_option(command, options->profile);
    command.footer(fmt::format(
        "Every program of the given length runs once, except that of programs which only rename\n"
        "what can be exchanged one is enough. Shorter programs are the beginnings of these.\n\n"
        "Universes: {}\n\nExample:\n  epollcheck enumerate --universe pipe --length 4",
        fmt::join(universe_names(), ", ")));
    return [options] { return enumerate(*options); };
}

}  // namespace epollcheck
