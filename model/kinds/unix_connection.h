// Connections of unix sockets: listen, connect, accept, and the end of a datagram association.
//
// Source: SEMANTICS R-D29, R-D38, R-D48; unix_listen, unix_stream_connect, unix_dgram_connect,
// unix_accept and unix_dgram_disconnected, net/unix/af_unix.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

Result listen_on(Transition& transition, const Operation& operation);
/// connect(2) to the address that operation.other_fd is bound to; without a descriptor there the
/// call dissolves the association (AF_UNSPEC).
Result connect_socket(Transition& transition, const Operation& operation);
Result accept_connection(Transition& transition, const Operation& operation);

namespace unix_socket {

/// A datagram socket lost its peer: queued datagrams are dropped, and a peer that was connected
/// back learns it by an error (R-D48).
void forget_peer(Transition& transition, int socket, int old_peer);

}  // namespace unix_socket

}  // namespace epollcheck
