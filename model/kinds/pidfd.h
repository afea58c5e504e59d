// pidfd: a child process that waits to be told to end, and the descriptor that tells of its end.
//
// A child ends some time after it was told to, so its end is one of the things that happen without
// the program: see elapse.h. Linux makes the end visible to poll a moment before it wakes those who
// wait for it, so there are two steps.
//
// Source: pidfd_open(2), SEMANTICS D.8; pidfd_poll, fs/pidfs.c; exit_notify, do_notify_pidfd and
// __change_pid, kernel/, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

MaskRange pidfd_mask(Transition& transition, const OpenFile& file);

/// fork(2) and pidfd_open(2): answers a descriptor.
Result spawn_child(Transition& transition);
/// pidfd_send_signal(2) of SIGKILL.
Result kill_child(Transition& transition, const Operation& operation);
/// waitid(2) with P_PIDFD and WEXITED.
Result reap_child(Transition& transition, const Operation& operation);

/// True if the child will take another step to its end by itself.
bool is_dying(const Child& child);
/// Lets a dying child take that step.
void die_further(Transition& transition, Child& child);

}  // namespace epollcheck
