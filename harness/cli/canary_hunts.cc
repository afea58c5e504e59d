// Canary hunts. See canary_hunts.h.

#include "harness/cli/canary_hunts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <list>
#include <new>

#include "harness/cli/interrupt.h"

namespace epollcheck {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{2};  // an input takes milliseconds

/// The hunt for one defect: the process that is at work for it, and what it is doing.
class Hunt {
public:
    Hunt(Canaries& canaries, std::size_t index, const HuntSettings& settings, Catch& caught)
        : canaries_(canaries),
          index_(index),
          settings_(settings),
          caught_(caught),
          out_(fmt::format("{}/out-{}", settings.directory, index)) {
        std::error_code ignored;
        fs::create_directories(out_, ignored);
        hunt();
    }

    [[nodiscard]] std::size_t index() const { return index_; }

    /// Sees to the process. False once the hunt is over.
    bool go_on() {
        const bool ended = has_ended();
        const auto now = Clock::now();
        const bool is_late = elapsed() > settings_.seconds;
        if (interrupted() || (task_ == Task::kHunt && (caught_.is_found() || is_late))) {
            return end();
        }
        if (caught_.beats() != beats_) {
            beats_ = caught_.beats();
            last_beat_ = now;
        }
        const bool is_stuck = !ended && now > last_beat_ + kPatience;
        if (!canaries_.is_dangerous() || (!ended && !is_stuck)) {
            return !ended || end();
        }
        kill_process();
        return next_task(ended && is_clean_);
    }

private:
    enum class Task : std::uint8_t {
        kHunt,
        kRunWithDefect,  // the last input, once more
        kRunWithout,     // it is not the input alone that hangs or dies
    };

    /// The process is over: it came to its end, or it hung or died.
    bool next_task(bool came_to_its_end) {
        if (task_ == Task::kHunt) {
            run_again(Task::kRunWithDefect);
        } else if (task_ == Task::kRunWithDefect && !came_to_its_end) {
            run_again(Task::kRunWithout);
        } else if (task_ == Task::kRunWithout && came_to_its_end) {
            caught_.note("it hangs or dies", elapsed());
            return end();
        } else {
            hunt();
        }
        return true;
    }

    void hunt() {
        start(Task::kHunt, [this] {
            canaries_.hunt(
                index_,
                {.corpus = out_,
                 .seeds = settings_.directory + "/seeds",
                 .artifacts = out_ + "/",
                 .seed = static_cast<std::uint32_t>((settings_.seed + hunts_) % 0x7ffffffeU) + 1},
                caught_);
        });
        ++hunts_;
    }

    void run_again(Task task) {
        start(task,
              [this, task] { canaries_.run_again(index_, task == Task::kRunWithDefect, caught_); });
    }

    void start(Task task, const std::function<void()>& work) {
        task_ = task;
        last_beat_ = Clock::now();
        std::fflush(nullptr);
        process_ = fork();
        if (process_ != 0) {
            return;
        }
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDERR_FILENO);  // where libFuzzer talks
        work();
        _exit(0);
    }

    /// True if there is no process any more.
    bool has_ended() {
        int status = 0;
        if (process_ > 0 && waitpid(process_, &status, WNOHANG) == process_) {
            process_ = -1;
            is_clean_ = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        }
        return process_ < 0;
    }

    void kill_process() {
        if (process_ > 0) {
            kill(process_, SIGKILL);
            waitpid(process_, nullptr, 0);
            process_ = -1;
        }
    }

    bool end() {
        kill_process();
        std::error_code ignored;
        fs::remove_all(out_, ignored);
        return false;
    }

    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(Clock::now() - start_).count();
    }

    Canaries& canaries_;
    std::size_t index_;
    const HuntSettings& settings_;
    Catch& caught_;
    std::string out_;
    Clock::time_point start_ = Clock::now();
    Task task_ = Task::kHunt;
    pid_t process_ = -1;
    bool is_clean_ = false;  // how the last process ended
    std::uint64_t hunts_ = 0;
    std::uint64_t beats_ = 0;
    Clock::time_point last_beat_;
};

void run_hunts(Canaries& canaries, const HuntSettings& settings, std::span<Catch> catches) {
    constexpr int kLookAgainMs = 2;
    std::list<Hunt> running;  // which stay where they are
    std::size_t next = 0;
    while ((next < catches.size() && !interrupted()) || !running.empty()) {
        while (static_cast<int>(running.size()) < settings.jobs && next < catches.size() &&
               !interrupted()) {
            running.emplace_back(canaries, next, settings, catches[next]);
            ++next;
        }
        std::erase_if(running, [](Hunt& hunt) { return !hunt.go_on(); });
        poll(nullptr, 0, kLookAgainMs);
    }
}

}  // namespace

void Catch::begin(std::span<const std::uint8_t> input) {
    ++programs_;
    ++beats_;
    size_ = std::min(input.size(), kMostBytes);
    std::copy_n(input.begin(), size_.load(), input_);
}

void Catch::note(const std::string& cause, double seconds) {
    seconds_ = seconds;
    cause.copy(cause_, sizeof cause_ - 1);
    found_ = true;
}

std::vector<CanaryResult> hunt_canaries(Canaries& canaries, const HuntSettings& settings) {
    std::vector<CanaryResult> results = canaries.all();
    const std::size_t bytes = sizeof(Catch) * results.size();
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return {};
    }
    auto* const catches = new (memory) Catch[results.size()];
    run_hunts(canaries, settings, {catches, results.size()});
    for (std::size_t i = 0; i < results.size(); ++i) {
        results[i].found = catches[i].is_found();
        results[i].programs = catches[i].programs();
        results[i].seconds = catches[i].seconds();
        results[i].cause = catches[i].cause();
    }
    munmap(memory, bytes);
    return results;
}

}  // namespace epollcheck
