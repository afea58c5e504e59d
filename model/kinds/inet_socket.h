// Internet sockets over the loopback device: what UDP and TCP sockets have in common.
//
// The executor lets no call return before all that it sent over the loopback device was taken in
// and acknowledged (R-D67), so a step of the model includes its effects on the other end. Which of
// the two ends of a connection is woken first is left open: a busy machine hands a packet on late.
//
// Source: SEMANTICS D.6; net/ipv4/af_inet.c and net/core/sock.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

MaskRange inet_mask(Transition& transition, int socket);

/// socket(2) of AF_INET.
Result create_inet_socket(Transition& transition, const Operation& operation);

/// True if `operation` is about a socket and its descriptor is an internet socket.
bool is_inet_call(Transition& transition, const Operation& operation);
/// bind, listen, connect, accept4, shutdown, getsockopt and setsockopt on an internet socket.
Result call_on_inet_socket(Transition& transition, const Operation& operation);
/// setsockopt(2) on anything else than an internet socket.
Result refuse_option(Transition& transition, const Operation& operation);

Result receive_inet(Transition& transition, const OpenFile& file, const Operation& operation);
Result send_inet(Transition& transition, const OpenFile& file, const Operation& operation);

/// send(2) or recv(2) again and again until a connection takes, or gives, no more.
Result move_all(Transition& transition, const Operation& operation);

/// The file of an internet socket is gone.
void release_inet_socket(Transition& transition, int socket);

}  // namespace epollcheck
