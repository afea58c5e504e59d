// Shrink team. See shrink_team.h.
//
// A candidate is the length of its text, in four bytes of this machine, and the text; an answer is
// one byte.

#include "harness/program/shrink_team.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>

#include "harness/program/parser.h"
#include "harness/program/printer.h"

namespace epollcheck {

namespace {

bool send_all(int socket, const void* data, std::size_t size) {
    const char* bytes = static_cast<const char*>(data);
    while (size > 0) {
        const ssize_t count = ::send(socket, bytes, size, MSG_NOSIGNAL);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        bytes += count > 0 ? count : 0;
        size -= count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    return true;
}

bool receive_all(int socket, void* data, std::size_t size) {
    char* bytes = static_cast<char*>(data);
    while (size > 0) {
        const ssize_t count = recv(socket, bytes, size, 0);
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return false;
        }
        bytes += count > 0 ? count : 0;
        size -= count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    return true;
}

/// What a helper does, until nobody asks any more.
void help(int socket, const KeepsProperty& keeps) {
    std::uint32_t length = 0;
    std::string text;
    while (receive_all(socket, &length, sizeof length)) {
        text.resize(length);
        if (!receive_all(socket, text.data(), length)) {
            return;
        }
        const auto parsed = parse_program(text, "candidate");
        const auto* const candidate = std::get_if<Program>(&parsed);
        if (candidate == nullptr) {
            return;
        }
        const bool answer = keeps(*candidate);
        send_all(socket, &answer, sizeof answer);
    }
}

}  // namespace

ShrinkTeam::ShrinkTeam(int jobs, KeepsProperty here, const MakesProperty& there)
    : here_(std::move(here)) {
    std::fflush(nullptr);  // else each helper would write it, too
    for (int i = 1; i < jobs; ++i) {
        start(there);
    }
}

ShrinkTeam::~ShrinkTeam() {
    for (Helper& helper : helpers_) {
        dismiss(helper);
    }
}

void ShrinkTeam::start(const MakesProperty& make) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return;
    }
    const pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        for (const Helper& other : helpers_) {
            close(other.socket);
        }
        if (const KeepsProperty keeps = make()) {
            help(ends[1], keeps);
        }
        _exit(0);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return;
    }
    helpers_.push_back({.process = child, .socket = ends[0]});
}

void ShrinkTeam::dismiss(Helper& helper) {
    if (helper.socket >= 0) {
        close(helper.socket);
        helper.socket = -1;
        kill(helper.process, SIGKILL);
        while (waitpid(helper.process, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
}

bool ShrinkTeam::send(Helper& helper, const Program& candidate) {
    const std::string text = print_program(candidate);
    const auto length = static_cast<std::uint32_t>(text.size());
    return helper.socket >= 0 && send_all(helper.socket, &length, sizeof length) &&
           send_all(helper.socket, text.data(), text.size());
}

/// The answer about the last candidate.
bool ShrinkTeam::answer(Helper& helper, bool& keeps) {
    for (; helper.unread > 0; --helper.unread) {
        if (!receive_all(helper.socket, &keeps, sizeof keeps)) {
            return false;
        }
    }
    return receive_all(helper.socket, &keeps, sizeof keeps);
}

std::size_t ShrinkTeam::first_to_keep(std::span<const Program> candidates) {
    // The first one is tried here, the others by a helper each.
    std::vector<bool> sent(candidates.size(), false);
    for (std::size_t i = 1; i < candidates.size(); ++i) {
        sent[i] = send(helpers_[i - 1], candidates[i]);
    }
    std::size_t kept = candidates.size();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (kept < i) {
            helpers_[i - 1].unread += sent[i] ? 1 : 0;
            continue;
        }
        bool keeps = false;
        if (!sent[i] || !answer(helpers_[i - 1], keeps)) {
            if (i > 0) {
                dismiss(helpers_[i - 1]);
            }
            keeps = here_(candidates[i]);
        }
        kept = keeps ? i : kept;
    }
    return kept;
}

Program shrink_program_with(int jobs, const Program& program, const KeepsProperty& here,
                            const MakesProperty& there, std::size_t most_runs) {
    if (jobs <= 1) {
        return shrink_program(program, here, most_runs);
    }
    ShrinkTeam team(jobs, here, there);
    const FirstToKeep first = [&team](std::span<const Program> candidates) {
        return team.first_to_keep(candidates);
    };
    return shrink_program(program, first, team.size(), most_runs);
}

}  // namespace epollcheck
