// The interest list of an epoll descriptor as /proc/self/fdinfo shows it (proc_pid_fdinfo(5)).
//
// One line per item: `tfd: 5 events: 19 data: 1 pos:0 ino:1 sdev:1`, in the order of file
// addresses, which differs from run to run. Hence the list is sorted by (tfd, data, events) before
// it is used.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/executor/system_calls.h"
#include "model/vocabulary/result.h"

namespace epollcheck {

struct InterestLine {
    int fd = -1;
    Event event;

    friend bool operator==(const InterestLine&, const InterestLine&) = default;
};

/// The `tfd:` lines of `text`, sorted. Returns how many there are, -1 if one cannot be understood
/// or there are more than `lines` has room for.
int parse_interest_list(std::string_view text, std::span<InterestLine> lines);

/// Stores the interest list in `text` (see system_call::fdinfo_text) in `events`, which has room
/// for kMaxEvents, and returns the number of items; 0 for a descriptor that is no epoll instance,
/// -EOVERFLOW if the list is too long or not as documented.
system_call::Outcome interest_list(std::string_view text, Event* events);

}  // namespace epollcheck
