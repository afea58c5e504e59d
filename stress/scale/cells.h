// Cells: what is measured, one cell for each size of each series.
//
// A series is a cost against a size; its name is the key of the expectations and of the records.
//
//     wait            epoll_wait with one ready file, against idle watches
//     poll, select    the same question to poll(2) and select(2)
//     add, mod, del   epoll_ctl, against the length of the interest list
//     wake            a write to a file, against the instances that watch it
//     harvest         epoll_wait with 256 ready files, against maxevents; it gives events per
//     second

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "stress/scale/idle_watches.h"

namespace epollcheck::scale {

struct Cell {
    std::string series;
    double size = 0;
    /// Makes so many calls and returns the processor time that they took together, in ns. Throws
    /// ScaleError if one was answered wrongly.
    std::function<double(int calls)> measure;
};

/// These refer to `watches`, which outlives the cells.
void add_wait_cells(const IdleWatches& watches, std::vector<Cell>& cells);
void add_control_cells(const IdleWatches& watches, std::vector<Cell>& cells);
void add_poll_cells(const IdleWatches& watches, std::vector<Cell>& cells);
void add_select_cells(const IdleWatches& watches, std::vector<Cell>& cells);

/// Cells that have instances of their own; as many sizes as `descriptors` suffice for.
void add_wake_cells(std::size_t descriptors, std::vector<Cell>& cells);
void add_harvest_cells(std::vector<Cell>& cells);

}  // namespace epollcheck::scale
