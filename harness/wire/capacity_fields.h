// The fields of Capacities, as a list that both sides of the wire share.

#pragma once

#include "harness/executor/calibration_probe.h"

namespace epollcheck::wire {

/// Calls visit(name, field) for each field, in the order in which they travel. The names in the
/// brackets are all that Capacities has: with another field more or less this does not compile.
template <class AnyCapacities, class Visitor>
void visit_capacities(AnyCapacities& capacities, Visitor visit) {
    auto& [page_size, pipe_slots, pipe_max_size, may_exceed_pipe_max, unix_send_buffer,
           unix_stream_chunk, datagram_queue_length, epoll_event_size, has_epoll_pwait2,
           has_inotify, has_terminals, has_pidfd, has_loopback, has_unix_out_of_band,
           has_ring_control, has_ring_wait, has_rings, has_busy_poll, may_raise_budget,
           may_limit_watches, may_step_clock, may_mount, may_set_domain_name, other_kinds,
           keeps_wakeup, has_proc, has_block_device, may_execute, has_fork, has_shared_table,
           has_threads, has_paused_harvest, has_kernel_address, kcmp_error, unshare_error,
           close_range_error, has_range_unshare, has_packet_pipes] = capacities;
    visit("page_size", page_size);
    visit("pipe_slots", pipe_slots);
    visit("pipe_max_size", pipe_max_size);
    visit("may_exceed_pipe_max", may_exceed_pipe_max);
    visit("unix_send_buffer", unix_send_buffer);
    visit("unix_stream_chunk", unix_stream_chunk);
    visit("datagram_queue_length", datagram_queue_length);
    visit("epoll_event_size", epoll_event_size);
    visit("has_epoll_pwait2", has_epoll_pwait2);
    visit("has_inotify", has_inotify);
    visit("has_terminals", has_terminals);
    visit("has_pidfd", has_pidfd);
    visit("has_loopback", has_loopback);
    visit("has_unix_out_of_band", has_unix_out_of_band);
    visit("has_ring_control", has_ring_control);
    visit("has_ring_wait", has_ring_wait);
    visit("has_rings", has_rings);
    visit("has_busy_poll", has_busy_poll);
    visit("may_raise_budget", may_raise_budget);
    visit("may_limit_watches", may_limit_watches);
    visit("may_step_clock", may_step_clock);
    visit("may_mount", may_mount);
    visit("may_set_domain_name", may_set_domain_name);
    visit("other_kinds", other_kinds);
    visit("keeps_wakeup", keeps_wakeup);
    visit("has_proc", has_proc);
    visit("has_block_device", has_block_device);
    visit("may_execute", may_execute);
    visit("has_fork", has_fork);
    visit("has_shared_table", has_shared_table);
    visit("has_threads", has_threads);
    visit("has_paused_harvest", has_paused_harvest);
    visit("has_kernel_address", has_kernel_address);
    visit("kcmp_error", kcmp_error);
    visit("unshare_error", unshare_error);
    visit("close_range_error", close_range_error);
    visit("has_range_unshare", has_range_unshare);
    visit("has_packet_pipes", has_packet_pipes);
}

}  // namespace epollcheck::wire
