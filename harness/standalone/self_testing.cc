// The cases without a host. See self_testing.h.

#include "harness/standalone/self_testing.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "conformance/case_runner.h"
#include "conformance/case_suite.h"
#include "harness/check/calibrate.h"
#include "harness/check/probe_profile.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"
#include "harness/standalone/channel.h"
#include "harness/standalone/worker.h"
#include "harness/target/in_process_target.h"
#include "reports/tap_report.h"

namespace epollcheck {

namespace {

constexpr int kCaseFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kNothingSelected = 4;
constexpr const char* kProbe = "auto";
/// What a worker writes ends with this byte: first what it found out about the machine, then one
/// test point after the other.
constexpr char kEndOfPart = '\0';

std::string as_comment(const std::string& text) { return "# " + text + "\n"; }

/// The machine as the judge needs it, and what a person should know about it.
struct JudgedMachine {
    InProcessTarget target;
    Calibration calibration;
    Profile profile = named_profiles().back();
    std::string description;
    std::string error;  // why nothing can be judged, or ""

    explicit JudgedMachine(const std::string& profile_name) {
        if (const auto& failure = target.setup_error()) {
            error = failure->what;
        } else if (const auto unmeasured = calibrate(target, calibration)) {
            error = unmeasured->what;
        } else if (const auto named = profile_named(profile_name)) {
            profile = *named;
        } else {
            probe();
        }
        description += as_comment("epollcheck-executor " EPOLLCHECK_RELEASE " on " +
                                  target.kernel() + ", profile " + std::string(profile.name));
    }

private:
    void probe() {
        auto probed = probe_profile(target);
        if (const auto* failure = std::get_if<HarnessError>(&probed)) {
            // It is no Linux that is known. Its answers are judged all the same.
            description += as_comment(failure->what);
            description += as_comment("judged as the newest kernel that is known");
        } else {
            profile = std::get<ProbedProfile>(probed).profile;
        }
    }
};

class SelfTest {
public:
    SelfTest(const SelfTestOptions& options, std::vector<Program> cases)
        : options_(options), cases_(std::move(cases)) {}

    int run() {
        print("TAP version 14\n1.." + std::to_string(cases_.size()) + "\n");
        while (done_ < cases_.size() && !given_up_) {
            run_worker();
        }
        print("# " + std::to_string(done_ - failed_ - skipped_) + " passed, " +
              std::to_string(failed_) + " failed, " + std::to_string(skipped_) + " skipped\n");
        return failed_ > 0 || given_up_ ? kCaseFailed : 0;
    }

private:
    static void print(std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }

    /// Runs the cases that are left and hands each part of the report to `report`.
    template <class Report>
    void run_cases(Report report) {
        const auto machine = std::make_unique<JudgedMachine>(options_.profile);
        if (!machine->error.empty()) {
            report("Bail out! " + machine->error + "\n");
            return;
        }
        report(machine->description);
        const auto judge = std::make_unique<Judge>(machine->profile, machine->calibration);
        const Workbench bench{machine->target, *judge, machine->calibration};
        Trace trace;
        for (std::size_t i = done_; i < cases_.size(); ++i) {
            report(tap_test_point(run_case(cases_[i], bench, options_.strictest, trace), i + 1));
        }
    }

    void run_worker() {
        Worker worker;
        const bool started = worker.start([this](int output) {
            run_cases([output](std::string part) {
                part += kEndOfPart;
                write_all(output,
                          {reinterpret_cast<const std::uint8_t*>(part.data()), part.size()});
            });
        });
        is_first_part_ = true;
        if (!started) {
            // Parts are taken as they come, but cases count from where they began.
            run_cases([this](const std::string& part) { take(part); });
            return;
        }
        std::uint8_t room[65536];
        std::size_t count = 0;
        std::string text;
        while (worker.listen(room, options_.patience_ms, count) == Worker::Heard::kSomething) {
            text.append(room, room + count);
            for (std::size_t end = 0; (end = text.find(kEndOfPart)) != std::string::npos;) {
                take(text.substr(0, end));
                text.erase(0, end + 1);
            }
        }
        const std::string end = worker.end();
        if (done_ < cases_.size() && !given_up_) {
            blame(end.empty() ? "ended too early" : end);
        }
    }

    void take(const std::string& part) {
        if (part.starts_with("Bail out!")) {
            given_up_ = true;
        } else if (is_first_part_) {
            is_first_part_ = false;
            if (done_ > 0) {
                return;  // the machine was described before
            }
        } else {
            ++done_;
            failed_ += part.starts_with("not ok") ? 1 : 0;
            const std::string_view line = std::string_view(part).substr(0, part.find('\n'));
            skipped_ += line.find(" # SKIP ") != std::string_view::npos ? 1 : 0;
        }
        print(part);
    }

    /// The worker is gone: the case that it was at is the culprit.
    void blame(const std::string& end) {
        if (is_first_part_) {
            given_up_ = true;
            print("Bail out! the process that was to run the cases " + end + " at its start\n");
            return;
        }
        CaseResult result;
        result.id = cases_[done_].header.id;
        result.title = cases_[done_].header.title;
        result.tier = cases_[done_].header.tier;
        result.status = CaseStatus::kCrashed;
        result.reason = "the process that ran the case " + end;
        result.program = print_program(cases_[done_]);
        ++failed_;
        print(tap_test_point(result, ++done_));
    }

    const SelfTestOptions& options_;
    std::vector<Program> cases_;
    std::size_t done_ = 0;
    std::size_t failed_ = 0;
    std::size_t skipped_ = 0;
    bool given_up_ = false;
    bool is_first_part_ = true;  // of the present worker
};

}  // namespace

int run_self_test(const SelfTestOptions& options) {
    if (options.profile != kProbe && !profile_named(options.profile)) {
        std::fprintf(stderr, "epollcheck-executor: there is no profile '%s'; there are %s",
                     options.profile.c_str(), kProbe);
        for (const Profile& profile : named_profiles()) {
            std::fprintf(stderr, ", %s", std::string(profile.name).c_str());
        }
        std::fprintf(stderr, "\n");
        return kWrongUsage;
    }
    std::vector<Program> cases;
    for (const CaseText& text : embedded_cases()) {
        auto parsed = parse_program(text.text, std::string(text.path));
        auto* const program = std::get_if<Program>(&parsed);
        if (program != nullptr && program->header.id.find(options.selection) != std::string::npos) {
            cases.push_back(std::move(*program));
        }
    }
    if (cases.empty()) {
        std::fprintf(stderr, "epollcheck-executor: no case has '%s' in its name\n",
                     options.selection.c_str());
        return kNothingSelected;
    }
    return SelfTest(options, std::move(cases)).run();
}

}  // namespace epollcheck
