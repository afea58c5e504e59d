// Pipes and FIFOs: readiness, and the wake-ups of reads, writes, opens, closes and resizing.
//
// Source: SEMANTICS D.1; pipe_read, pipe_write, pipe_poll, pipe_release, fifo_open, fs/pipe.c 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

MaskRange pipe_mask(Transition& transition, const OpenFile& file);

/// pipe2(2): answers two descriptors.
Result create_pipe(Transition& transition, const Operation& operation);
/// open(2) of a FIFO; `path` says which.
Result open_fifo(Transition& transition, const Operation& operation);
Result read_pipe(Transition& transition, OpenFile& file, const Operation& operation);
Result write_pipe(Transition& transition, OpenFile& file, const Operation& operation);
/// F_GETPIPE_SZ and F_SETPIPE_SZ on any file.
Result control_pipe_size(Transition& transition, const OpenFile& file, const Operation& operation);
void release_pipe_end(Transition& transition, const OpenFile& file);

}  // namespace epollcheck
