// What a program with threads cannot have here, found before anything runs.
//
// While threads run side by side nobody may make descriptors: which number a call gets would be a
// race, and harness and program would share it. And nothing may act on the program's descriptors
// but its threads and its second process, or nobody could say that they are at rest: no children,
// no signals of the program. While the second process makes a call, the harness can make none
// there, so nothing may need one (timers, terminals, internet sockets). Packets are in order,
// because no call of a thread is over before what it sent has arrived (loopback.h); input of
// terminals too, since the model lets it arrive at any time.

#pragma once

#include <optional>
#include <span>

#include "harness/executor/harness_error.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

/// Why a program with threads cannot be run, or nothing; a program without threads always can.
std::optional<HarnessError> find_obstacle_to_threads(std::span<const Operation> operations);

/// True for operations after which other threads of this process have another descriptor table.
bool leaves_descriptor_table(const Operation& operation);

bool makes_internet_socket(const Operation& operation);

/// The number of operations from the first one up to a barrier, without it.
std::size_t section_length(std::span<const Operation> operations);

/// True if threads other than T1 have operations among these.
bool is_concurrent(std::span<const Operation> section);

}  // namespace epollcheck
