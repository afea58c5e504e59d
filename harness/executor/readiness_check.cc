// The comparison. See readiness_check.h; how the kernel is asked is in kernel_readiness.cc.

#include "harness/executor/readiness_check.h"

#include <algorithm>
#include <cerrno>

namespace epollcheck {

namespace {

// How often a disagreement must be seen, with the same answers each time.
constexpr int kConfirmations = 3;
// Select is asked in the first check and in each one after so many.
constexpr unsigned kSelectInterval = 4;

/// What poll(2) says of a file that epoll_ctl refuses with EPERM (R-C13b).
constexpr EventMask kWithoutPoll = event::kReadable | event::kWritable;

/// The sets of select in which a descriptor with `mask` is.
EventMask sets_of(EventMask mask) {
    constexpr EventMask kReadSet =
        event::kReadable | event::kRdband | event::kHup | event::kErr | event::kNval;
    constexpr EventMask kWriteSet = event::kWritable | event::kWrband | event::kErr | event::kNval;
    constexpr EventMask kExceptSet = event::kPri | event::kNval;
    return ((mask & kReadSet) != 0 ? event::kIn : 0) | ((mask & kWriteSet) != 0 ? event::kOut : 0) |
           ((mask & kExceptSet) != 0 ? event::kPri : 0);
}

bool epoll_agrees(const ReadinessAnswers& answers) {
    switch (answers.add_error) {
        case 0:
            return answers.epoll == answers.poll;
        case EPERM:
            return answers.poll == kWithoutPoll;
        case EBADF:  // a descriptor that was opened with O_PATH
            return answers.poll == event::kNval;
        case ELOOP:
        case EINVAL:
        case ENOSPC:
        case ENOMEM:
            return true;  // one instance more on top is too deep, or a limit of the machine is met
        default:
            return false;
    }
}

}  // namespace

bool agree(const ReadinessAnswers& answers) {
    const bool select_agrees = !answers.select_was_asked || answers.select == sets_of(answers.poll);
    return select_agrees && epoll_agrees(answers);
}

std::optional<std::size_t> ReadinessCheck::first_disagreement(std::span<const int> fds) {
    if (answers_.size() < fds.size()) {
        answers_.resize(fds.size());
    }
    const std::span answers(answers_.data(), fds.size());
    const bool with_select = checks_++ % kSelectInterval == 0;
    if (fds.empty() || !source_->ask(fds, with_select, answers) ||
        std::ranges::all_of(answers, agree)) {
        return std::nullopt;
    }
    std::optional<std::size_t> suspect;
    ReadinessAnswers seen;
    for (int round = 0; round < kConfirmations; ++round) {
        if (!source_->ask(fds, true, answers)) {
            return std::nullopt;
        }
        const auto found = std::ranges::find_if_not(answers, agree);
        if (found == answers.end() || (suspect && !(*found == seen))) {
            return std::nullopt;
        }
        suspect = static_cast<std::size_t>(found - answers.begin());
        seen = *found;
    }
    return suspect;
}

}  // namespace epollcheck
