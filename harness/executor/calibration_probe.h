// Calibration probe: measures what a kernel chooses by itself and programs can see.
//
// Sizes of buffers differ between kernels, architectures, configurations and users, and the answers
// of a filling pipe or socket follow from them. They are measured with the calls whose answers they
// explain, never taken from a table (SEMANTICS N-18).

#pragma once

#include <cstdint>
#include <optional>

#include "harness/executor/harness_error.h"

namespace epollcheck {

/// What model/world/calibration.h wants to know, except charges.
struct Capacities {
    std::uint32_t page_size = 0;              // bytes
    std::uint32_t pipe_slots = 0;             // pages that a fresh pipe holds
    std::uint32_t pipe_max_size = 0;          // bytes; larger needs a privilege
    bool may_exceed_pipe_max = false;         // this process has that privilege
    std::uint32_t unix_send_buffer = 0;       // SO_SNDBUF of a unix socket, bytes
    std::uint32_t unix_stream_chunk = 0;      // most bytes that one buffer of a stream holds
    std::uint32_t datagram_queue_length = 0;  // datagrams; one more is taken before EAGAIN
    std::uint32_t epoll_event_size = 0;       // sizeof(struct epoll_event), bytes
    bool has_epoll_pwait2 = false;
    bool has_inotify = false;
    bool has_terminals = false;         // pseudo terminals whose slave TIOCGPTPEER opens
    bool has_pidfd = false;             // and waitid takes one
    bool has_loopback = false;          // AF_INET works on the loopback device
    bool has_unix_out_of_band = false;  // MSG_OOB on a unix stream
    bool has_ring_control = false;      // IORING_OP_EPOLL_CTL
    bool has_ring_wait = false;         // IORING_OP_EPOLL_WAIT
    bool has_rings = false;             // io_uring with polls that go on
    bool has_busy_poll = false;         // EPIOCGPARAMS
    bool may_raise_budget = false;      // EPIOCSPARAMS with a budget above 64
    bool may_limit_watches = false;     // see watch_account.h
    bool may_step_clock = false;        // see wall_clock.h
    bool may_mount = false;             // in a mount namespace of its own
    bool may_set_domain_name = false;   // and /proc/sys/kernel/domainname tells of it
    std::uint32_t other_kinds = 0;      // bit: an OtherKind that can be opened
    bool keeps_wakeup = false;  // EPOLLWAKEUP is permitted and supported: fdinfo shows it (R-C33)
    bool has_proc = false;      // /proc, where fdinfo shows interest lists
    bool has_block_device = false;    // /dev/loop0 can be opened
    bool may_execute = false;         // /proc/self/exe can be executed
    bool has_fork = false;            // a second process is possible
    bool has_shared_table = false;    // and one that shares the descriptor table
    bool has_threads = false;         // threads, and /proc tells whether they sleep
    bool has_paused_harvest = false;  // see paused_memory.h
    bool has_kernel_address = false;  // addresses beyond those of the user exist (64-bit processes)
    int kcmp_error = 0;               // errno that every such call gets, 0 if it works
    int unshare_error = 0;
    int close_range_error = 0;       // of CLOSE_RANGE_CLOEXEC
    bool has_range_unshare = false;  // CLOSE_RANGE_UNSHARE
    bool has_packet_pipes = false;   // O_DIRECT of pipe2
};

/// Measures all of `capacities`. An error if something that every Linux has cannot be measured.
std::optional<HarnessError> measure_capacities(Capacities& capacities);

/// Bytes that one message of `length` bytes charges to a sender whose peer is idle. `socket_type`
/// is SOCK_STREAM (`length` up to unix_stream_chunk), SOCK_SEQPACKET or SOCK_DGRAM. 0 if such a
/// message cannot be sent, or if the target does not tell (SIOCOUTQ, unix(7)).
std::uint32_t measure_unix_charge(int socket_type, std::uint32_t length);

}  // namespace epollcheck
