// Readiness check: level-triggered epoll, poll and select say the same about a descriptor.
//
// This is an oracle of its own, which knows nothing of the model: three calls that ask the same
// question (SEMANTICS R-C13a) are asked about descriptors that a program left open, and their
// answers are compared. Which ones is for the Executor to say: all of them, or, as campaigns do,
// one of each program in turn (Executor::ask_about). It runs after the last operation, because
// asking is not without effect: polling an instance drops items that are not ready, and polling a
// datagram socket for OUT may register it for a relay.
//
// Source: the man pages poll(2), select(2) ("correspondence between select() and poll()
// notifications") and epoll(7) ("simply a faster poll").

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "harness/executor/harness_error.h"
#include "model/vocabulary/event_mask.h"

namespace epollcheck {

/// What the three say about one descriptor.
struct ReadinessAnswers {
    EventMask poll = 0;
    EventMask select = 0;  // event::kIn, kOut and kPri stand for the three sets
    EventMask epoll = 0;   // of an item that was just added, level triggered; 0: not reported
    int add_error = 0;     // errno of that ADD, or 0

    friend bool operator==(const ReadinessAnswers&, const ReadinessAnswers&) = default;
};

/// True if the three agree, or if epoll cannot be asked (a limit of nesting or of watches).
bool agree(const ReadinessAnswers& answers);

/// Who is asked: the kernel, or a test's idea of one.
class ReadinessSource {
public:
    virtual ~ReadinessSource() = default;
    /// Sets up what ask() needs. To be called once, before descriptor numbers are plugged.
    virtual std::optional<HarnessError> set_up() = 0;
    /// Stores what the three say about each of `fds`, which are open. False if the calls themselves
    /// failed, so that nothing is known.
    virtual bool ask(std::span<const int> fds, std::span<ReadinessAnswers> answers) = 0;
};

/// The kernel that the process runs on.
std::unique_ptr<ReadinessSource> kernel_readiness();

/// A descriptor about which the three do not agree.
struct ReadinessDisagreement {
    std::int16_t handle = -1;  // a handle that holds it, or -1
    int slot = -1;
    ReadinessAnswers answers;
};

class ReadinessCheck {
public:
    explicit ReadinessCheck(std::unique_ptr<ReadinessSource> source) : source_(std::move(source)) {}

    std::optional<HarnessError> set_up() { return source_->set_up(); }

    /// The index into `fds` of the first descriptor on which the three do not agree, or nothing.
    /// The same disagreement must come several times: a file that changes while it is asked about
    /// (a timer that expires) is not at rest, and nothing is said about it.
    std::optional<std::size_t> first_disagreement(std::span<const int> fds);
    /// What was said last about descriptor `index` of the span.
    [[nodiscard]] const ReadinessAnswers& answers(std::size_t index) const {
        return answers_[index];
    }

private:
    std::unique_ptr<ReadinessSource> source_;
    std::vector<ReadinessAnswers> answers_;
};

}  // namespace epollcheck
