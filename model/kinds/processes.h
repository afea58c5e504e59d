// Processes: the second process of a program, what it shares with the first one, and the calls that
// act on a whole descriptor table.
//
// Both processes see the same open file descriptions, epoll instances and items; only the tables
// differ, and with CLONE_FILES not even those. There is one clock of calls: a program says which
// process makes the next one. Answers that no kernel gives, because the harness runs the first
// process: a call of a process that does not exist gets ESRCH, a second fork EEXIST, and exec or
// exit of P1 EPERM.
//
// Source: SEMANTICS R-B39 to R-B48; fork(2), unshare(2), close_range(2), kcmp(2); copy_files,
// begin_new_exec and __close_range, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// fork and clone: P2 comes into being.
Result fork_process(Transition& transition, const Operation& operation);
/// exec of P2: descriptors with close-on-exec go (R-B46).
Result execute_helper(Transition& transition);
/// exit of P2: all of its descriptors go, unless the table is shared.
Result end_process(Transition& transition);
/// unshare(CLONE_FILES).
/// A child that shares the memory, but not the table, closes a descriptor and ends (vfork(2)).
Result close_in_vfork_child(Transition& transition, const Operation& operation);
Result unshare_table(Transition& transition, const Operation& operation);
Result close_range(Transition& transition, const Operation& operation);
/// kcmp_file: 0 if both descriptors name one open file description, else 1.
Result compare_files(Transition& transition, const Operation& operation);
/// kcmp_epoll: 0 if the item that was registered under a number watches what the number names now
/// (R-B38).
Result compare_item(Transition& transition, const Operation& operation);

}  // namespace epollcheck
