// Descriptors: the table that maps slots to open file descriptions, and the calls that only move
// references: close, dup, dup2, dup3 and the part of fcntl that is about descriptors and status
// flags.
//
// Source: POSIX (lowest free descriptor), SEMANTICS R-B3, R-B39 to R-B43; fs/file.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// Literal numbers from here on are never open.
inline constexpr std::int32_t kSurelyUnused = 1'000'000;

/// The slot that a descriptor argument names, or -1 if no descriptor of the program can have it.
int slot_of(Transition& transition, const Descriptor& descriptor);

/// The file behind a descriptor argument, or -1 if it is not open.
int file_of(Transition& transition, const Descriptor& descriptor);

/// The file behind a descriptor argument, or -1 if it is not open or was opened with O_PATH.
int open_file(Transition& transition, const Descriptor& descriptor);

/// A fresh open file description without references, readable and writable.
int new_file(Transition& transition, FileKind kind, int object);

/// Gives `file` the lowest free slot. Answers the new descriptor.
Result install(Transition& transition, int file, bool close_on_exec);

/// Closes `slot`, which is open, and answers the file, whose references are the caller's to count.
int clear_slot(SlotTable& table, int slot);

/// Drops a reference in the middle of a call. If it was the last one, release_late() releases the
/// file.
void drop_later(Transition& transition, int file);

/// The end of a call: releases what drop_later() left, in the order of task_work_run: last in,
/// first out, and what becomes free by that in a further round.
void release_late(Transition& transition);

Result close_descriptor(Transition& transition, const Operation& operation);
Result duplicate(Transition& transition, const Operation& operation);
/// The limit_descriptors operation: calls get no number from this one on (EMFILE).
Result limit_descriptors(Transition& transition, const Operation& operation);
Result control_descriptor(Transition& transition, const Operation& operation);

}  // namespace epollcheck
