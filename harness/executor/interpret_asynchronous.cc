// What takes effect some time after the call that caused it, and the operation that waits for it.
//
// settle is no sleep: it polls until the file is ready, or until the executor sees that nothing is
// under way any more that could make it so.

#include <chrono>

#include "harness/executor/interpreter.h"

namespace epollcheck {

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

bool Interpreter::anything_is_under_way() const { return children_.any_is_ending(); }

Result Interpreter::settle(const Operation& operation) {
    using Clock = std::chrono::steady_clock;
    constexpr auto kBound = std::chrono::seconds(10);  // late beyond this is never
    constexpr int kSliceMs = 20;
    const int fd = number_of(operation.fd);
    const auto deadline = Clock::now() + kBound;
    timer_.stop();  // a tick would cut a poll short
    unsigned short revents = 0;
    Outcome outcome = 0;
    bool under_way = true;
    while (outcome == 0 && under_way && Clock::now() < deadline) {
        under_way = anything_is_under_way();  // asked first: what ends after that is polled again
        outcome = patiently(false, [&] {
            return system_call::poll_for(fd, static_cast<short>(operation.flags),
                                         under_way ? kSliceMs : 0, revents);
        });
    }
    if (table_.process(fd) != DescriptorTable::kNoProcess) {
        Children::has_ended(table_.process(fd));  // waits until all are woken, see there
    }
    return outcome < 0 ? plain(outcome) : Result::of_value(revents);
}

}  // namespace epollcheck
