// inotify: a queue of what happened to watched files, and the calls by name that make it happen.
//
// Two files can be watched, both private to the program: "file" and "directory". What happens is
// made by mknod, truncate and unlink, and by writes to "file"; each makes one kind of event. Events
// that nothing here makes (of opening, closing and renaming) are not modelled.
//
// Source: inotify(7), SEMANTICS D.9; fs/notify/inotify/inotify_user.c and inotify_fsnotify.c, 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

MaskRange inotify_mask(Transition& transition, const OpenFile& file);

/// inotify_init1(2): answers a descriptor.
Result create_inotify(Transition& transition, const Operation& operation);
/// inotify_add_watch(2): answers the number of the watch.
Result add_watch(Transition& transition, const Operation& operation);
/// inotify_rm_watch(2).
Result remove_watch(Transition& transition, const Operation& operation);
Result read_inotify(Transition& transition, const OpenFile& file, const Operation& operation);

/// mknod(2) of a regular file in the directory.
Result make_entry(Transition& transition, const Operation& operation);
/// truncate(2) of "file" or of a file in the directory to length 0.
Result truncate_file(Transition& transition, const Operation& operation);
/// unlink(2) of a file in the directory.
Result unlink_entry(Transition& transition, const Operation& operation);

/// `what` happened to `watched`, or to its entry number `entry` (from 1).
void notify(Transition& transition, Watched watched, std::uint32_t what, int entry);

}  // namespace epollcheck
