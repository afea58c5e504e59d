// Child process. See child_process.h.

#include "harness/target/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/group.hpp>
#include <boost/process/io.hpp>
#include <boost/process/posix.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <system_error>

#include "harness/executor/number_plugs.h"

namespace epollcheck {

namespace {

namespace process = boost::process;
using Clock = std::chrono::steady_clock;

constexpr int kFirstOther = 3;         // the first descriptor that is no standard one
constexpr int kPipeBytes = 1 << 20;    // a batch and its answers fit, where that is permitted
constexpr int kPollMs = 5;             // where there is no pidfd
constexpr int kTermMs = 300;           // what a child gets to clean up after SIGTERM
constexpr unsigned kCloseOnExec = 4U;  // CLOSE_RANGE_CLOEXEC, which old headers lack

/// What is done in the child before the exec: only calls that are safe there.
struct PrepareChild : process::extend::handler {
    pid_t parent = getpid();

    template <class Executor>
    void on_exec_setup(Executor& /*executor*/) const {
        // Descriptors are closed by the exec, because Boost still needs one of its own.
        if (syscall(SYS_close_range, kFirstOther, ~0U, kCloseOnExec) != 0) {
            const long most = sysconf(_SC_OPEN_MAX);
            for (int fd = kFirstOther; fd < most; ++fd) {
                fcntl(fd, F_SETFD, FD_CLOEXEC);
            }
        }
        for (int signal = 1; signal < NSIG; ++signal) {
            std::signal(signal, SIG_DFL);  // what cannot be changed fails
        }
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(1);  // it has gone before we could ask to be told
        }
    }
};

/// One end of a pipe that we hold, not inherited and never one of the standard descriptors.
class Descriptor {
public:
    Descriptor() = default;
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    void hold(int fd) {
        close();
        fd_ = fd;
        if (fd >= 0 && fd < kFirstOther) {
            fd_ = fcntl(fd, F_DUPFD_CLOEXEC, kFirstOther);
            ::close(fd);
        }
    }
    void close() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
        fd_ = -1;
    }
    [[nodiscard]] int get() const { return fd_; }
    void set_nonblocking() const { fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK); }

private:
    int fd_ = -1;
};

bool make_pipe(Descriptor& source, Descriptor& sink) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    source.hold(ends[0]);
    sink.hold(ends[1]);
    fcntl(sink.get(), F_SETPIPE_SZ, kPipeBytes);  // without it, it is only slower
    return source.get() >= 0 && sink.get() >= 0;
}

std::string status_text(int status) {
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        return "signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
    }
    return "exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::string find_command(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        return access(name.c_str(), X_OK) == 0 ? name : "";
    }
    const char* const path = std::getenv("PATH");
    std::istringstream directories(path != nullptr ? path : "");
    for (std::string directory; std::getline(directories, directory, ':');) {
        std::string candidate = directory + "/" + name;
        if (access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return "";
}

struct ChildProcess::Parts {
    process::child child;
    process::group group;
    Descriptor input;
    Descriptor output;
    Descriptor errors;
    Descriptor end;  // a pidfd
    bool started = false;
    std::string last_words;
    std::uint64_t error_bytes = 0;

    void read_errors();
    bool has_ended();
    bool wait_for_end(int patience_ms);
};

ChildProcess::ChildProcess() = default;
ChildProcess::~ChildProcess() { stop(0); }

bool ChildProcess::is_started() const { return parts_ != nullptr && parts_->started; }

std::string ChildProcess::start(const std::vector<std::string>& command) {
    stop(0);
    parts_ = std::make_unique<Parts>();
    const std::string path = find_command(command.front());
    if (path.empty()) {
        return "there is no command '" + command.front() + "'";
    }
    Descriptor input;
    Descriptor output;
    Descriptor errors;
    if (!make_pipe(input, parts_->input) || !make_pipe(parts_->output, output) ||
        !make_pipe(parts_->errors, errors)) {
        return std::string("no pipe can be made: ") + std::strerror(errno);
    }
    for (const Descriptor* end : {&parts_->input, &parts_->output, &parts_->errors}) {
        end->set_nonblocking();
    }
    const std::vector<std::string> arguments(command.begin() + 1, command.end());
    std::error_code failure;
    parts_->child = process::child(process::exe = path, process::args = arguments, parts_->group,
                                   process::posix::fd.bind(STDIN_FILENO, input.get()),
                                   process::posix::fd.bind(STDOUT_FILENO, output.get()),
                                   process::posix::fd.bind(STDERR_FILENO, errors.get()),
                                   PrepareChild(), failure);
    if (failure) {
        return "'" + path + "' cannot be executed: " + failure.message();
    }
    parts_->started = true;
    parts_->end.hold(static_cast<int>(syscall(SYS_pidfd_open, parts_->child.id(), 0)));
    note_descriptor_change();
    return "";
}

void ChildProcess::Parts::read_errors() {
    char buffer[4096];
    ssize_t count = 0;
    while (errors.get() >= 0 && (count = ::read(errors.get(), buffer, sizeof buffer)) > 0) {
        error_bytes += static_cast<std::uint64_t>(count);
        last_words.append(buffer, static_cast<std::size_t>(count));
        if (last_words.size() > kLastWords) {
            last_words.erase(0, last_words.size() - kLastWords);
        }
        if (static_cast<std::size_t>(count) < sizeof buffer) {
            return;  // who floods us is not read for ever
        }
    }
    if (count == 0) {
        errors.close();
    }
}

bool ChildProcess::Parts::has_ended() {
    siginfo_t info = {};
    // WNOWAIT: its number stays taken until its group has been killed.
    return waitid(P_PID, static_cast<id_t>(child.id()), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

bool ChildProcess::Parts::wait_for_end(int patience_ms) {
    const auto deadline = Clock::now() + std::chrono::milliseconds(patience_ms);
    while (!has_ended()) {
        read_errors();
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) {
            return false;
        }
        pollfd entry = {end.get(), POLLIN, 0};
        const auto most = end.get() >= 0 ? left : std::min<std::int64_t>(left, kPollMs);
        poll(&entry, 1, static_cast<int>(most));
    }
    return true;
}

ChildProcess::Ready ChildProcess::wait(bool wants_to_write, int patience_ms) {
    Parts& parts = *parts_;
    const bool can_write = wants_to_write && parts.input.get() >= 0;
    pollfd entries[] = {{parts.output.get(), POLLIN, 0},
                        {can_write ? parts.input.get() : -1, POLLOUT, 0},
                        {parts.errors.get(), POLLIN, 0},
                        {parts.end.get(), POLLIN, 0}};
    const bool has_pidfd = parts.end.get() >= 0;
    const int count =
        poll(entries, std::size(entries), has_pidfd ? patience_ms : std::min(patience_ms, kPollMs));
    Ready ready;
    if (count > 0) {
        if (entries[2].revents != 0) {
            parts.read_errors();
        }
        ready.to_read = entries[0].revents != 0;
        ready.to_write = entries[1].revents != 0;
        ready.ended = entries[3].revents != 0;
    }
    ready.ended = ready.ended || (!has_pidfd && parts.has_ended());
    return ready;
}

std::size_t ChildProcess::read(std::span<std::uint8_t> room) {
    if (parts_->output.get() < 0) {
        return 0;
    }
    const ssize_t count = ::read(parts_->output.get(), room.data(), room.size());
    if (count == 0) {
        parts_->output.close();
    }
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool ChildProcess::output_is_over() const { return parts_->output.get() < 0; }

std::size_t ChildProcess::write(std::span<const std::uint8_t> bytes) {
    const ssize_t count = ::write(parts_->input.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EPIPE) {
        parts_->input.close();
    }
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

const std::string& ChildProcess::last_words() const {
    static const std::string none;
    return parts_ != nullptr ? parts_->last_words : none;
}

std::uint64_t ChildProcess::error_bytes() const {
    return parts_ != nullptr ? parts_->error_bytes : 0;
}

std::string ChildProcess::stop(int patience_ms) {
    if (!is_started()) {
        return "";
    }
    Parts& parts = *parts_;
    parts.started = false;
    parts.input.close();
    const bool by_itself = parts.wait_for_end(patience_ms);
    const pid_t group = parts.group.native_handle();
    if (!by_itself) {
        kill(-group, SIGTERM);  // some have to clean up: gVisor has files and other processes
        parts.wait_for_end(kTermMs);
    }
    // Also after an end by itself: what it has started may go on.
    kill(-group, SIGKILL);
    std::error_code ignored;
    parts.child.wait(ignored);
    parts.read_errors();
    parts.output.close();
    note_descriptor_change();
    return by_itself ? status_text(parts.child.native_exit_code()) : "killed";
}

}  // namespace epollcheck
