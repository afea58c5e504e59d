// Components: which operations of a program have nothing to do with each other.
//
// Two operations belong together if they are about the same file, about a file and an instance that
// watches it or comes to watch it, or about the two ends of a pipe or of a connection. A history is
// explained if each component of it is: nothing that one does can be seen in another.

#pragma once

#include <span>
#include <vector>

#include "model/vocabulary/operation.h"
#include "model/world/world.h"

namespace epollcheck {

struct Components {
    int count = 0;
    std::vector<int> of_operation;  // 0 ... count - 1; of no meaning for barriers
};

/// The components of the operations from `first` on; `start` is the world before them.
Components components_of(std::span<const Operation> operations, std::size_t first,
                         const World& start);

}  // namespace epollcheck
