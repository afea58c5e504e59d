// Merge of results: the union of runs, such as the shards of one run or the runs of several
// targets.
//
// The union is of sets, so it does not matter in which order results are put together or how often
// the same ones are. Runs of the same target, kernel, profile, tier and version become one. Of a
// case that is there more than once with the same result the shortest duration is kept; results of
// one case that differ are all kept. What must not be counted twice (how many cases were selected,
// how long it took) is kept for each run that went in, as `parts` of the header.

#pragma once

#include <vector>

#include "reports/results.h"

namespace epollcheck {

/// The union of `runs`, in canonical order: by target, cases by id. A merged run has a summary if
/// all its parts have one; its exit code is the worst of theirs.
std::vector<Results> merge_runs(const std::vector<Results>& runs);

}  // namespace epollcheck
