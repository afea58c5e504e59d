// Operations that make, duplicate, change and close descriptors.

#include <sys/socket.h>

#include <cerrno>
#include <cstdio>

#include "harness/executor/abi.h"
#include "harness/executor/interpreter.h"
#include "harness/executor/other_calls.h"
#include "harness/executor/program_ring.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

bool is_fifo(Path path) { return path == Path::kFifo || path == Path::kFifo2; }

}  // namespace

const char* Interpreter::shared_path(const char* name) {
    Arguments& arguments = memory_.arguments();
    std::snprintf(arguments.path, sizeof arguments.path, "%s", name);
    return arguments.path;
}

int Interpreter::slot_of_new(int number) {
    const int base = table_.base();
    // A number below the base: the process closed one of its own. A first number above the base:
    // the process opened one of its own, if the base is indeed taken; else it is the kernel's
    // answer.
    if (number < base ||
        (first_creation_ && number > base &&
         make<system_call::fcntl>(base, abi::fcntl_command(static_cast<int>(FcntlCommand::kGetFd)),
                                  0) >= 0)) {
        disturbed_ = true;
    }
    first_creation_ = false;
    return number - base;
}

Result Interpreter::bind_handles(const Operation& operation, Outcome outcome, bool never_waits) {
    const bool created = outcome >= 0;
    const int number = created ? static_cast<int>(outcome) : -1;
    if (operation.bound[0] != kNoHandle) {
        handles_[static_cast<std::size_t>(operation.bound[0])] = number;
    }
    if (!created) {
        return refused(outcome);
    }
    const int slot = slot_of_new(number);
    if (slot < 0) {
        make<system_call::close>(number);  // outside the table, which closes all others
        return {};
    }
    table_.opened(number, never_waits);
    return Result::of_descriptor(slot);
}

Interpreter::Outcome Interpreter::open(const Operation& operation, bool& never_waits) {
    const auto path = static_cast<Path>(operation.number);
    const char* const name = name_of_path(operation);
    if (name == nullptr) {
        return -ENOENT;
    }
    const bool blocking = is_fifo(path) && (operation.flags & (flag::kNonblock | flag::kPath)) == 0;
    never_waits = !blocking;
    return patiently(
        blocking, [&] { return make<system_call::open>(name, abi::open_flags(operation.flags)); });
}

Result Interpreter::create(const Operation& operation) {
    bool never_waits = (operation.flags & flag::kNonblock) != 0;
    Outcome outcome = 0;
    switch (operation.kind) {
        case OperationKind::kEpollCreate:
            never_waits = true;  // read and write on it fail
            outcome = make<system_call::epoll_create>(operation.number);
            break;
        case OperationKind::kEpollCreate1:
            never_waits = true;
            outcome = make<system_call::epoll_create1>(abi::epoll_create_flags(operation.flags));
            break;
        case OperationKind::kOpen:
            outcome = open(operation, never_waits);
            break;
        case OperationKind::kMemfdCreate:
            never_waits = true;
            outcome = make<system_call::memfd_create>(shared_path("epollcheck"), 0);
            break;
        case OperationKind::kEventfd:
            outcome = make<system_call::eventfd>(static_cast<unsigned int>(operation.value),
                                                 abi::eventfd_flags(operation.flags));
            break;
        case OperationKind::kInotifyInit1:
            outcome = make<system_call::inotify_init1>(abi::inotify_flags(operation.flags));
            break;
        case OperationKind::kTimerfdCreate:
            outcome = make<system_call::timerfd_create>(operation.number,
                                                        abi::timerfd_flags(operation.flags));
            break;
        case OperationKind::kSignalfd:
            outcome = create_signalfd(operation);
            break;
        case OperationKind::kOpenSlave:
            outcome = make<system_call::open_slave>(number_of(operation.fd),
                                                    abi::open_flags(operation.flags));
            break;
        case OperationKind::kRingSetup:
            never_waits = true;
            outcome = program_ring::setup();
            break;
        case OperationKind::kOpenOther:
            outcome = make<system_call::open_other>(operation.number);
            break;
        case OperationKind::kSocket:
            if (operation.number == static_cast<std::int32_t>(Domain::kInet)) {
                return create_inet(operation);
            }
            outcome = make<system_call::socket>(AF_UNIX, abi::socket_type(operation.flags));
            break;
        default:
            if (is_inet(operation.fd)) {
                return accept_inet(operation);
            }
            outcome = accept(operation);
            break;
    }
    const Result result = bind_handles(operation, outcome, never_waits);
    if (result.kind == ResultKind::kDescriptor && operation.kind == OperationKind::kOpenSlave) {
        table_.set_terminal(static_cast<int>(outcome));
    }
    return result;
}

Interpreter::Outcome Interpreter::call_pair(const Operation& operation, int (&numbers)[2]) {
    switch (operation.kind) {
        case OperationKind::kPipe2:
            return make<system_call::pipe2>(numbers, abi::open_flags(operation.flags));
        case OperationKind::kOpenpty:
            return make<system_call::openpty>(numbers, abi::open_flags(operation.flags));
        default:
            return make<system_call::socketpair>(
                operation.number == static_cast<std::int32_t>(Domain::kInet) ? AF_INET : AF_UNIX,
                abi::socket_type(operation.flags), numbers);
    }
}

Result Interpreter::create_pair(const Operation& operation) {
    int(&numbers)[2] = memory_.arguments().numbers;
    numbers[0] = numbers[1] = -1;
    const bool terminal = operation.kind == OperationKind::kOpenpty;
    const Outcome outcome = call_pair(operation, numbers);
    for (int i = 0; i < 2; ++i) {
        if (operation.bound[i] != kNoHandle) {
            handles_[static_cast<std::size_t>(operation.bound[i])] = outcome < 0 ? -1 : numbers[i];
        }
    }
    if (outcome < 0) {
        return refused(outcome);
    }
    int slots[2];
    for (int i = 0; i < 2; ++i) {
        slots[i] = slot_of_new(numbers[i]);
        if (slots[i] < 0) {
            make<system_call::close>(numbers[i]);
        } else {
            table_.opened(numbers[i], (operation.flags & flag::kNonblock) != 0);
            if (terminal) {
                table_.set_terminal(numbers[i]);
            }
        }
    }
    return Result::of_descriptor(slots[0], slots[1]);
}

Result Interpreter::duplicate(const Operation& operation) {
    const int from = number_of(operation.fd);
    if (operation.kind == OperationKind::kDup) {
        const Outcome outcome = make<system_call::dup>(from);
        const Result result = bind_handles(operation, outcome, false);
        if (result.kind == ResultKind::kDescriptor) {
            table_.duplicated(from, static_cast<int>(outcome));
        }
        return result;
    }
    // dup2 and dup3 bind no handle: the one that held the number holds it still, even after an
    // error.
    const int to = number_of(operation.other_fd);
    const Outcome outcome =
        operation.kind == OperationKind::kDup2
            ? make<system_call::dup2>(from, to)
            : make<system_call::dup3>(from, to, abi::open_flags(operation.flags));
    if (outcome < 0) {
        return refused(outcome);
    }
    table_.duplicated(from, static_cast<int>(outcome));
    return Result::of_descriptor(static_cast<int>(outcome) - table_.base());
}

Result Interpreter::close(const Operation& operation) {
    const int number = number_of(operation.fd);
    const Outcome outcome = make<system_call::close>(number);
    if (outcome != -EBADF) {
        table_.closed(number);  // also after other errors, close(2)
    }
    return plain(outcome);
}

Result Interpreter::fcntl(const Operation& operation) {
    const int number = number_of(operation.fd);
    const auto command = static_cast<FcntlCommand>(operation.number);
    unsigned long argument = static_cast<unsigned long>(operation.value);
    if (command == FcntlCommand::kSetFd) {
        argument = static_cast<unsigned long>(
            abi::descriptor_flags(static_cast<std::uint32_t>(operation.value)));
    } else if (command == FcntlCommand::kSetFl) {
        argument = static_cast<unsigned long>(
            abi::open_flags(static_cast<std::uint32_t>(operation.value)));
    }
    const Outcome outcome =
        make<system_call::fcntl>(number, abi::fcntl_command(operation.number), argument);
    if (outcome < 0) {
        return plain(outcome);
    }
    if (command == FcntlCommand::kSetFl) {
        table_.set_never_waits(number, (operation.value & flag::kNonblock) != 0);
    }
    return command == FcntlCommand::kGetFl
               ? Result::of_value(abi::status_flags(static_cast<int>(outcome)))
               : plain(outcome);
}

Result Interpreter::control_busy_poll(const Operation& operation) {
    const BusyPollParams given = BusyPollParams::of(operation.value);
    abi::EpollParams& params = memory_.arguments().params;
    params = {given.usecs, given.budget, given.prefer, given.pad};
    const Outcome outcome =
        make<system_call::ioctl>(number_of(operation.fd), abi::ioctl_request(operation.flags),
                                 memory_.resolve(operation.pointer, &params, 0));
    if (outcome < 0 || operation.flags == kRequestSetParams) {
        return plain(outcome);
    }
    const BusyPollParams found = {params.busy_poll_usecs, params.busy_poll_budget,
                                  params.prefer_busy_poll, params.pad};
    return Result::of_payload(found.packed());
}

Result Interpreter::ioctl(const Operation& operation) {
    if (operation.flags == kRequestSetParams || operation.flags == kRequestGetParams) {
        return control_busy_poll(operation);
    }
    const int number = number_of(operation.fd);
    int(&argument)[1024] = memory_.arguments().request;
    argument[0] = 1;
    const Outcome outcome =
        make<system_call::ioctl>(number, abi::ioctl_request(operation.flags), argument);
    if (outcome >= 0 && operation.flags == kRequestNonblock) {
        table_.set_never_waits(number, true);
    }
    return plain(outcome);
}

}  // namespace epollcheck
