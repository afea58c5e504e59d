// poll, ppoll, select and pselect of one descriptor.

#include "harness/executor/descriptor_set.h"
#include "harness/executor/executor.h"
#include "harness/executor/interpreter.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

/// Makes `call` with the timespec and the signal mask of the operation, and lets it wait as long as
/// the operation says.
template <class Call>
Interpreter::Outcome Interpreter::with_timeout(const Operation& operation, Call call) {
    const bool endless =
        operation.timeout_pointer == Pointer::kNull || operation.timeout_seconds > kEndlessSeconds;
    if (!endless) {
        timer_.stop();  // a tick would cut it short
    }
    Arguments& arguments = memory_.arguments();
    arguments.signals = signal_set(operation.signals);
    const void* const mask = memory_.resolve(operation.mask_pointer, &arguments.signals, 0);
    const auto call_for = [&](std::int64_t seconds, std::int64_t nanoseconds, Pointer pointer) {
        // The kernel stores the time that was left, so each call gets a fresh one.
        arguments.timespec = {seconds, nanoseconds};
        return call(memory_.resolve(pointer, &arguments.timespec, 0), mask,
                    operation.signal_set_size);
    };
    if (endless && shows_signals_) {
        // Without a tick, which is a signal, as long as the call may end by itself.
        const Outcome outcome = patiently(false, [&] { return call_for(0, 0, Pointer::kGood); });
        if (outcome != 0) {
            return outcome;
        }
    }
    expects_ticks_ = endless;
    const Outcome outcome = patiently(endless, [&] {
        return call_for(operation.timeout_seconds, operation.timeout_nanoseconds,
                        operation.timeout_pointer);
    });
    expects_ticks_ = false;
    return outcome;
}

Result Interpreter::poll(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const auto asked = static_cast<short>(operation.flags);
    unsigned short& revents = memory_.arguments().revents;
    revents = 0;
    const Outcome outcome =
        operation.kind == OperationKind::kPpoll
            ? with_timeout(operation,
                           [&](void* timeout, const void* mask, std::size_t size) {
                               return make<system_call::ppoll_one>(fd, asked, &revents, timeout,
                                                                   mask, size);
                           })
            : patiently(false, [&] { return make<system_call::poll_once>(fd, asked, &revents); });
    return outcome < 0 ? plain(outcome) : Result::of_value(revents);
}

Result Interpreter::select(const Operation& operation) {
    constexpr EventMask kSetOf[] = {event::kIn, event::kOut, event::kPri};
    static_assert(3 * DescriptorSetAt::kBytes <= kMaxTransfer);
    char* const memory = static_cast<char*>(memory_.sink());
    const DescriptorSetAt sets[] = {DescriptorSetAt(memory),
                                    DescriptorSetAt(memory + DescriptorSetAt::kBytes),
                                    DescriptorSetAt(memory + 2 * DescriptorSetAt::kBytes)};
    const int fd = number_of(operation.fd);
    // A set cannot hold a negative number.
    const int count = fd >= 0 && fd < DescriptorSetAt::kMostNumbers ? fd + 1 : 0;
    const auto fill = [&] {
        for (int i = 0; i < 3; ++i) {
            sets[i].clear(count);
            if (count > 0 && (operation.flags & kSetOf[i]) != 0) {
                sets[i].add(fd);
            }
        }
    };
    const Outcome outcome =
        operation.kind == OperationKind::kPselect
            ? with_timeout(operation,
                           [&](void* timeout, const void* mask, std::size_t size) {
                               fill();
                               memory_.arguments().mask = {mask, size};
                               return make<system_call::pselect>(
                                   count, sets[0].data(), sets[1].data(), sets[2].data(), timeout,
                                   &memory_.arguments().mask);
                           })
            : patiently(false, [&] {
                  fill();
                  return make<system_call::select_now>(count, sets[0].data(), sets[1].data(),
                                                       sets[2].data());
              });
    if (outcome < 0) {
        return plain(outcome);
    }
    EventMask ready = 0;
    for (int i = 0; outcome > 0 && i < 3; ++i) {  // what is beyond the table stays in its set
        ready |= count > 0 && sets[i].has(fd) ? kSetOf[i] : 0;
    }
    return Result::of_value(ready);
}

}  // namespace epollcheck
