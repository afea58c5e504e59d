// Kernel memory: what /proc says of it (proc_meminfo(5), slabinfo(5)), and what a watch costs.

#pragma once

#include <string>

namespace epollcheck::scale {

/// A line of /proc/meminfo in bytes, as "SUnreclaim"; -1 if it cannot be read.
double kernel_memory_bytes(const std::string& name);

/// A cache of kernel objects of one kind, of the whole system.
struct SlabCache {
    double objects = -1;       // in use, about: those that processors keep at hand count, too
    double object_bytes = -1;  // of each
};
/// The cache `name`, as "eventpoll_epi", which holds the watches. -1 in it if that cannot be read
/// (only root may) or is not listed (caches of one size are merged).
SlabCache slab_cache(const std::string& name);

/// The kernel's own idea of a watch in bytes: it lets an account have as many as fit into 4% of the
/// memory (eventpoll_init). -1 if it cannot be read; wrong if somebody has set max_user_watches.
double watch_bytes_by_limit();

}  // namespace epollcheck::scale
