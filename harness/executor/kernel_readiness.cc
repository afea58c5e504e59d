// How the kernel is asked three times about the same descriptors. See readiness_check.h.
//
// All descriptors of a program are asked about at once: one poll, one select, one ADD per
// descriptor and one epoll_wait, so that the check costs little beside the program. The items stay
// in the scratch instance until their files are closed, which the executor does next.

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "harness/executor/descriptor_set.h"
#include "harness/executor/readiness_check.h"
#include "harness/executor/system_calls.h"
#include "model/vocabulary/result.h"

namespace epollcheck {

namespace {

/// Every bit that poll(2) can be asked for. ERR and HUP come without asking.
constexpr EventMask kAsked = event::kIn | event::kPri | event::kOut | event::kRdnorm |
                             event::kRdband | event::kWrnorm | event::kWrband | event::kMsg |
                             event::kRdhup;

class KernelReadiness final : public ReadinessSource {
public:
    KernelReadiness() = default;
    ~KernelReadiness() override {
        if (scratch_ >= 0) {
            ::close(scratch_);
        }
    }
    KernelReadiness(const KernelReadiness&) = delete;
    KernelReadiness& operator=(const KernelReadiness&) = delete;

    std::optional<HarnessError> set_up() override {
        scratch_ = epoll_create1(EPOLL_CLOEXEC);
        return scratch_ >= 0 ? std::nullopt
                             : std::optional(cannot("create an epoll instance", errno));
    }

    bool ask(std::span<const int> fds, std::span<ReadinessAnswers> answers) override {
        std::ranges::fill(answers, ReadinessAnswers{});
        return ask_poll(fds, answers) && ask_select(fds, answers) && ask_epoll(fds, answers);
    }

private:
    bool ask_poll(std::span<const int> fds, std::span<ReadinessAnswers> answers) {
        entries_.resize(fds.size());
        for (std::size_t i = 0; i < fds.size(); ++i) {
            entries_[i] = {.fd = fds[i], .events = static_cast<short>(kAsked), .revents = 0};
        }
        if (::poll(entries_.data(), entries_.size(), 0) < 0) {
            return false;
        }
        for (std::size_t i = 0; i < fds.size(); ++i) {
            answers[i].poll = static_cast<unsigned short>(entries_[i].revents);
        }
        return true;
    }

    bool ask_select(std::span<const int> fds, std::span<ReadinessAnswers> answers) {
        const int count = *std::ranges::max_element(fds) + 1;
        for (DescriptorSet& set : sets_) {
            set.clear(count);
            for (const int fd : fds) {
                set.add(fd);
            }
        }
        if (system_call::select_now(count, sets_[0].data(), sets_[1].data(), sets_[2].data()) < 0) {
            return false;
        }
        for (std::size_t i = 0; i < fds.size(); ++i) {
            answers[i].select = (sets_[0].has(fds[i]) ? event::kIn : 0) |
                                (sets_[1].has(fds[i]) ? event::kOut : 0) |
                                (sets_[2].has(fds[i]) ? event::kPri : 0);
        }
        return true;
    }

    bool ask_epoll(std::span<const int> fds, std::span<ReadinessAnswers> answers) {
        // Data of a round of its own: an item of an earlier round whose file still lives (a
        // descriptor in flight) must not pass for one of this round.
        ++round_;
        for (std::size_t i = 0; i < fds.size(); ++i) {
            epoll_event event = {};
            event.events = kAsked;
            event.data.u64 = round_ << 32 | i;
            if (epoll_ctl(scratch_, EPOLL_CTL_ADD, fds[i], &event) != 0 &&
                !(errno == EEXIST && epoll_ctl(scratch_, EPOLL_CTL_MOD, fds[i], &event) == 0)) {
                answers[i].add_error = errno;
            }
        }
        events_.resize(std::max(events_.size(), fds.size() + kMaxEvents));
        const int count = epoll_wait(scratch_, events_.data(), static_cast<int>(events_.size()), 0);
        for (int i = 0; i < count; ++i) {
            const std::uint64_t data = events_[static_cast<std::size_t>(i)].data.u64;
            if (data >> 32 == round_) {
                answers[data & UINT_MAX].epoll = events_[static_cast<std::size_t>(i)].events;
            }
        }
        return count >= 0;
    }

    int scratch_ = -1;
    std::uint64_t round_ = 0;
    std::vector<pollfd> entries_;
    std::vector<epoll_event> events_;
    DescriptorSet sets_[3];
};

}  // namespace

std::unique_ptr<ReadinessSource> kernel_readiness() { return std::make_unique<KernelReadiness>(); }

}  // namespace epollcheck
