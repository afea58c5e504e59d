// Operations as data, in the short form in which tests of the model write them: call::add(ep, e,
// event::kIn, 7). See model_test_support.h.
//
// Only test programs include this header.

#pragma once

#include "model/vocabulary/operation.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::call {

inline Operation on(OperationKind kind, Descriptor fd) {
    Operation operation;
    operation.kind = kind;
    operation.fd = fd;
    return operation;
}
inline Descriptor literal(int number) { return {kNoHandle, number}; }

inline Operation control(Descriptor ep, std::int32_t number, Descriptor fd, EventMask mask,
                         std::uint64_t data) {
    Operation operation = on(OperationKind::kEpollCtl, ep);
    operation.number = number;
    operation.other_fd = fd;
    operation.flags = mask;
    operation.value = data;
    return operation;
}
inline Operation add(Descriptor ep, Descriptor fd, EventMask mask, std::uint64_t data) {
    return control(ep, kCtlAdd, fd, mask, data);
}
inline Operation mod(Descriptor ep, Descriptor fd, EventMask mask, std::uint64_t data) {
    return control(ep, kCtlMod, fd, mask, data);
}
inline Operation del(Descriptor ep, Descriptor fd) { return control(ep, kCtlDel, fd, 0, 0); }

inline Operation wait(Descriptor ep, std::int32_t most = 16, std::int64_t timeout_ms = 0) {
    Operation operation = on(OperationKind::kEpollWait, ep);
    operation.number = most;
    operation.timeout_ms = timeout_ms;
    return operation;
}
/// A wait whose buffer is not good; `room` is for Pointer::kRoom.
inline Operation wait_into(Descriptor ep, Pointer pointer, std::uint8_t room = 0) {
    Operation operation = wait(ep);
    operation.pointer = pointer;
    operation.room = room;
    return operation;
}
inline Operation poll(Descriptor fd, EventMask mask) {
    Operation operation = on(OperationKind::kPoll, fd);
    operation.flags = mask;
    return operation;
}
inline Operation transfer(OperationKind kind, Descriptor fd, std::uint32_t length,
                          std::uint32_t flags = 0) {
    Operation operation = on(kind, fd);
    operation.length = length;
    operation.flags = flags;
    return operation;
}
inline Operation read(Descriptor fd, std::uint32_t length) {
    return transfer(OperationKind::kRead, fd, length);
}
inline Operation write(Descriptor fd, std::uint32_t length) {
    return transfer(OperationKind::kWrite, fd, length);
}
inline Operation send(Descriptor fd, std::uint32_t length, std::uint32_t flags) {
    return transfer(OperationKind::kSend, fd, length, flags);
}
inline Operation recv(Descriptor fd, std::uint32_t length, std::uint32_t flags) {
    return transfer(OperationKind::kRecv, fd, length, flags);
}
inline Operation read_number(Descriptor fd) {
    Operation operation = on(OperationKind::kRead, fd);
    operation.as_value = true;
    return operation;
}
inline Operation write_number(Descriptor fd, std::uint64_t value) {
    Operation operation = on(OperationKind::kWrite, fd);
    operation.as_value = true;
    operation.value = value;
    return operation;
}
inline Operation close(Descriptor fd) { return on(OperationKind::kClose, fd); }
inline Operation dup2(Descriptor fd, Descriptor onto) {
    Operation operation = on(OperationKind::kDup2, fd);
    operation.other_fd = onto;
    return operation;
}
inline Operation fcntl(Descriptor fd, FcntlCommand command, std::uint64_t value = 0) {
    Operation operation = on(OperationKind::kFcntl, fd);
    operation.number = static_cast<std::int32_t>(command);
    operation.value = value;
    return operation;
}
inline Operation shutdown(Descriptor fd, std::uint32_t how) {
    Operation operation = on(OperationKind::kShutdown, fd);
    operation.flags = how;
    return operation;
}
inline Operation socket_error(Descriptor fd) { return on(OperationKind::kGetsockopt, fd); }
inline Operation inet_socket(std::uint32_t flags) {
    Operation operation;
    operation.kind = OperationKind::kSocket;
    operation.number = static_cast<std::int32_t>(Domain::kInet);
    operation.flags = flags;
    return operation;
}
inline Operation bind(Descriptor fd) { return on(OperationKind::kBind, fd); }
inline Operation listen(Descriptor fd, std::int32_t backlog) {
    Operation operation = on(OperationKind::kListen, fd);
    operation.number = backlog;
    return operation;
}
inline Operation connect(Descriptor fd, Descriptor server) {
    Operation operation = on(OperationKind::kConnect, fd);
    operation.other_fd = server;
    return operation;
}

}  // namespace epollcheck::call
