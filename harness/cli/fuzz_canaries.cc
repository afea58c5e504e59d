// Fuzz canaries. See fuzz_canaries.h.

#include "harness/cli/fuzz_canaries.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/check/median.h"
#include "harness/cli/call_canaries.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/terminal.h"
#include "harness/cli/thread_canaries.h"

namespace epollcheck {

namespace {

namespace fs = std::filesystem;

constexpr const char* kPlugIn = "epoll-on-poll";

std::map<std::string, std::uint64_t> earlier_table(const std::string& path) {
    std::ifstream file(path);
    return read_canary_table({std::istreambuf_iterator<char>(file), {}});
}

/// One line about all of them.
std::string summary(const FuzzCanaryOptions& options, std::span<const CanaryResult> results,
                    const char* of_what) {
    double slowest = 0;
    std::vector<double> programs;
    for (const CanaryResult& result : results) {
        slowest = std::max(slowest, result.found ? result.seconds : 0);
        programs.push_back(static_cast<double>(result.programs));
    }
    return fmt::format(
        "{} of {} defects of {} found within {:g} s each; median {:.0f} programs, slowest {:.2f} "
        "s; {} seeds, seed {}\n",
        std::ranges::count_if(results, &CanaryResult::found), results.size(), of_what,
        options.seconds, median(programs), slowest, options.seeds == Seeds::kAll ? "all" : "no",
        options.seed);
}

/// Hunts for the defects of one kind and prints what became of it. An exit code.
int hunt(const FuzzCanaryOptions& options, Canaries& canaries, const char* of_what) {
    std::string directory = fs::temp_directory_path() / "epollcheck-canaries-XXXXXX";
    if (mkdtemp(directory.data()) == nullptr) {
        complain(fmt::format("cannot make {}: {}", directory, std::strerror(errno)));
        return exit_code::kOwnFault;
    }
    std::vector<CanaryResult> results;
    const auto error = plant_seeds(directory + "/seeds", canaries.reach(), options.seeds);
    if (!error) {
        results = hunt_canaries(canaries, {.directory = directory,
                                           .seconds = options.seconds,
                                           .jobs = std::max(options.jobs, 1),
                                           .seed = options.seed});
    }
    std::error_code ignored;
    fs::remove_all(directory, ignored);
    if (error || results.empty()) {
        complain(error.value_or("there is no memory to share with processes"));
        return exit_code::kOwnFault;
    }
    for (const CanaryResult& result : results) {
        print(canary_row(result));
    }
    const std::string worse =
        options.earlier.empty() ? "" : worse_canaries(results, earlier_table(options.earlier));
    print(worse + summary(options, results, of_what));
    return worse.empty() && std::ranges::all_of(results, &CanaryResult::found)
               ? exit_code::kConforms
               : exit_code::kDeviation;
}

}  // namespace

int fuzz_canaries(const FuzzCanaryOptions& options) {
    if (!has_fuzzer_loop()) {
        complain(
            fmt::format("this epollcheck was built without libFuzzer: {}", kHowToHaveFuzzerLoop));
        return exit_code::kOwnFault;
    }
    watch_for_interrupt();
    print(canary_heading());
    int code = exit_code::kConforms;
    if (options.calls) {
        CallCanaries canaries;
        code = hunt(options, canaries, "the model");
    }
    if (options.threads && !interrupted() && code != exit_code::kOwnFault) {
        auto loaded = ThreadCanaries::of(kPlugIn);
        if (const auto* wrong = std::get_if<std::string>(&loaded)) {
            complain(*wrong);
            return exit_code::kOwnFault;
        }
        code = std::max(code, hunt(options, std::get<ThreadCanaries>(loaded), kPlugIn));
    }
    return interrupted() ? exit_code::kInterrupted : code;
}

}  // namespace epollcheck
