// Pseudo terminals: a master and a slave, each the other's input.
//
// What is written to one side reaches the other some time later, when a worker of the kernel has
// passed it through the line discipline. Until then it is in flight: elapse.h lets it arrive, and
// so does a look at the side that it is for, which waits for the worker. The slave is raw (every
// byte can be read) or canonical (only lines that have ended can); the master is always raw.
// Nothing is echoed, no character but the end of a line is special, and more bytes than fit without
// anybody having to wait are not modelled.
//
// Source: pty(7), termios(3), SEMANTICS D.10; drivers/tty/n_tty.c, pty.c and tty_io.c, Linux 6.18.

#pragma once

#include "model/world/transition.h"

namespace epollcheck {

MaskRange terminal_mask(Transition& transition, const OpenFile& file);

/// Opens a new pseudo terminal: answers the descriptors of its master and its slave.
Result create_terminal(Transition& transition, const Operation& operation);
/// Opens the slave once more (TIOCGPTPEER on the master): answers a descriptor.
Result open_slave(Transition& transition, const Operation& operation);
/// tcsetattr(3) of either side: makes the slave canonical or raw.
Result set_terminal_mode(Transition& transition, const Operation& operation);
/// write(2) of letters to a terminal; of letters and an end of line for the write_line operation.
Result write_terminal(Transition& transition, const OpenFile& file, const Operation& operation);
/// The write_line operation.
Result write_line(Transition& transition, const Operation& operation);
Result read_terminal(Transition& transition, const OpenFile& file, const Operation& operation);

/// True for a slave whose master is closed.
bool is_hung_up(const World& world, const OpenFile& file);

/// `file` is closed for good.
void release_terminal(Transition& transition, const OpenFile& file);

/// The wait queues of the side that `file` is.
struct WaitQueues;
WaitQueues terminal_queues(World& world, const OpenFile& file);

inline constexpr int kTerminalSides = 2 * kMaxTerminals;

/// True if something is in flight to `side` (two of each terminal, the master first).
bool has_input_in_flight(const World& world, int side);
/// True if a look at `side` makes sure that what is in flight arrives.
bool look_fetches_input(const World& world, int side);
/// The oldest write in flight to `side` arrives.
void let_input_arrive(Transition& transition, int side);

}  // namespace epollcheck
