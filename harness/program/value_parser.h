// Values that stand in arguments and in answers alike: flags, event masks and descriptors.

#pragma once

#include <cstdint>
#include <span>

#include "harness/program/handle_names.h"
#include "harness/program/line_cursor.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

/// Names of `flags` joined by `|`, or 0. A number is taken only for bits without a name: it is in
/// our own numbering (see flag::), so a number from a C header would mean something else than
/// intended.
std::uint64_t parse_flags(LineCursor& cursor, std::span<const FlagName> flags);

/// Event names joined by `|`, with or without prefix, and numbers for further bits.
EventMask parse_event_mask(LineCursor& cursor);

/// `usecs, budget, prefer, pad}`: what follows the opening brace, packed (BusyPollParams).
std::uint64_t parse_busy_poll_params(LineCursor& cursor);

/// A handle, or a descriptor number.
Descriptor parse_descriptor(LineCursor& cursor, HandleNames& handles);

}  // namespace epollcheck
