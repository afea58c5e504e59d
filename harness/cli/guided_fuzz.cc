// Guided fuzz. See guided_fuzz.h.

#include "harness/cli/guided_fuzz.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>
#include <vector>

#include "fuzz/corpus.h"
#include "fuzz/fuzzer_loop.h"
#include "harness/check/model_target.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/fuzz_job.h"
#include "harness/cli/fuzz_keeper.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/terminal.h"
#include "reports/output_file.h"

namespace epollcheck {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Total {
    std::uint64_t programs = 0;
    std::uint64_t operations = 0;
    std::uint64_t inconclusive = 0;
    std::uint64_t skipped = 0;
    std::uint64_t failed = 0;
    std::uint64_t deviating = 0;
};

std::string file_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Programs in `directory` that were kept, those that were not made smaller yet among them.
std::size_t count_findings(const std::string& directory) {
    std::error_code ignored;
    const fs::directory_iterator files(directory, ignored);
    return static_cast<std::size_t>(std::count_if(begin(files), end(files), [](const auto& entry) {
        return entry.path().extension() == ".ep";
    }));
}

class GuidedCampaign {
public:
    GuidedCampaign(const GuidedOptions& options, Expectations known, const std::string& directory,
                   CampaignMemory& memory)
        : options_(options),
          known_(std::move(known)),
          memory_(memory),
          directories_{directory + "/inputs", directory + "/findings", directory},
          records_(std::make_unique<OutputFile>(directory + "/progress.jsonl")) {
        const auto processors = static_cast<int>(std::thread::hardware_concurrency());
        const int wanted = options.jobs > 0 ? options.jobs : processors;
        jobs_.resize(static_cast<std::size_t>(std::clamp(wanted, 1, kMostFuzzJobs)));
        for (const std::string& name : kept_reports(directories_.findings)) {
            shown_.insert(name);
        }
    }

    int run();

private:
    struct Job {
        pid_t process = -1;
        int deaths = 0;
    };

    bool start(std::size_t number);
    void attend();
    void bury(std::size_t number, int status);
    void show_new_findings();
    void tell(Progress& progress);
    [[nodiscard]] bool has_jobs() const {
        return std::ranges::any_of(jobs_, [](const Job& job) { return job.process > 0; });
    }
    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(Clock::now() - start_).count();
    }
    [[nodiscard]] Total total() const;
    int conclude();

    const GuidedOptions& options_;
    const Expectations known_;
    CampaignMemory& memory_;
    FuzzDirectories directories_;
    std::unique_ptr<OutputFile> records_;
    std::vector<Job> jobs_;
    std::set<std::string> shown_;  // reports
    std::uint64_t new_findings_ = 0;
    std::vector<std::string> failures_;
    Clock::time_point start_ = Clock::now();
    double next_record_ = 0;
};

bool GuidedCampaign::start(std::size_t number) {
    std::fflush(nullptr);  // else the child would write it, too
    const pid_t child = fork();
    if (child == 0) {
        const std::string log = fmt::format("{}/job-{}.log", directories_.work, number);
        const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (file >= 0) {
            dup2(file, STDERR_FILENO);
            close(file);
        }
        run_fuzz_job(options_, known_, directories_, memory_, static_cast<int>(number));
    }
    jobs_[number].process = child;
    return child > 0;
}

/// A job has ended. One that died is started again, a few times.
void GuidedCampaign::bury(std::size_t number, int status) {
    jobs_[number].process = -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return;
    }
    constexpr int kMostDeaths = 3;
    const std::string log = file_text(fmt::format("{}/job-{}.log", directories_.work, number));
    const auto from = log.rfind("epollcheck: error: ");
    const bool says_why = from != std::string::npos;
    const bool is_own_fault = WIFEXITED(status) && WEXITSTATUS(status) == exit_code::kOwnFault;
    if (is_own_fault || ++jobs_[number].deaths > kMostDeaths || memory_.stop) {
        constexpr std::size_t kPrefix = sizeof "epollcheck: error: " - 1;
        failures_.push_back(says_why
                                ? log.substr(from + kPrefix, log.find('\n', from) - from - kPrefix)
                                : fmt::format("job {} died; see {}/job-{}.log and the inputs "
                                              "beside it",
                                              number, directories_.work, number));
        return;
    }
    start(number);
}

void GuidedCampaign::attend() {
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
        int status = 0;
        if (jobs_[i].process > 0 && waitpid(jobs_[i].process, &status, WNOHANG) > 0) {
            bury(i, status);
        }
    }
    show_new_findings();
}

void GuidedCampaign::show_new_findings() {
    for (const std::string& name : kept_reports(directories_.findings)) {
        if (shown_.insert(name).second) {
            ++new_findings_;
            print(file_text(directories_.findings + "/" + name));
        }
    }
}

Total GuidedCampaign::total() const {
    Total sum;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
        const FuzzCounts& job = memory_.jobs[i];
        sum.programs += job.programs;
        sum.operations += job.operations;
        sum.inconclusive += job.inconclusive;
        sum.skipped += job.skipped;
        sum.failed += job.failed;
        sum.deviating += job.deviating;
    }
    return sum;
}

/// The live line, and now and then a record of how far it has come.
void GuidedCampaign::tell(Progress& progress) {
    const double seconds = elapsed();
    const Total sum = total();
    const std::size_t corpus = corpus_size(directories_.inputs);
    const std::uint64_t states = memory_.reached.count_classes();
    const int rules = memory_.reached.rule_set().count();
    progress.show(static_cast<std::size_t>(seconds),
                  fmt::format("{:.0f} programs/s, corpus {}, {} states, {} rules, {} findings",
                              static_cast<double>(sum.programs) / std::max(seconds, 1e-9), corpus,
                              states, rules, count_findings(directories_.findings)));
    constexpr double kRecordsPerDoubling = 20;
    if (seconds >= next_record_) {
        next_record_ = std::max(seconds + 0.5, seconds * (1 + 1 / kRecordsPerDoubling));
        records_->write(fmt::format(
            "{{\"record\":\"fuzz\",\"target\":\"{}\",\"seconds\":{:.1f},\"programs\":{},"
            "\"operations\":{},\"corpus\":{},\"states\":{},\"rules\":{},\"findings\":{}}}\n",
            options_.target.name, seconds, sum.programs, sum.operations, corpus, states, rules,
            count_findings(directories_.findings)));
    }
}

int GuidedCampaign::run() {
    start_ = Clock::now();
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
        if (!start(i)) {
            failures_.push_back(fmt::format("a job cannot be started: {}", std::strerror(errno)));
        }
    }
    {
        Progress progress("seconds", static_cast<std::size_t>(options_.seconds));
        constexpr int kLookAgainMs = 50;
        while (has_jobs() && !interrupted() && elapsed() < options_.seconds &&
               new_findings_ < options_.most_findings) {
            attend();
            tell(progress);
            poll(nullptr, 0, kLookAgainMs);
        }
        memory_.stop = true;
        while (has_jobs()) {  // what is found is still made smaller, unless somebody cannot wait
            memory_.hurry = interrupted();
            attend();
            tell(progress);
            poll(nullptr, 0, kLookAgainMs);
        }
        next_record_ = 0;
        tell(progress);
    }
    return conclude();
}

int GuidedCampaign::conclude() {
    show_new_findings();
    const double seconds = elapsed();
    const Total sum = total();
    const std::size_t kept = count_findings(directories_.findings);
    print(fmt::format(
        "{} programs, {} operations in {:.1f} s ({:.0f} programs/s): {} findings, {} states, {} "
        "rules, {} inconclusive; corpus {}; {} jobs, seed {}{}\n",
        sum.programs, sum.operations, seconds,
        static_cast<double>(sum.programs) / std::max(seconds, 1e-9), kept,
        memory_.reached.count_classes(), memory_.reached.rule_set().count(), sum.inconclusive,
        corpus_size(directories_.inputs), jobs_.size(), options_.seed,
        !has_kernel_coverage(options_)   ? ""
        : memory_.kernel_coverage.load() ? ", kcov on"
                                         : ", kcov absent"));
    const auto also = [](std::uint64_t count, const char* what) {
        if (count > 0) {
            print(fmt::format("  {} {}\n", count, what));
        }
    };
    also(sum.deviating, "programs deviate, all with these causes or expected ones");
    also(sum.skipped, "did not run: the target does not offer what they need, or they cost much");
    also(sum.failed, "could not be run");
    if (options_.input == FuzzedInput::kCalls && !options_.directory.empty() && !interrupted()) {
        const Minimised smaller = minimise_corpus(directories_.inputs);
        print(fmt::format("  {} of {} inputs are enough for what all reach, and stay\n",
                          smaller.after, smaller.before));
    }
    for (const std::string& failure : failures_) {
        complain(failure);
    }
    if (!failures_.empty()) {
        return kept > 0 ? exit_code::kDeviation : exit_code::kOwnFault;
    }
    if (kept > 0) {
        return exit_code::kDeviation;
    }
    if (interrupted()) {
        return exit_code::kInterrupted;
    }
    return sum.programs > 0 && sum.inconclusive + sum.skipped == sum.programs
               ? exit_code::kInconclusive
               : exit_code::kConforms;
}

/// Makes what is not there yet in the directory of a campaign. The error, or nothing.
std::optional<std::string> prepare(const GuidedOptions& options, const std::string& directory) {
    std::error_code failure;
    fs::create_directories(directory + "/findings", failure);
    fs::create_directories(directory + "/inputs", failure);
    if (failure) {
        return fmt::format("cannot make the directory {}: {}", directory, failure.message());
    }
    const std::string inputs = directory + "/inputs";
    return corpus_size(inputs) > 0 ? std::nullopt
                                   : plant_seeds(inputs, reach_of(options), options.seeds);
}

}  // namespace

Reach reach_of(const GuidedOptions& options) {
    if (options.input == FuzzedInput::kThreads) {
        return Reach::kThreads;
    }
    return options.input == FuzzedInput::kCalls && is_model_target(options.target.name)
               ? Reach::kModel
               : Reach::kMachine;
}

bool has_kernel_coverage(const GuidedOptions& options) {
    return options.input == FuzzedInput::kCalls && options.target.command.empty() &&
           options.target.name == kInProcessTarget;
}

int fuzz_guided(const GuidedOptions& options) {
    if (options.input == FuzzedInput::kDifference && options.other.name == options.target.name) {
        complain("--what difference needs two targets: name the other one by --against");
        return exit_code::kUsage;
    }
    if (!has_fuzzer_loop()) {
        complain(
            fmt::format("this epollcheck was built without libFuzzer: {}; or fuzz without "
                        "guidance, by --unguided",
                        kHowToHaveFuzzerLoop));
        return exit_code::kOwnFault;
    }
    auto known = choose_fuzz_expectations(options.expectations, options.target);
    if (!known) {
        return exit_code::kUsage;
    }
    std::string directory = options.directory;
    if (directory.empty()) {
        std::string name = fs::temp_directory_path() / "epollcheck-fuzz-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) {
            complain(
                fmt::format("cannot make a directory like {}: {}", name, std::strerror(errno)));
            return exit_code::kOwnFault;
        }
        directory = name;
    }
    CampaignMemory* const memory = make_campaign_memory();
    auto error =
        memory == nullptr ? "there is no memory to share with jobs" : prepare(options, directory);
    if (error) {
        complain(*error);
        return exit_code::kOwnFault;
    }
    watch_for_interrupt();
    const int code = GuidedCampaign(options, std::move(*known), directory, *memory).run();
    if (options.directory.empty()) {
        if (code == exit_code::kDeviation) {
            print(fmt::format("  what was found is in {}/findings\n", directory));
        } else if (code != exit_code::kOwnFault) {
            std::error_code ignored;
            fs::remove_all(directory, ignored);
        }
    }
    return code;
}

}  // namespace epollcheck
