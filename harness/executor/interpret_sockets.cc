// Operations on unix sockets beside their creation and the transfer of data.
//
// Sockets are bound to abstract addresses (unix(7)), which need no file system and vanish with the
// socket. An address holds the process id and a number that is never used twice, so neither
// programs nor processes on one machine can meet by accident.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "harness/executor/abi.h"
#include "harness/executor/interpreter.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr char kPrefix[] = "\0epollcheck ";
// What stands for "no address": nobody is ever bound to it.
constexpr std::uint64_t kNobody = DescriptorTable::kNoAddress;

struct AbstractAddress {
    sockaddr_un name = {};
    socklen_t length = 0;

    explicit AbstractAddress(std::uint64_t address) {
        const pid_t process = getpid();
        name.sun_family = AF_UNIX;
        char* end = name.sun_path;
        const auto put = [&end](const void* bytes, std::size_t size) {
            std::memcpy(end, bytes, size);
            end += size;
        };
        put(kPrefix, sizeof kPrefix);
        put(&process, sizeof process);
        put(&address, sizeof address);
        length = static_cast<socklen_t>(end - reinterpret_cast<char*>(&name));
    }
};

}  // namespace

Result Interpreter::bind(int fd) {
    if (table_.network(fd) != DescriptorTable::Network::kNone) {
        return plain(loopback_.bind(fd));
    }
    const std::uint64_t address = next_address_++;
    const AbstractAddress name(address);
    const Outcome outcome = system_call::bind(fd, &name.name, name.length);
    if (outcome == 0) {
        table_.set_address(fd, address);
    }
    return plain(outcome);
}

Result Interpreter::connect(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const bool may_wait = !table_.never_waits(fd);
    const Descriptor& server = operation.other_fd;
    if (server.handle == kNoHandle && server.number == -1) {
        sockaddr nobody = {};
        nobody.sa_family = AF_UNSPEC;  // dissolves the association, connect(2)
        return plain(
            patiently(may_wait, [&] { return system_call::connect(fd, &nobody, sizeof nobody); }));
    }
    if (is_inet(operation.fd)) {
        const int server_fd = number_of(server);
        const bool is_same_network = table_.network(server_fd) == table_.network(fd);
        return plain(patiently(
            may_wait, [&] { return loopback_.connect(fd, is_same_network ? server_fd : -1); }));
    }
    const std::uint64_t address = table_.address(number_of(server));
    const AbstractAddress name(address == DescriptorTable::kNoAddress ? kNobody : address);
    return plain(
        patiently(may_wait, [&] { return system_call::connect(fd, &name.name, name.length); }));
}

Interpreter::Outcome Interpreter::accept(const Operation& operation) {
    const int fd = number_of(operation.fd);
    const int flags = abi::socket_type(operation.flags);
    return patiently(!table_.never_waits(fd), [&] { return system_call::accept4(fd, flags); });
}

Result Interpreter::socket_call(const Operation& operation) {
    const int fd = number_of(operation.fd);
    switch (operation.kind) {
        case OperationKind::kBind:
            return bind(fd);
        case OperationKind::kListen:
            return plain(system_call::listen(fd, operation.number));
        case OperationKind::kConnect:
            return connect(operation);
        case OperationKind::kShutdown:
            return plain(system_call::shutdown(fd, static_cast<int>(operation.flags)));
        case OperationKind::kSetsockopt:
            return plain(system_call::set_socket_option(fd, abi::socket_option(operation.number),
                                                        static_cast<int>(operation.value)));
        default: {
            const Outcome error = system_call::socket_error(fd);
            return error < 0 ? plain(error) : Result::of_payload(static_cast<std::uint64_t>(error));
        }
    }
}

}  // namespace epollcheck
