// Parts of the unix sockets that the files of this family share: buffers, charges and wake-ups.
// See unix_socket.h; nothing outside of model/kinds/unix_*.cc includes this.

#pragma once

#include "model/world/transition.h"

namespace epollcheck::unix_socket {

/// A fresh socket record, or -1 when the model has no room.
int new_socket(Transition& transition, SocketType type);

/// Socket types in the vocabulary's flags; exactly one must be set.
bool type_of_flags(std::uint32_t flags, SocketType& type);

/// Takes the pending error, if any (sock_error). Answers 0 if there was none.
int consume_error(Transition& transition, UnixSocket& socket);

/// The first check of every allocation of a buffer (sock_alloc_send_pskb): 0, or an errno.
int may_allocate(Transition& transition, int socket);

/// A new buffer charged to `owner`; -1 when the model has no room or the charge was not measured.
int new_buffer(Transition& transition, int owner, SocketType type, std::uint32_t length);

/// Appends a buffer to the receive queue of `receiver` and wakes its readers (sk_data_ready).
void deliver(Transition& transition, int receiver, int buffer, Rule rule);

/// Takes a buffer out of the receive queue of `receiver` without freeing it.
void unlink_buffer(World& world, int receiver, int buffer);

/// Frees a buffer: the owner's charge falls, and its writers are woken if it is writable
/// (sock_wfree).
void free_buffer(Transition& transition, int buffer, Rule rule);

/// A send that fails before it allocates: it wakes nobody (R-D32, R-D37).
void note_failed_send(Transition& transition, int socket, int error);

/// Charges and frees a buffer that never reached a queue: a failing send (R-D47).
void allocate_and_free(Transition& transition, int socket, Rule rule);

void wake_socket(Transition& transition, int socket, EventMask key, Rule rule);

/// True if the queue of a datagram socket or listener is full (unix_recvq_full).
bool queue_full(const Transition& transition, const UnixSocket& socket);

/// Wakes the sender of `buffer` although its space is not free: what only a defect does.
void wake_sender_of(Transition& transition, int buffer);

/// unix_writable: whether a socket may be asked to send more.
bool is_writable(const Transition& transition, const UnixSocket& socket);

/// Forgets released sockets to which nobody points any more.
void reclaim(World& world);

// Streams and sequenced packets (unix_stream.cc).
Result send_stream(Transition& transition, int socket, bool may_wait, const Operation& operation);
Result receive_stream(Transition& transition, int socket, bool may_wait,
                      const Operation& operation);

// Datagrams and sequenced packets (unix_datagram.cc).
Result send_datagram(Transition& transition, int socket, bool may_wait, const Operation& operation);
Result receive_datagram(Transition& transition, int socket, bool may_wait,
                        const Operation& operation);
/// True if `socket` has to wait for room in its peer's queue; registers it for a relay (R-D44).
bool peer_refuses(Transition& transition, int socket);
/// Relays a wake-up to all senders that wait for room in the queue of `receiver` (R-D44).
void relay_to_senders(Transition& transition, int receiver, EventMask key);
/// Drops the relay registration of `socket` at `peer`, if that is where it is registered.
void drop_relay(World& world, int socket, int peer);

}  // namespace epollcheck::unix_socket
