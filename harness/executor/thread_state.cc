// Reading what /proc says about a thread. See thread_state.h.

#include "harness/executor/thread_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace epollcheck {
namespace {

int open_file(const char* process, int thread_id, const char* name) {
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%s/task/%d/%s", process, thread_id, name);
    return ::open(path, O_RDONLY | O_CLOEXEC);
}

int open_file(int thread_id, const char* name) { return open_file("self", thread_id, name); }

std::string_view text_of(int fd, char* buffer, std::size_t bytes) {
    const ssize_t count = fd < 0 ? -1 : pread(fd, buffer, bytes, 0);
    return {buffer, count > 0 ? static_cast<std::size_t>(count) : 0};
}

std::uint64_t number_at(std::string_view text) {
    std::uint64_t number = 0;
    const std::size_t first = text.find_first_of("0123456789");
    if (first != std::string_view::npos) {
        std::from_chars(text.data() + first, text.data() + text.size(), number);
    }
    return number;
}

std::uint64_t number_after(std::string_view text, std::string_view name) {
    const std::size_t position = text.find(name);
    return position == std::string_view::npos ? 0 : number_at(text.substr(position + name.size()));
}

/// The third number of schedstat: how often the thread was put on a processor.
std::uint64_t runs_of(std::string_view text) { return number_at(text.substr(text.rfind(' ') + 1)); }

}  // namespace

ThreadState::~ThreadState() {
    for (const int fd : {syscall_, stat_, schedstat_, status_}) {
        if (fd >= 0) {
            close(fd);
        }
    }
}

std::optional<HarnessError> ThreadState::open(int thread_id) {
    char buffer[256];
    syscall_ = open_file(thread_id, "syscall");
    do_without_silent_file();
    if ((stat_ = open_file(thread_id, "stat")) < 0) {
        return cannot("read the state of a thread in /proc/self/task", errno, "Mount /proc.");
    }
    schedstat_ = open_file(thread_id, "schedstat");
    // A thread has run when it can be looked at, so 0 says that nobody counts.
    if (schedstat_ >= 0 && runs_of(text_of(schedstat_, buffer, sizeof buffer)) == 0) {
        close(schedstat_);
        schedstat_ = -1;
    }
    if (schedstat_ < 0) {
        char status[4096];
        status_ = open_file(thread_id, "status");
        const bool counts = text_of(status_, status, sizeof status).find("ctxt_switches:") !=
                            std::string_view::npos;
        if (status_ >= 0 && !counts) {
            close(status_);
            status_ = -1;
        }
    }
    return std::nullopt;
}

std::optional<HarnessError> ThreadState::turn_to(int process) {
    const std::string name = std::to_string(process);
    const std::pair<int, const char*> files[] = {
        {syscall_, "syscall"}, {stat_, "stat"}, {schedstat_, "schedstat"}, {status_, "status"}};
    for (const auto& [fd, file] : files) {
        if (fd < 0) {
            continue;
        }
        const int opened = open_file(name.c_str(), process, file);
        if (opened < 0) {
            return cannot("read the state of the second process in /proc", errno);
        }
        dup3(opened, fd, O_CLOEXEC);
        close(opened);
    }
    do_without_silent_file();
    return std::nullopt;
}

/// Where nobody may trace, `syscall` is there and says nothing.
void ThreadState::do_without_silent_file() {
    char buffer[256];
    if (syscall_ >= 0 && text_of(syscall_, buffer, sizeof buffer).empty()) {
        close(syscall_);
        syscall_ = -1;
    }
}

/// S or D, as in `stat`, if the thread slept so at an instant during this call; else 0.
char ThreadState::sleeping_letter() const {
    char buffer[512];
    const std::uint64_t runs_before = runs();
    if (syscall_ >= 0) {
        const std::string_view text = text_of(syscall_, buffer, sizeof buffer);
        if (text.empty() || text.starts_with("running")) {
            return 0;
        }
    }
    const std::string_view text = text_of(stat_, buffer, sizeof buffer);
    const std::size_t name_end = text.rfind(") ");
    const char state = name_end == std::string_view::npos ? '?' : text[name_end + 2];
    return (state == 'S' || state == 'D') && runs() == runs_before ? state : char{0};
}

std::uint64_t ThreadState::runs() const {
    char buffer[4096];
    if (schedstat_ >= 0) {
        return runs_of(text_of(schedstat_, buffer, sizeof buffer));
    }
    if (status_ < 0) {
        return 0;
    }
    const std::string_view text = text_of(status_, buffer, sizeof buffer);
    return number_after(text, "\nvoluntary_ctxt_switches:") +
           number_after(text, "nonvoluntary_ctxt_switches:");
}

}  // namespace epollcheck
