// Operations on unix sockets beside their creation and the transfer of data.
//
// Sockets are bound to abstract addresses (unix(7)), which need no file system and vanish with the
// socket. An address holds the process id and a number that is never used twice, so neither
// programs nor processes on one machine can meet by accident. Which one a socket has is asked of
// the kernel, because an accepted socket inherits it and a socket may arrive in a message.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "harness/executor/abi.h"
#include "harness/executor/interpreter.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr char kPrefix[] = "\0epollcheck ";
constexpr socklen_t kNameBytes =
    offsetof(sockaddr_un, sun_path) + sizeof kPrefix + sizeof(pid_t) + sizeof(std::uint64_t);
constexpr std::uint64_t kNobodysAddress = 0;

void name_address(Arguments& arguments, std::uint64_t address) {
    const pid_t process = getpid();
    sockaddr_un& name = arguments.address;
    name = {};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, kPrefix, sizeof kPrefix);
    std::memcpy(name.sun_path + sizeof kPrefix, &process, sizeof process);
    std::memcpy(name.sun_path + sizeof kPrefix + sizeof process, &address, sizeof address);
    arguments.address_length = kNameBytes;
}

}  // namespace

Result Interpreter::bind(int fd) {
    Arguments& arguments = memory_.arguments();
    if (table_.network(fd) != DescriptorTable::Network::kNone) {
        const sockaddr_in address = loopback_.fresh_address();
        std::memcpy(&arguments.address, &address, sizeof address);
        return plain(make<system_call::bind>(fd, &arguments.address, socklen_t{sizeof address}));
    }
    name_address(arguments, next_address_++);
    return plain(make<system_call::bind>(fd, &arguments.address, arguments.address_length));
}

Result Interpreter::connect(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const bool may_wait = !table_.never_waits(fd);
    const Descriptor& server = operation.other_fd;
    Arguments& arguments = memory_.arguments();
    if (server.handle == kNoHandle && server.number == -1) {
        arguments.address = {};
        arguments.address.sun_family = AF_UNSPEC;  // dissolves the association, connect(2)
        arguments.address_length = sizeof(sockaddr);
    } else if (is_inet(operation.fd)) {
        const int server_fd = number_of(server);
        const bool is_same_network = table_.network(server_fd) == table_.network(fd);
        fetch_inet_address(is_same_network ? server_fd : -1);
    } else {
        fetch_address(number_of(server));
    }
    return plain(patiently(may_wait, [&] {
        return make<system_call::connect>(fd, &arguments.address, arguments.address_length);
    }));
}

Interpreter::Outcome Interpreter::accept(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const int flags = abi::socket_type(operation.flags);
    return patiently(!table_.never_waits(fd),
                     [&] { return make<system_call::accept4>(fd, flags); });
}

void Interpreter::fetch_address(int fd) {
    Arguments& arguments = memory_.arguments();
    arguments.address_length = sizeof arguments.address;
    const Outcome outcome =
        make<system_call::socket_name>(fd, &arguments.address, &arguments.address_length);
    if (outcome < 0 || arguments.address_length != kNameBytes) {
        name_address(arguments, kNobodysAddress);
    }
}

void Interpreter::fetch_inet_address(int fd) {
    Arguments& arguments = memory_.arguments();
    arguments.address_length = sizeof arguments.address;
    const Outcome outcome =
        make<system_call::socket_name>(fd, &arguments.address, &arguments.address_length);
    sockaddr_in address = {};
    std::memcpy(&address, &arguments.address, sizeof address);
    if (outcome < 0 || address.sin_family != AF_INET || address.sin_port == 0) {
        address = Loopback::nobodys_address();
        std::memcpy(&arguments.address, &address, sizeof address);
    }
    arguments.address_length = sizeof address;
}

Result Interpreter::send_descriptor(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const int sent = number_of(operation.other_fd);
    return plain(patiently(!table_.never_waits(fd),
                           [&] { return make<system_call::send_fd>(fd, memory_.zeros(), sent); }));
}

Result Interpreter::receive_descriptor(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const int flags = abi::receive_flags(operation.flags);
    const bool may_wait = !table_.never_waits(fd) && (operation.flags & flag::kDontWait) == 0;
    int& received = memory_.arguments().numbers[0];
    const Outcome outcome = patiently(may_wait, [&] {
        return make<system_call::receive_fd>(fd, memory_.sink(), flags, &received);
    });
    if (outcome < 0 || received < 0) {
        if (operation.bound[0] != kNoHandle) {
            handles_[static_cast<std::size_t>(operation.bound[0])] = -1;
        }
        return plain(outcome);
    }
    // What came is whatever was sent, so it is asked what it is.
    const int number = received;
    const Outcome status = make<system_call::fcntl>(number, F_GETFL, 0);
    const bool never_waits = status >= 0 && (status & O_NONBLOCK) != 0;
    const Result result = bind_handles(operation, number, never_waits);
    if (loopback_.is_entered()) {
        const Outcome type = make<system_call::inet_type>(number);
        table_.set_network(number, type == SOCK_DGRAM    ? DescriptorTable::Network::kUdp
                                   : type == SOCK_STREAM ? DescriptorTable::Network::kTcp
                                                         : DescriptorTable::Network::kNone);
    }
    return result;
}

Result Interpreter::socket_call(const Operation& operation) {
    const int fd = number_of(operation.fd);
    switch (operation.kind) {
        case OperationKind::kBind:
            return bind(fd);
        case OperationKind::kListen:
            return plain(make<system_call::listen>(fd, operation.number));
        case OperationKind::kConnect:
            return connect(operation);
        case OperationKind::kShutdown:
            return plain(make<system_call::shutdown>(fd, static_cast<int>(operation.flags)));
        case OperationKind::kSetsockopt:
            return plain(make<system_call::set_socket_option>(
                fd, abi::socket_option(operation.number), static_cast<int>(operation.value)));
        default: {
            const Outcome error = make<system_call::socket_error>(fd);
            return error < 0 ? plain(error) : Result::of_payload(static_cast<std::uint64_t>(error));
        }
    }
}

}  // namespace epollcheck
