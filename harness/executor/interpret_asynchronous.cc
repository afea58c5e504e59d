// What takes effect some time after the call that caused it, and the operation that waits for it.
//
// settle is no sleep: it polls until the file is ready, or until the executor sees that nothing is
// under way any more that could make it so.

#include <poll.h>

#include <chrono>
#include <ctime>

#include "harness/executor/abi.h"
#include "harness/executor/interpreter.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

/// Notes that a timer was set: whether a settle has to wait for it.
void Interpreter::expect_expiry(const Operation& operation) {
    constexpr auto kSoon = static_cast<std::uint64_t>(kNanosecondsPerSecond);  // also in the model
    using Timing = DescriptorTable::Timing;
    const bool soon = operation.value != 0 && operation.value <= kSoon;
    const bool periodic = operation.timeout_nanoseconds > 0;
    table_.set_timing(number_of(operation.fd), !soon      ? Timing::kOff
                                               : periodic ? Timing::kPeriodic
                                                          : Timing::kOnce);
}

/// A read may have taken the expiry of a timer that expires once.
void Interpreter::note_read(int fd, Outcome outcome) {
    const bool took = outcome > 0 || outcome == -EFAULT;
    if (took && table_.timing(fd) == DescriptorTable::Timing::kOnce) {
        table_.set_timing(fd, DescriptorTable::Timing::kOff);
    }
}

/// Looks at the timers that `process` has open.
bool Interpreter::any_timer_of_is_due(int process) {
    const std::int64_t now = now_ns();
    process_ = process;
    table_.act_as(process);
    return table_.any_timer([&](int number, DescriptorTable::Timing timing) {
        const bool expired =
            make<system_call::poll_once>(number, POLLIN, &memory_.arguments().revents) > 0;
        const bool expires_again =
            timing == DescriptorTable::Timing::kPeriodic && now < restarted_until_;
        return !expired || expires_again;
    });
}

bool Interpreter::any_timer_is_due() {
    const int acting = process_;
    const bool due = any_timer_of_is_due(0) || (second_->exists() && any_timer_of_is_due(1));
    process_ = acting;
    table_.act_as(acting);
    return due;
}

Result Interpreter::timer_call(const Operation& operation) {
    const int fd = number_of(operation.fd);
    if (operation.kind == OperationKind::kTimerfdGettime) {
        // It lets an expired periodic timer run again, although its expiry was not read. The model
        // takes periods of a second and less; a busy machine needs some time more.
        restarted_until_ = now_ns() + 2 * kNanosecondsPerSecond;
        return plain(make<system_call::timerfd_remains>(fd));
    }
    system_call::KernelTimerSetting& setting = memory_.arguments().setting;
    constexpr auto kPerSecond = static_cast<std::uint64_t>(kNanosecondsPerSecond);
    setting.value = {static_cast<std::int64_t>(operation.value / kPerSecond),
                     static_cast<std::int64_t>(operation.value % kPerSecond)};
    setting.interval = {operation.timeout_nanoseconds / kNanosecondsPerSecond,
                        operation.timeout_nanoseconds % kNanosecondsPerSecond};
    const Outcome outcome =
        make<system_call::timerfd_settime>(fd, abi::timer_setting_flags(operation.flags),
                                           memory_.resolve(operation.pointer, &setting, 0));
    if (outcome == 0) {
        expect_expiry(operation);
    }
    return plain(outcome);
}

Result Interpreter::spawn(const Operation& operation) {
    Children::Process process = 0;
    const Outcome outcome = children_.spawn(process);
    Result result = bind_handles(operation, outcome, true);
    if (result.kind == ResultKind::kDescriptor) {
        table_.set_process(static_cast<int>(outcome), process);
    }
    return result;
}

Result Interpreter::child_call(const Operation& operation) {
    const int pidfd = number_of(operation.fd);
    const Children::Process process = table_.process(pidfd);
    if (operation.kind == OperationKind::kKillChild) {
        return plain(children_.kill(pidfd, process));
    }
    if (!children_.was_killed(process)) {
        return plain(patiently(process != DescriptorTable::kNoProcess,
                               [&] { return children_.reap(pidfd, process); }));
    }
    // Its end is near, however long that takes on a busy machine.
    timer_.stop();
    return plain(patiently(false, [&] { return children_.reap(pidfd, process); }));
}

bool Interpreter::anything_is_under_way() {
    return children_.any_is_ending() || any_timer_is_due();
}

Result Interpreter::settle(const Operation& operation) {
    using Clock = std::chrono::steady_clock;
    constexpr auto kBound = std::chrono::seconds(10);  // late beyond this is never
    constexpr int kSliceMs = 20;
    const int fd = number_of(operation.fd);
    const auto deadline = Clock::now() + kBound;
    timer_.stop();  // a tick would cut a poll short
    fetch_input();
    unsigned short& revents = memory_.arguments().revents;
    revents = 0;
    Outcome outcome = 0;
    bool under_way = true;
    while (outcome == 0 && under_way && Clock::now() < deadline) {
        under_way = anything_is_under_way();  // asked first: what ends after that is polled again
        outcome = patiently(false, [&] {
            return make<system_call::poll_for>(fd, static_cast<short>(operation.flags),
                                               under_way ? kSliceMs : 0, &revents);
        });
    }
    if (table_.process(fd) != DescriptorTable::kNoProcess) {
        Children::has_ended(table_.process(fd));  // waits until all are woken, see there
    }
    return outcome < 0 ? plain(outcome) : Result::of_value(revents);
}

}  // namespace epollcheck
