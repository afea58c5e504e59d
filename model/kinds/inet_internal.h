// Parts of the internet sockets that the files of this family share. See inet_socket.h; nothing
// outside of model/kinds/{inet,udp,tcp}*.cc includes this.

#pragma once

#include "model/world/transition.h"

namespace epollcheck::inet {

/// A fresh socket record, or -1 when the model has no room.
int new_socket(Transition& transition, bool datagram);

void wake_socket(Transition& transition, int socket, EventMask key, Rule rule);

/// Takes the pending error, if any (sock_error). Answers 0 if there was none.
int consume_error(InetSocket& socket);

/// Gives the socket a port of its own, if it has none.
void take_address(World& world, InetSocket& socket);

/// True if the call is to dissolve the association (AF_UNSPEC).
bool names_nobody(const Operation& operation);
/// The address of the socket of `type` behind `descriptor`; 0 if nobody is there.
std::uint8_t address_of(Transition& transition, const Descriptor& descriptor, bool datagram);

/// Appends what leaves the mask of a socket open at tier contract.
MaskRange widen(const InetSocket& socket, EventMask exact);

}  // namespace epollcheck::inet

namespace epollcheck::udp {

EventMask mask(Transition& transition, const InetSocket& socket);
Result connect(Transition& transition, int socket, const Operation& operation);
Result shut_down(Transition& transition, int socket, std::uint8_t halves);
Result send(Transition& transition, int socket, const Operation& operation);
Result receive(Transition& transition, int socket, bool may_wait, const Operation& operation);

}  // namespace epollcheck::udp

namespace epollcheck::tcp {

// The state of a connection (tcp.cc).
EventMask mask(Transition& transition, int socket);
/// A reset arrives (tcp_reset).
void reset(Transition& transition, int socket);
/// The connection of `socket` is torn down by its owner and the peer gets a reset
/// (tcp_disconnect).
void disconnect(Transition& transition, int socket);
/// The peer of `socket` gets a reset, if it has one; they know each other no longer.
void send_reset(Transition& transition, int socket);
/// `socket` ends its half: the peer gets a FIN and acknowledges it.
void send_fin(Transition& transition, int socket);
/// The connection is over (tcp_done).
void finish(Transition& transition, int socket, Rule rule);
Result shut_down(Transition& transition, int socket, std::uint8_t halves);
void release(Transition& transition, int socket);
Result set_option(Transition& transition, int socket, const Operation& operation);

// Listening and connecting (tcp_connection.cc).
Result listen(Transition& transition, int socket, const Operation& operation);
Result connect(Transition& transition, int socket, bool may_wait, const Operation& operation);
Result accept(Transition& transition, int socket, bool may_wait, const Operation& operation);
/// Connections that nobody accepted are reset (inet_csk_listen_stop).
void stop_listening(Transition& transition, int socket);

// Data (tcp_transfer.cc).
Result send(Transition& transition, int socket, bool may_wait, const Operation& operation);
Result receive(Transition& transition, int socket, bool may_wait, const Operation& operation);
/// send of large pieces, without waiting, until the connection takes no more.
Result fill(Transition& transition, int socket);
/// receive, without waiting, until there is no more.
Result drain(Transition& transition, int socket);
/// True if `bytes` readable bytes reach the mark for reading (tcp_epollin_ready).
bool reaches_mark(const InetSocket& socket, std::uint32_t mark);

}  // namespace epollcheck::tcp
