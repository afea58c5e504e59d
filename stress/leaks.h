// Leaks: what this process holds, and whether it is more than it was.
//
// A long run takes a snapshot at its start and at each rest, when all that it opened should be
// closed, and compares. Descriptors, watches and threads have to be as many as before; memory may
// fluctuate, so it has an allowance.
//
// How many watches an account has is known to the kernel but shown nowhere. What comes closest are
// the watches of all instances that this process has (the tfd lines in /proc/self/fdinfo,
// proc_pid_fdinfo(5)), and those of the whole system, where /proc/slabinfo can be read: watches
// that outlive their instance are seen nowhere else.

#pragma once

#include <string>
#include <vector>

namespace epollcheck {

/// What is held now. -1: cannot be read here.
struct Holdings {
    long descriptors = -1;     // open numbers
    long instances = -1;       // of these, numbers of epoll instances
    long watches = -1;         // of these instances; duplicates of an instance count again
    long threads = -1;         // of this process
    long resident_bytes = -1;  // memory of this process
    long system_watches = -1;  // of all processes together, about
};

/// By how much each may grow.
struct LeakAllowance {
    long descriptors = 0;
    long instances = 0;
    long watches = 0;
    long threads = 0;
    long resident_bytes = 64L << 20;
    long system_watches = 100'000;  // others may run, and the number is rough
};

struct Leak {
    std::string what;  // in the plural: "descriptors"
    long before = 0;
    long after = 0;
};

/// A snapshot. Takes a few system calls for each open descriptor.
Holdings take_snapshot();

/// What grew by more than it may. What could not be read at both times is no leak.
std::vector<Leak> find_leaks(const Holdings& before, const Holdings& after,
                             const LeakAllowance& allowance = {});

/// "7 descriptors, 1 instance, 3 watches, 1 thread, 12 MiB resident", for summaries.
std::string holdings_text(const Holdings& holdings);
/// "leak: descriptors grew from 7 to 9", a line for each.
std::string leaks_text(const std::vector<Leak>& leaks);

}  // namespace epollcheck
