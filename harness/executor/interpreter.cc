// The loop over a program's operations. See interpreter.h.

#include "harness/executor/interpreter.h"

#include <algorithm>
#include <cerrno>
#include <string>

#include "harness/executor/calls.h"
#include "harness/executor/executor.h"
#include "harness/executor/pace.h"
#include "model/vocabulary/completion.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

std::string at_operation(std::size_t index, const Operation& operation) {
    std::string name = "an operation of unknown kind";
    if (static_cast<int>(operation.kind) < kOperationKinds) {
        name = operation_spec(operation.kind).name;
    }
    return "operation " + std::to_string(index + 1) + " (" + name + ")";
}

/// True for calls that are not made through the mailbox of the second process.
bool is_for_first_process(OperationKind kind) {
    switch (kind) {
        case OperationKind::kSpawn:
        case OperationKind::kKillChild:
        case OperationKind::kReap:
        case OperationKind::kIoUringCtl:
        case OperationKind::kIoUringWait:
            return true;
        default:
            return is_about_rings(kind);
    }
}

/// True for what a program with a second process cannot have here: accounts and limits are those
/// of one process, and what a ring has under way is done by the thread that asked for it.
bool is_for_single_process(OperationKind kind) {
    return kind == OperationKind::kLimitWatches || kind == OperationKind::kLimitDescriptors ||
           is_about_rings(kind);
}

bool starts_process(OperationKind kind) {
    return kind == OperationKind::kFork || kind == OperationKind::kClone;
}

}  // namespace

Result Interpreter::fail(HarnessError error) {
    if (!error_) {
        error_ = std::move(error);
    }
    return {};
}

int Interpreter::number_of(const Descriptor& descriptor) const {
    return descriptor.handle == kNoHandle ? descriptor.number
                                          : handles_[static_cast<std::size_t>(descriptor.handle)];
}

std::int16_t Interpreter::handle_of(int number) const {
    const auto found = std::ranges::find(handles_, number);
    return found == handles_.end() ? kNoHandle
                                   : static_cast<std::int16_t>(found - handles_.begin());
}

Result Interpreter::plain(Outcome outcome) {
    if (outcome >= 0) {
        return Result::of_value(outcome);
    }
    return outcome == system_call::kStillWaiting ? Result::blocked()
                                                 : Result::of_error(static_cast<int>(-outcome));
}

Result Interpreter::refused(Outcome outcome) {
    if (outcome == system_call::kStillWaiting) {
        return plain(outcome);
    }
    switch (-outcome) {
        case EMFILE:
            if (number_limit_.is_set()) {
                return plain(outcome);  // the program asked for it
            }
            return fail(
                {"a program got EMFILE: this process may not open more descriptors. Raise "
                 "the limit of open files (ulimit -n) or run a smaller program."});
        case ENFILE:
            return fail(
                {"a program got ENFILE: the machine has no open files left. Raise "
                 "/proc/sys/fs/file-max or stop what holds so many files open."});
        case ENOMEM:
        case ENOBUFS:
            return fail(
                {"a program could not create something for want of memory. Free memory, or "
                 "raise the memory limit of this process or its control group."});
        default:
            return plain(outcome);
    }
}

bool Interpreter::check_descriptor(const Descriptor& descriptor, std::size_t index,
                                   int handle_count) {
    if (descriptor.handle >= handle_count) {
        fail({"operation " + std::to_string(index + 1) + " uses handle number " +
              std::to_string(descriptor.handle) + ", but the program has only " +
              std::to_string(handle_count) + " handles."});
    } else if (descriptor.handle < 0 && descriptor.number >= 0 &&
               descriptor.number < table_.base()) {
        fail({"operation " + std::to_string(index + 1) + " names the descriptor number " +
              std::to_string(descriptor.number) +
              ", which belongs to the process that runs the program (it uses all numbers below " +
              std::to_string(table_.base()) + "). Use a negative or a large number."});
    }
    return !error_;
}

bool Interpreter::check_program(std::span<const Operation> operations, int handle_count,
                                bool threads) {
    bool has_processes = false;
    bool is_alone = false;
    bool has_terminals = false;
    bool sends_descriptors = false;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        const Operation& operation = operations[i];
        if (static_cast<int>(operation.kind) >= kOperationKinds ||
            std::max(operation.bound[0], operation.bound[1]) >= handle_count) {
            fail({at_operation(i, operation) +
                  " is not valid: unknown kind, or it binds a handle " +
                  "that the program does not have."});
        } else if (operation.thread != 0 && !threads) {
            fail({at_operation(i, operation) + " runs in thread T" +
                  std::to_string(operation.thread + 1) +
                  "; a program with threads has to be run as one (Executor::run_concurrent)."});
        } else if (operation.pointer == Pointer::kPaused && !threads) {
            fail({at_operation(i, operation) +
                  " stops until another thread resumes it, and the program has only one."});
        } else if (operation.process >= kMaxProcesses) {
            fail({at_operation(i, operation) + " runs in process P" +
                  std::to_string(operation.process + 1) + "; there are only P1 and P2."});
        } else if (operation.process != 0 && is_for_first_process(operation.kind)) {
            fail({at_operation(i, operation) + " runs in process P" +
                  std::to_string(operation.process + 1) + "; only P1 can make this call."});
        } else if (is_about_rings(operation.kind) &&
                   (threads || std::max(operation.value, static_cast<std::uint64_t>(
                                                             operation.number)) > kMaxRequestId)) {
            fail({at_operation(i, operation) +
                  ": rings are for programs of one thread, and ids of requests go from 0 to " +
                  std::to_string(kMaxRequestId) + "."});
        } else if (operation.length > kMaxTransfer) {
            fail({at_operation(i, operation) + " transfers " + std::to_string(operation.length) +
                  " bytes; the executor's buffers hold " + std::to_string(kMaxTransfer) + "."});
        }
        has_processes = has_processes || starts_process(operation.kind);
        has_terminals = has_terminals || operation.kind == OperationKind::kOpenpty;
        sends_descriptors = sends_descriptors || operation.kind == OperationKind::kSendFd;
        is_alone = is_alone || is_for_single_process(operation.kind);
        if (has_processes && is_alone) {
            fail({at_operation(i, operation) + ": an account, a limit or a ring of its own cannot "
                                               "be in one program with a second process here."});
        }
        if (has_terminals && sends_descriptors) {
            fail(
                {at_operation(i, operation) +
                 ": a program with terminals sends no descriptors here, because what is on its way "
                 "to a terminal cannot be waited for while nobody has it open."});
        }
        if (error_ || !check_descriptor(operation.fd, i, handle_count) ||
            !check_descriptor(operation.other_fd, i, handle_count)) {
            return false;
        }
    }
    return true;
}

Interpreter::End Interpreter::begin(std::span<const Operation> operations, int handle_count,
                                    int base, bool threads) {
    error_.reset();
    disturbed_ = false;
    first_creation_ = true;
    had_threads_ = false;
    process_ = 0;
    restarted_until_ = 0;
    shows_signals_ = std::ranges::any_of(operations, [](const Operation& operation) {
        return operation.kind == OperationKind::kSignalfd;
    });
    timer_.set_pace(pace_of(operations));
    table_.restart(base);
    handles_.assign(static_cast<std::size_t>(handle_count), -1);
    if (!check_program(operations, handle_count, threads)) {
        return End::kFailed;
    }
    has_signals_ = std::ranges::any_of(operations, is_about_signals);
    if (has_signals_) {
        signals_.prepare();
    }
    announcements_.enter(operations);
    return End::kComplete;
}

Interpreter::End Interpreter::step(const Operation& operation, Result& result) {
    event_count_ = 0;
    table_.act_as(operation.process);
    const bool sends = may_send_packets(operation);
    result = execute_in_process(operation);
    if (sends) {
        let_packets_arrive();
    }
    if (disturbed_) {
        return End::kNumbersDisturbed;
    }
    return error_ ? End::kFailed : End::kComplete;
}

void Interpreter::finish() {
    number_limit_.lift();
    process_ = 0;
    table_.act_as(0);  // what comes now is about what this process has open
}

Interpreter::End Interpreter::run(std::span<const Operation> operations, int handle_count, int base,
                                  Trace& trace) {
    if (begin(operations, handle_count, base, false) == End::kFailed) {
        return End::kFailed;
    }
    for (const Operation& operation : operations) {
        Result result;
        if (const End end = step(operation, result); end != End::kComplete) {
            return end;
        }
        trace.append(result, events());
    }
    finish();
    return End::kComplete;
}

void Interpreter::clean_up() {
    timer_.stop();  // the rest of the process must not see ticks
    ring_thread_.end();
    signals_.restore();
    for_each_process([this] {
        table_.for_each_of(DescriptorTable::Network::kTcp,
                           [this](int fd) { make<Loopback::leave_nothing_behind>(fd); });
    });
    second_->end();
    arrived_.clear();
    announcements_.leave();
    system_call::calls_in_use().end_program();
    if (had_threads_ || !system_call::close_range_is_thorough()) {
        // Also what the program closed in a way that is not seen everywhere.
        table_.close_span(system_call::close_range_is_thorough() ? system_call::close_all
                                                                 : system_call::close_each);
    } else {
        table_.close_all(system_call::close_all);
    }
    children_.remove();
    files_.remove();
    loopback_.leave();
    account_.leave();
    number_limit_.lift();
    clock_.restore();
}

Result Interpreter::execute_in_process(const Operation& operation) {
    process_ = operation.process;
    if (process_ == 0) {
        table_.act_as(0);
        return execute(operation);
    }
    if (!second_->exists()) {
        return nobody(operation);
    }
    table_.act_as(process_);
    const Result result = execute(operation);
    if (second_->error()) {
        return fail(*second_->error());
    }
    return result;
}

Result Interpreter::execute(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kEpollCreate:
        case OperationKind::kEpollCreate1:
        case OperationKind::kOpen:
        case OperationKind::kMemfdCreate:
        case OperationKind::kEventfd:
        case OperationKind::kSocket:
        case OperationKind::kAccept4:
        case OperationKind::kInotifyInit1:
        case OperationKind::kTimerfdCreate:
        case OperationKind::kSignalfd:
        case OperationKind::kOpenSlave:
        case OperationKind::kOpenOther:
        case OperationKind::kRingSetup:
            return create(operation);
        case OperationKind::kPipe2:
        case OperationKind::kSocketpair:
        case OperationKind::kOpenpty:
            return create_pair(operation);
        case OperationKind::kDup:
        case OperationKind::kDup2:
        case OperationKind::kDup3:
            return duplicate(operation);
        case OperationKind::kEpollCtl:
        case OperationKind::kIoUringCtl:
            return control(operation);
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
        case OperationKind::kIoUringWait:
            return wait(operation);
        case OperationKind::kPoll:
        case OperationKind::kPpoll:
            return poll(operation);
        case OperationKind::kSelect:
        case OperationKind::kPselect:
            return select(operation);
        case OperationKind::kFdinfo:
            return interest_list(operation);
        case OperationKind::kClose:
            return close(operation);
        case OperationKind::kFcntl:
            return fcntl(operation);
        case OperationKind::kIoctl:
            return ioctl(operation);
        case OperationKind::kRead:
            return read(operation);
        case OperationKind::kWrite:
            return write(operation);
        case OperationKind::kSend:
            return send(operation);
        case OperationKind::kRecv:
            return receive(operation);
        case OperationKind::kSettle:
            return settle(operation);
        case OperationKind::kAwait:
        case OperationKind::kResume:
        case OperationKind::kInterrupt:
        case OperationKind::kBarrier:
            return Result::of_value(0);  // the only thread waits for nobody
        default:
            return execute_on_kind(operation);
    }
}

/// Operations that are about one kind of file only.
Result Interpreter::execute_on_kind(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kLseek:
        case OperationKind::kPread:
        case OperationKind::kMmap:
        case OperationKind::kFsync:
        case OperationKind::kFtruncate:
        case OperationKind::kFstat:
        case OperationKind::kReadlink:
        case OperationKind::kFallocate:
            return inspect(operation);
        case OperationKind::kBind:
        case OperationKind::kListen:
        case OperationKind::kConnect:
        case OperationKind::kShutdown:
        case OperationKind::kGetsockopt:
        case OperationKind::kSetsockopt:
            return socket_call(operation);
        case OperationKind::kFill:
        case OperationKind::kDrain:
            return move_all(operation);
        case OperationKind::kSendFd:
            return send_descriptor(operation);
        case OperationKind::kRecvFd:
            return receive_descriptor(operation);
        case OperationKind::kFork:
        case OperationKind::kClone:
        case OperationKind::kExec:
        case OperationKind::kExit:
        case OperationKind::kUnshare:
        case OperationKind::kVforkClose:
            return process_call(operation);
        case OperationKind::kCloseRange:
            return close_range(operation);
        case OperationKind::kKcmpFile:
        case OperationKind::kKcmpEpoll:
            return compare(operation);
        case OperationKind::kKill:
        case OperationKind::kTgkill:
        case OperationKind::kSignalfdMask:
        case OperationKind::kSigprocmask:
        case OperationKind::kSigpending:
            return signal_call(operation);
        case OperationKind::kLimitWatches:
        case OperationKind::kLimitDescriptors:
        case OperationKind::kStepClock:
        case OperationKind::kAnnounce:
            return machine_call(operation);
        case OperationKind::kInotifyAddWatch:
        case OperationKind::kInotifyRmWatch:
            return inotify_call(operation);
        case OperationKind::kMknod:
        case OperationKind::kTruncate:
        case OperationKind::kUnlink:
            return named_file_call(operation);
        case OperationKind::kTimerfdSettime:
        case OperationKind::kTimerfdGettime:
            return timer_call(operation);
        case OperationKind::kTcsetattr:
        case OperationKind::kWriteLine:
            return terminal_call(operation);
        case OperationKind::kSpawn:
            return spawn(operation);
        case OperationKind::kKillChild:
        case OperationKind::kReap:
            return child_call(operation);
        default:
            return is_about_rings(operation.kind) ? ring_call(operation) : Result{};
    }
}

}  // namespace epollcheck
