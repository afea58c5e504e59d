// Enumeration workers. See enumeration_workers.h.
//
// A message in a worker's pipe is a kind ('F' a finding, 'E' an error), the length of its text in
// four bytes of this machine, and the text.

#include "harness/cli/enumeration_workers.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "harness/check/enumeration.h"
#include "harness/cli/finding_text.h"
#include "harness/cli/interrupt.h"

namespace epollcheck {

namespace {

constexpr std::size_t kMostWorkers = 256;
constexpr std::uint64_t kPublishInterval = 64;  // programs

struct MessageHead {
    char kind = 0;
    std::uint32_t length = 0;
};

bool send_message(int pipe, char kind, const std::string& text) {
    const MessageHead head{kind, static_cast<std::uint32_t>(text.size())};
    std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
    bytes += text;
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t count = write(pipe, bytes.data() + sent, bytes.size() - sent);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        sent += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    return true;
}

}  // namespace

struct EnumerationWorkers::Shared {
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> findings{0};  // of this run
    SharedProgress progress[kMostWorkers];
};

namespace {

/// The life of one worker process.
class WorkerLife {
public:
    WorkerLife(const EnumerationOrder& order, Target& target, const WorkerProgress& start,
               const Share& share, int pipe)
        : order_(order),
          target_(target),
          progress_(start),
          pipe_(pipe),
          calibration_(*order.calibration),
          judge_(*order.profile, calibration_),
          bench_{target_, judge_, calibration_},
          enumeration_(*order.universe, order.length, share, bench_) {
        target_.ask_about(Executor::Asked::kOneInTurn);
    }

    /// Runs at most `most` programs, until `go_on` says no. `publish` is told the progress now and
    /// then.
    template <class GoOn, class Publish, class Found>
    void run(std::uint64_t most, GoOn go_on, Publish publish, Found found) {
        const auto length = static_cast<std::size_t>(order_.length);
        if (progress_.programs > 0 && !progress_.ended &&
            !enumeration_.resume_at({progress_.next.data(), length})) {
            send_message(pipe_, 'E', "the state does not fit this enumeration; start anew");
            return;
        }
        const std::uint64_t first = progress_.programs;
        while (!progress_.ended && progress_.programs - first < most && go_on()) {
            const Enumeration::Outcome outcome = enumeration_.step();
            if (outcome == Enumeration::Outcome::kEnd) {
                progress_.ended = true;
                break;
            }
            std::copy(enumeration_.numbers().begin(), enumeration_.numbers().end(),
                      progress_.next.begin());
            if (outcome == Enumeration::Outcome::kFailed && !enumeration_.error().of_target) {
                send_message(pipe_, 'E', enumeration_.error().what);
                break;
            }
            ++progress_.programs;
            progress_.operations += enumeration_.program().operations.size();
            progress_.skipped += outcome == Enumeration::Outcome::kSkipped ? 1 : 0;
            progress_.inconclusive += outcome == Enumeration::Outcome::kInconclusive ? 1 : 0;
            if ((outcome == Enumeration::Outcome::kDeviates && report_finding()) ||
                (outcome == Enumeration::Outcome::kDisagrees && report_disagreement()) ||
                (outcome == Enumeration::Outcome::kFailed && report_crash())) {
                ++progress_.findings;
                found();
            }
            if (progress_.programs % kPublishInterval == 0) {
                publish(next_to_run());
            }
        }
        publish(next_to_run());
    }

private:
    /// The progress with the program that comes next, so that none is run twice.
    WorkerProgress next_to_run() {
        WorkerProgress next = progress_;
        if (!progress_.ended && progress_.programs > 0 && !enumeration_.peek_next(next.next)) {
            next.ended = true;
        }
        return next;
    }

    /// False if only tiers stricter than asked for forbid what was seen.
    bool report_finding() {
        const Judgement judgement =
            judge_.judge(enumeration_.program().operations, enumeration_.trace(), order_.tier);
        if (judgement.verdict != Verdict::kDeviates) {
            return false;
        }
        const Finding finding =
            shrink_finding(bench_, enumeration_.program(), enumeration_.trace(), order_.tier);
        return send_message(pipe_, 'F', finding_text(finding, header(), judge_, order_.tier));
    }

    bool report_disagreement() {
        const ReadinessFinding finding =
            shrink_readiness_finding(bench_, enumeration_.program(), enumeration_.disagreement());
        return send_message(pipe_, 'F', finding_text(finding, header()));
    }

    bool report_crash() {
        return send_message(pipe_, 'F',
                            finding_text(enumeration_.program(), enumeration_.error(), header()));
    }

    [[nodiscard]] FindingHeader header() const {
        std::string id = "enumerate/" + order_.universe->name;
        for (const OperationNumber number : enumeration_.numbers()) {
            id += fmt::format("-{}", number);
        }
        return {id, "Found in the enumeration of " + order_.universe->name};
    }

    const EnumerationOrder& order_;
    Target& target_;
    WorkerProgress progress_;
    int pipe_;
    Calibration calibration_;
    Judge judge_;
    Workbench bench_;
    Enumeration enumeration_;
};

}  // namespace

EnumerationWorkers::EnumerationWorkers(const EnumerationOrder& order, const EnumerationState& state)
    : order_(order), start_(state) {
    if (start_.workers.size() > kMostWorkers) {
        error_ = fmt::format("there can be at most {} jobs", kMostWorkers);
        return;
    }
    void* const memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        error_ = fmt::format("there is no memory for the workers: {}", std::strerror(errno));
        return;
    }
    shared_ = new (memory) Shared;
    std::fflush(nullptr);  // else each child would write it, too
    for (std::size_t i = 0; i < start_.workers.size() && !error_; ++i) {
        shared_->progress[i].publish(start_.workers[i]);
        int ends[2];
        const bool has_pipe = pipe2(ends, O_CLOEXEC) == 0;
        const pid_t child = has_pipe ? fork() : -1;
        if (child == 0) {
            work(i, ends[1]);
        }
        if (child < 0) {
            error_ = fmt::format("a worker cannot be started: {}", std::strerror(errno));
            stop();
            break;
        }
        close(ends[1]);
        workers_.push_back({child, ends[0], ""});
    }
}

EnumerationWorkers::~EnumerationWorkers() {
    if (shared_ != nullptr) {
        stop();
        while (attend([](const std::string&) {})) {
        }
        munmap(shared_, sizeof(Shared));
    }
}

/// What a worker process does.
void EnumerationWorkers::work(std::size_t index, int pipe) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // which interrupted() hears
    int code = 0;
    try {
        const std::uint64_t jobs = start_.workers.size();
        const Share share{start_.share.index + start_.share.count * index,
                          start_.share.count * jobs};
        const auto opened = order_.open();
        if (const auto* error = std::get_if<HarnessError>(&opened)) {
            send_message(pipe, 'E', error->what);
            _exit(1);
        }
        Target& target = *std::get<std::unique_ptr<Target>>(opened);
        WorkerLife(order_, target, start_.workers[index], share, pipe)
            .run(
                order_.most_programs / jobs + (index < order_.most_programs % jobs ? 1 : 0),
                [&] { return !shared_->stop.load(std::memory_order_relaxed) && !interrupted(); },
                [&](const WorkerProgress& progress) { shared_->progress[index].publish(progress); },
                [&] {
                    if (++shared_->findings >= order_.most_findings) {
                        shared_->stop = true;
                    }
                });
    } catch (const std::exception& failure) {
        send_message(pipe, 'E', failure.what());
        code = 1;
    }
    _exit(code);
}

void EnumerationWorkers::stop() { shared_->stop = true; }

EnumerationState EnumerationWorkers::state() const {
    EnumerationState now = start_;
    for (std::size_t i = 0; i < now.workers.size() && shared_ != nullptr; ++i) {
        now.workers[i] = shared_->progress[i].read();
    }
    return now;
}

bool EnumerationWorkers::attend(const std::function<void(const std::string&)>& show) {
    constexpr int kPatienceMs = 100;
    std::vector<pollfd> pipes;
    std::vector<Worker*> owners;
    for (Worker& worker : workers_) {
        if (worker.pipe >= 0) {
            pipes.push_back({worker.pipe, POLLIN, 0});
            owners.push_back(&worker);
        }
    }
    if (pipes.empty()) {
        return false;
    }
    if (poll(pipes.data(), pipes.size(), kPatienceMs) > 0) {
        for (std::size_t i = 0; i < pipes.size(); ++i) {
            if (pipes[i].revents != 0) {
                take_messages(*owners[i], show);
            }
        }
    }
    return true;
}

void EnumerationWorkers::take_messages(Worker& worker,
                                       const std::function<void(const std::string&)>& show) {
    char buffer[4096];
    const ssize_t count = read(worker.pipe, buffer, sizeof buffer);
    if (count <= 0) {
        if (count == 0 || errno != EINTR) {
            await(worker);
        }
        return;
    }
    worker.received.append(buffer, static_cast<std::size_t>(count));
    while (worker.received.size() >= sizeof(MessageHead)) {
        MessageHead head;
        std::memcpy(&head, worker.received.data(), sizeof head);
        if (worker.received.size() < sizeof head + head.length) {
            return;
        }
        const std::string text = worker.received.substr(sizeof head, head.length);
        worker.received.erase(0, sizeof head + head.length);
        if (head.kind == 'F') {
            show(text);
        } else {
            failures_.push_back(text);
        }
    }
}

/// The pipe of a worker has ended, so the worker has.
void EnumerationWorkers::await(Worker& worker) {
    close(worker.pipe);
    worker.pipe = -1;
    int status = 0;
    while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) {
        failures_.push_back(
            fmt::format("a worker was ended by signal {}", strsignal(WTERMSIG(status))));
    }
}

}  // namespace epollcheck
