// Unix domain sockets: what stream, seqpacket and datagram sockets have in common.
//
// Buffer space is charged to the sender until the receiver has consumed the buffer completely
// (R-D31), so a socket's readiness for writing depends on what its peer does.
//
// Source: SEMANTICS D.4, D.5; net/unix/af_unix.c and sock_wfree of net/core/sock.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

MaskRange socket_mask(Transition& transition, int socket, EventMask requested);

/// socket(2), socketpair(2) of AF_UNIX.
Result create_socket(Transition& transition, const Operation& operation);
Result create_socket_pair(Transition& transition, const Operation& operation);
/// bind(2) to a fresh abstract address.
Result bind_socket(Transition& transition, const Operation& operation);
Result shut_down(Transition& transition, const Operation& operation);
/// getsockopt(SO_ERROR): answers the pending error and clears it (R-D36).
Result take_error(Transition& transition, const Operation& operation);

Result receive(Transition& transition, const OpenFile& file, const Operation& operation);
Result send(Transition& transition, const OpenFile& file, const Operation& operation);

/// The file of a socket is gone (unix_release_sock), and with a listener the connections that wait.
void release_socket(Transition& transition, int socket);

/// The socket behind `operation.fd`, or -1 with the error (EBADF, ENOTSOCK) in `errors`.
int socket_of(Transition& transition, const Operation& operation, ErrorList& errors);

}  // namespace epollcheck
