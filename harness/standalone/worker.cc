// A process of its own. See worker.h.

#include "harness/standalone/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "harness/standalone/channel.h"

namespace epollcheck {

bool Worker::start(const Work& work) {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    process_ = fork();
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        work(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    if (process_ < 0) {
        close(ends[0]);
        return false;
    }
    input_ = ends[0];
    is_silent_ = false;
    return true;
}

Worker::Heard Worker::listen(std::span<std::uint8_t> room, int patience_ms, std::size_t& count) {
    pollfd wanted = {.fd = input_, .events = POLLIN, .revents = 0};
    int ready = 0;
    do {
        ready = poll(&wanted, 1, patience_ms);
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) {
        is_silent_ = true;
        return Heard::kNothing;
    }
    count = read_some(input_, room);
    return count == 0 ? Heard::kEnd : Heard::kSomething;
}

std::string Worker::end() {
    if (process_ < 0) {
        return "";
    }
    if (is_silent_) {
        kill(process_, SIGKILL);
    }
    close(input_);
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    if (is_silent_) {
        return "hung and was killed";
    }
    if (WIFSIGNALED(status)) {
        return "was killed by signal " + std::to_string(WTERMSIG(status));
    }
    const int code = WEXITSTATUS(status);
    return code == 0 ? "" : "exited with status " + std::to_string(code);
}

}  // namespace epollcheck
