// Files that epoll refuses (R-B6): regular files, directories, memory files and /dev nodes without
// a poll method. They are modelled as far as programs read and write them.
//
// Source: read(2), write(2), null(4), full(4), memfd_create(2); drivers/char/mem.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

/// open(2) of anything but a FIFO.
Result open_inode(Transition& transition, const Operation& operation);
Result create_memory_file(Transition& transition);
Result read_inode(Transition& transition, OpenFile& file, const Operation& operation);
Result write_inode(Transition& transition, OpenFile& file, const Operation& operation);
void release_inode(World& world, const OpenFile& file);

}  // namespace epollcheck
