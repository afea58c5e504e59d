// Thread canaries. See thread_canaries.h.

#include "harness/cli/thread_canaries.h"

#include <fmt/format.h>
#include <unistd.h>

#include "fuzz/concurrent_subject.h"
#include "fuzz/no_findings.h"
#include "fuzz/program_bytes.h"
#include "harness/check/calibrate.h"
#include "harness/check/race_cause.h"
#include "harness/program/random.h"
#include "harness/target/make_target.h"
#include "harness/target/plugin_target.h"
#include "stress/history/judge_history.h"
#include "stress/interest_lists.h"

namespace epollcheck {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCannotHunt = 1;  // an exit code

/// A plug-in that is loaded into this process, and what judges it.
class Place {
public:
    explicit Place(const TargetChoice& choice) {
        auto opened = open_target(choice, kProbeProfile);
        if (!std::holds_alternative<std::unique_ptr<OpenTarget>>(opened)) {
            _exit(kCannotHunt);
        }
        opened_ = std::move(std::get<std::unique_ptr<OpenTarget>>(opened));
        plugin_ = &dynamic_cast<PluginTarget&>(*opened_->target).plugin();
        calibrate_for_generator(*opened_->target, opened_->calibration);
        judge_ =
            std::make_unique<HistoryJudge>(opened_->profile, opened_->calibration, opened_->tier);
    }

    [[nodiscard]] Target& target() { return *opened_->target; }
    [[nodiscard]] const Calibration& calibration() const { return opened_->calibration; }
    [[nodiscard]] HistoryJudge& judge() { return *judge_; }
    [[nodiscard]] bool shows_lists() const { return shows_interest_lists(*opened_->target); }
    void choose(const std::string& defect) { plugin_->choose_defect(defect.c_str()); }

    /// Runs `program` once. True if it deviates. A program that hangs is the end of the process.
    bool deviates(const Program& program, const Schedule& schedule) {
        const auto error = target().run_concurrent(
            program.operations, static_cast<int>(program.handles.size()), schedule, trace_);
        if (error && error->of_target) {
            _exit(kCannotHunt);
        }
        return !error && judge_history(*judge_, program, trace_).verdict ==
                             HistoryJudgement::Verdict::kDeviates;
    }

private:
    std::unique_ptr<OpenTarget> opened_;
    const epollcheck_plugin* plugin_ = nullptr;
    std::unique_ptr<HistoryJudge> judge_;
    ConcurrentTrace trace_;
};

/// Notes the first deviation that is due to the defect.
class DefectCatcher final : public NoFindings {
public:
    DefectCatcher(Place& place, std::string defect, Catch& caught)
        : place_(place), defect_(std::move(defect)), caught_(caught) {}

    void race(const Program& program, const Schedule& schedule, const ConcurrentTrace& trace,
              const HistoryJudgement& judgement) override {
        if (is_of_defect(program, schedule)) {
            caught_.note(race_cause(program.operations, trace, judgement),
                         std::chrono::duration<double>(Clock::now() - start_).count());
        }
    }

    void crash(const Program&, const HarnessError&) override { _exit(kCannotHunt); }

private:
    bool is_of_defect(const Program& program, Schedule schedule) {
        constexpr int kEnough = 12;
        constexpr int kMostPairs = 1000;
        Random random(schedule.seed);
        int seen = 0;
        bool only_then = true;
        for (int i = 0; i < kMostPairs && seen < kEnough && only_then; ++i) {
            schedule.seed = random.next();
            place_.choose("");
            only_then = !place_.deviates(program, schedule);
            place_.choose(defect_);
            seen += only_then && place_.deviates(program, schedule) ? 1 : 0;
            caught_.beat();
        }
        return only_then && seen == kEnough;
    }

    Place& place_;
    std::string defect_;
    Catch& caught_;
    Clock::time_point start_ = Clock::now();
};

}  // namespace

std::variant<ThreadCanaries, std::string> ThreadCanaries::of(const std::string& name) {
    ThreadCanaries canaries;
    canaries.choice_.name = name;
    auto chosen = choose_target(canaries.choice_);
    if (const auto* wrong = std::get_if<std::string>(&chosen)) {
        return *wrong;
    }
    const auto loaded =
        PluginLibrary::load(plugin_path(std::get<ChosenTarget>(chosen).description));
    if (const auto* error = std::get_if<HarnessError>(&loaded)) {
        return fmt::format("target '{}': {}", name, error->what);
    }
    const epollcheck_plugin& plugin = std::get<PluginLibrary>(loaded).table();
    if (plugin.defects == nullptr) {
        return fmt::format("target '{}' has no seeded defects", name);
    }
    for (const char* const* defect = plugin.defects(); *defect != nullptr; ++defect) {
        canaries.names_.emplace_back(*defect);
    }
    return canaries;
}

std::vector<CanaryResult> ThreadCanaries::all() const {
    std::vector<CanaryResult> results;
    for (const std::string& name : names_) {
        results.push_back(
            {.id = fmt::format("T-{:02}", results.size() + 1), .name = name, .is_random = true});
    }
    return results;
}

void ThreadCanaries::hunt(std::size_t index, FuzzerLoop loop, Catch& caught) {
    Place place(choice_);
    place.choose(names_[index]);
    DefectCatcher catcher(place, names_[index], caught);
    ConcurrentSubject subject(place.target(), place.calibration(), place.judge(), nullptr, catcher);
    loop.reach = reach();
    loop.run = [&](std::span<const std::uint8_t> bytes) {
        caught.begin(bytes);
        subject.run(bytes);
        return !caught.is_found();
    };
    run_fuzzer_loop(std::move(loop));
}

void ThreadCanaries::run_again(std::size_t index, bool with_defect, Catch& caught) {
    constexpr std::chrono::milliseconds kTime{700};  // enough to hang again
    Place place(choice_);
    place.choose(with_defect ? names_[index] : "");
    Program program;
    program_from_bytes(caught.input(), reach(), program);
    if (!place.shows_lists()) {
        leave_out_interest_lists(program);
    }
    caught.beat();
    Random random(1);
    const auto end = Clock::now() + kTime;
    while (Clock::now() < end) {
        place.deviates(program, {.seed = random.next(), .most_spin = 100});
    }
}

}  // namespace epollcheck
