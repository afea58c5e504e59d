// Covering programs: for every class of worlds and every operation the shortest program that takes
// that operation in a world of that class.
//
// Followed by the observations of the universe they are the part of a conformance suite that nobody
// has to write. They depend on the universe and on the settings only.

#pragma once

#include <vector>

#include "model/judgement/explorer.h"

namespace epollcheck {

struct CoveringProgram {
    std::vector<OperationNumber> numbers;  // the last one is the operation that is covered
    std::size_t world_class = 0;           // of the world before it, numbered from 0 as found
};

/// The covering programs of the first `most_worlds` worlds of `universe`, shortest first.
std::vector<CoveringProgram> covering_programs(const Universe& universe, const Settings& settings,
                                               std::uint64_t most_worlds);

}  // namespace epollcheck
