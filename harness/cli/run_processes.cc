// Runs on several targets at once. See run_processes.h.

#include "harness/cli/run_processes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "harness/cli/interrupt.h"
#include "harness/cli/open_target.h"
#include "reports/json_records.h"
#include "reports/output_file.h"

namespace epollcheck {

namespace {

// What a line from a child is, by its first letter.
constexpr char kRecord = 'R';
constexpr char kFailure = 'F';  // one line of text: why there is no run, or no rest of it

void send_line(int pipe, char kind, const std::string& text) {
    // If the parent is gone, so are the readers of the results, and this process is ended.
    (void)write_fully(pipe, kind + text + "\n");
}

class PipeSink final : public RunSink {
public:
    explicit PipeSink(int pipe) : pipe_(pipe) {}
    void begin(const RunHeader& header) override { send_line(pipe_, kRecord, record_line(header)); }
    void add(const CaseResult& result) override { send_line(pipe_, kRecord, record_line(result)); }
    void add(const StaleRecord& stale) override { send_line(pipe_, kRecord, record_line(stale)); }
    void end(const RunSummary& summary) override {
        send_line(pipe_, kRecord, record_line(summary));
    }

private:
    int pipe_;
};

struct Child {
    std::size_t run = 0;
    pid_t process = -1;
    int pipe = -1;
    std::string received;  // the beginning of a line
};

class RunProcesses {
public:
    RunProcesses(const RunPlan& plan, const std::vector<PlannedTarget>& targets, std::size_t jobs,
                 RunReport& report)
        : plan_(plan), targets_(targets), jobs_(jobs), report_(report) {}

    /// Makes some progress. False if there is nothing left to do.
    bool work() {
        while (children_.size() < jobs_ && next_ < targets_.size() && !interrupted()) {
            start(next_++);
        }
        if (interrupted() && !told_) {
            told_ = true;
            for (const Child& child : children_) {
                kill(child.process, SIGTERM);
            }
        }
        attend();
        return !children_.empty() || (next_ < targets_.size() && !interrupted());
    }

    std::vector<std::string> take_failures() { return std::move(failures_); }

private:
    void start(std::size_t run) {
        std::fflush(nullptr);  // else the child would write it, too
        int ends[2];
        const bool has_pipe = pipe2(ends, O_CLOEXEC) == 0;
        const pid_t process = has_pipe ? fork() : -1;
        if (process == 0) {
            live(run, ends[1]);
        }
        if (process < 0) {
            fail(run, fmt::format("no process can be started: {}", std::strerror(errno)));
            return;
        }
        close(ends[1]);
        children_.push_back({run, process, ends[0], ""});
    }

    /// The life of a child.
    [[noreturn]] void live(std::size_t run, int pipe) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);  // which interrupted() hears
        setpgid(0, 0);                     // Ctrl-C is the parent's, who passes it on once
        for (const Child& sibling : children_) {
            close(sibling.pipe);
        }
        try {
            PipeSink sink(pipe);
            if (const auto error = run_on_target(plan_, targets_[run], sink)) {
                send_line(pipe, kFailure, error->what);
            }
        } catch (const std::exception& error) {
            send_line(pipe, kFailure,
                      fmt::format("this is a fault of epollcheck: {}", error.what()));
        }
        _exit(0);
    }

    void attend() {
        constexpr int kPatienceMs = 100;
        std::vector<pollfd> pipes;
        for (const Child& child : children_) {
            pipes.push_back({child.pipe, POLLIN, 0});
        }
        if (poll(pipes.data(), pipes.size(), kPatienceMs) <= 0) {
            return;
        }
        for (std::size_t i = pipes.size(); i-- > 0;) {
            if (pipes[i].revents != 0 && !take_from(children_[i])) {
                await(children_[i]);
                children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
    }

    /// False at the end of what the child sends.
    bool take_from(Child& child) {
        char piece[1 << 16];
        const ssize_t size = read(child.pipe, piece, sizeof piece);
        if (size <= 0) {
            return size < 0 && errno == EINTR;
        }
        child.received.append(piece, static_cast<std::size_t>(size));
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = child.received.find('\n', begin)) != std::string::npos;
             begin = end + 1) {
            take_line(child.run, std::string_view(child.received).substr(begin, end - begin));
        }
        child.received.erase(0, begin);
        return true;
    }

    void take_line(std::size_t run, std::string_view line) {
        if (line.front() == kFailure) {
            fail(run, std::string(line.substr(1)));
            return;
        }
        const Record record = parse_record(line.substr(1));
        if (const auto* header = std::get_if<RunHeader>(&record)) {
            report_.begin(run, *header);
        } else if (const auto* summary = std::get_if<RunSummary>(&record)) {
            report_.end(run, *summary);
        } else if (const auto* result = std::get_if<CaseResult>(&record)) {
            report_.add(run, *result);
        } else {
            report_.add(run, std::get<StaleRecord>(record));
        }
    }

    void await(Child& child) {
        close(child.pipe);
        int status = 0;
        while (waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
        }
        if (WIFSIGNALED(status)) {
            fail(child.run,
                 fmt::format("its process was ended by: {}", strsignal(WTERMSIG(status))));
        }
    }

    void fail(std::size_t run, const std::string& what) {
        failures_.push_back(about_target(targets_[run].name(), what));
    }

    const RunPlan& plan_;
    const std::vector<PlannedTarget>& targets_;
    std::size_t jobs_;
    RunReport& report_;
    std::size_t next_ = 0;  // target to start
    bool told_ = false;     // the children, that they should stop
    std::vector<Child> children_;
    std::vector<std::string> failures_;
};

}  // namespace

std::vector<std::string> run_in_processes(const RunPlan& plan,
                                          const std::vector<PlannedTarget>& targets,
                                          std::size_t jobs, RunReport& report,
                                          const std::function<void()>& progress) {
    RunProcesses processes(plan, targets, jobs, report);
    while (processes.work()) {
        progress();
    }
    return processes.take_failures();
}

}  // namespace epollcheck
