// Fuzz canaries. See fuzz_canaries.h.

#include "harness/cli/fuzz_canaries.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <new>
#include <sstream>
#include <vector>

#include "fuzz/fuzzer_loop.h"
#include "fuzz/no_findings.h"
#include "fuzz/sequential_subject.h"
#include "harness/check/calibrate.h"
#include "harness/check/cause.h"
#include "harness/check/defective_model.h"
#include "harness/check/median.h"
#include "harness/check/model_target.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/terminal.h"
#include "model/rules/defect.h"

namespace epollcheck {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// What the process that hunts a defect leaves, in memory that it shares.
struct Catch {
    std::atomic<std::uint64_t> executions{0};
    std::atomic<bool> found{false};
    double seconds = 0;
    char cause[160] = {};
};

/// The first deviation ends the hunt.
class FirstFinding final : public NoFindings {
public:
    FirstFinding(Catch& caught, Clock::time_point start) : caught_(caught), start_(start) {}

    void deviation(const Program& program, const Trace& trace,
                   const Judgement& judgement) override {
        const std::string cause = cause_of(program.operations, trace, judgement.deviations.front());
        caught_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
        cause.copy(caught_.cause, sizeof caught_.cause - 1);
        caught_.found = true;
    }

private:
    Catch& caught_;
    Clock::time_point start_;
};

/// A machine on which all is permitted, and there is every kind of file.
void permit_all(Calibration& calibration) {
    assume_privileges(calibration);
    calibration.may_mount = true;
    calibration.may_set_domain_name = true;
    calibration.keeps_wakeup = true;
    calibration.other_kinds = (1U << kOtherKinds) - 1;
}

struct Place {
    std::string seeds;
    std::string out;
};

[[noreturn]] void hunt(Defect defect, const Place& place, std::uint64_t seed, Catch& caught) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDERR_FILENO);  // where libFuzzer talks
    ModelTarget target(named_profiles().back(), defect);
    permit_all(target.machine());
    Calibration calibration;
    calibrate(target, calibration);
    permit_all(calibration);
    Judge judge(named_profiles().back(), calibration);
    FirstFinding listener(caught, Clock::now());
    SequentialSubject subject({target, judge, calibration}, Tier::kExact, Reach::kModel, nullptr,
                              listener);
    run_fuzzer_loop({.corpus = place.out,
                     .seeds = place.seeds,
                     .artifacts = place.out + "/",
                     .seed = static_cast<std::uint32_t>(seed % 0x7ffffffeU) + 1,
                     .reach = Reach::kModel,
                     .is_repeatable = true,
                     .run = [&](std::span<const std::uint8_t> bytes) {
                         ++caught.executions;
                         subject.run(bytes);
                         return !caught.found;
                     }});
}

class Hunts {
public:
    Hunts(const FuzzCanaryOptions& options, std::string directory, Catch* catches)
        : options_(options), directory_(std::move(directory)), catches_(catches) {}

    void run() {
        const auto all = all_defects();
        const int jobs = std::max(options_.jobs, 1);
        std::size_t next = 0;
        while ((next < all.size() && !interrupted()) || !running_.empty()) {
            while (static_cast<int>(running_.size()) < jobs && next < all.size() &&
                   !interrupted()) {
                start(next++);
            }
            await_one();
        }
    }

private:
    struct Running {
        pid_t process;
        std::size_t index;
        Clock::time_point deadline;
    };

    void start(std::size_t index) {
        const Place place{directory_ + "/seeds", fmt::format("{}/out-{}", directory_, index)};
        std::error_code ignored;
        fs::create_directories(place.out, ignored);
        std::fflush(nullptr);
        const pid_t child = fork();
        if (child == 0) {
            hunt(static_cast<Defect>(index + 1), place, options_.seed, catches_[index]);
        }
        if (child > 0) {
            running_.push_back({child, index,
                                Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(
                                                   options_.seconds * 1000))});
        }
    }

    /// Waits until a hunt is over; one whose time is over is ended.
    void await_one() {
        constexpr int kLookAgainMs = 2;
        for (auto& running : running_) {
            if (Clock::now() > running.deadline || interrupted()) {
                kill(running.process, SIGKILL);
            }
        }
        int status = 0;
        std::erase_if(running_, [&](const Running& running) {
            if (waitpid(running.process, &status, WNOHANG) == 0) {
                return false;
            }
            std::error_code ignored;
            fs::remove_all(fmt::format("{}/out-{}", directory_, running.index), ignored);
            return true;
        });
        poll(nullptr, 0, kLookAgainMs);
    }

    const FuzzCanaryOptions& options_;
    std::string directory_;
    Catch* catches_;
    std::vector<Running> running_;
};

/// Executions by the name of the defect, from an earlier table; 0 where it was not found.
std::map<std::string, std::uint64_t> read_table(const std::string& path) {
    std::map<std::string, std::uint64_t> rows;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string id;
        std::string name;
        std::string executions;
        std::string seconds;
        words >> id >> name >> executions >> seconds;
        if (id.starts_with("D-")) {
            rows[name] = seconds == "-" ? 0 : std::strtoull(executions.c_str(), nullptr, 10);
        }
    }
    return rows;
}

/// True if it takes so much longer than before that chance is no explanation.
bool became_worse(std::uint64_t before, const Catch& now) {
    constexpr std::uint64_t kTimes = 10;
    constexpr std::uint64_t kFew = 1000;
    return before > 0 && (!now.found || now.executions > before * kTimes + kFew);
}

std::string row(const DefectInfo& info, const Catch& caught) {
    return fmt::format("{:<6} {:<34} {:>9} {:>8}  {}\n", info.id, info.name,
                       caught.executions.load(),
                       caught.found ? fmt::format("{:.3f}", caught.seconds) : "-",
                       caught.found ? caught.cause : "not found");
}

int print_table(const FuzzCanaryOptions& options, const Catch* catches) {
    const auto earlier = options.earlier.empty() ? std::map<std::string, std::uint64_t>()
                                                 : read_table(options.earlier);
    std::size_t found = 0;
    double slowest = 0;
    std::vector<double> executions;
    std::string worse;
    print(fmt::format("{:<6} {:<34} {:>9} {:>8}  cause\n", "id", "defect", "programs", "seconds"));
    for (std::size_t i = 0; i < all_defects().size(); ++i) {
        const DefectInfo& info = all_defects()[i];
        const Catch& caught = catches[i];
        print(row(info, caught));
        found += caught.found ? 1 : 0;
        slowest = std::max(slowest, caught.found ? caught.seconds : 0);
        executions.push_back(static_cast<double>(caught.executions.load()));
        const auto before = earlier.find(std::string(info.name));
        if (before != earlier.end() && became_worse(before->second, caught)) {
            worse += fmt::format("worse: {} took {} programs\n", info.name, before->second);
        }
    }
    print(worse);
    print(
        fmt::format("{} of {} defects found within {:g} s each; median {:.0f} programs, slowest "
                    "{:.2f} s; {} seeds, seed {}\n",
                    found, all_defects().size(), options.seconds, median(executions), slowest,
                    options.seeds == Seeds::kAll ? "all" : "no", options.seed));
    if (interrupted()) {
        return exit_code::kInterrupted;
    }
    return found == all_defects().size() && worse.empty() ? exit_code::kConforms
                                                          : exit_code::kDeviation;
}

}  // namespace

int fuzz_canaries(const FuzzCanaryOptions& options) {
    if (!has_fuzzer_loop()) {
        complain(
            fmt::format("this epollcheck was built without libFuzzer: {}", kHowToHaveFuzzerLoop));
        return exit_code::kOwnFault;
    }
    const std::size_t bytes = sizeof(Catch) * all_defects().size();
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    std::string directory = fs::temp_directory_path() / "epollcheck-canaries-XXXXXX";
    if (memory == MAP_FAILED || mkdtemp(directory.data()) == nullptr) {
        complain(fmt::format("cannot begin: {}", std::strerror(errno)));
        return exit_code::kOwnFault;
    }
    auto* const catches = new (memory) Catch[all_defects().size()];
    watch_for_interrupt();
    const auto error = plant_seeds(directory + "/seeds", Reach::kModel, options.seeds);
    if (!error) {
        Hunts(options, directory, catches).run();
    }
    std::error_code ignored;
    fs::remove_all(directory, ignored);
    if (error) {
        complain(*error);
        return exit_code::kOwnFault;
    }
    return print_table(options, catches);
}

}  // namespace epollcheck
