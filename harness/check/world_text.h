// World as text: the interest and ready lists of each instance, for people who want to know why.

#pragma once

#include <string>

#include "model/vocabulary/program.h"
#include "model/world/settings.h"
#include "model/world/world.h"

namespace epollcheck {

/// The lists of every instance in `world`, a line per instance and one per item: queued items in
/// the order of the ready list, then the others by handle. An item shows its file, interest and
/// data, what the file's poll method says now, and the rule that put it into the list or took it
/// out.
/// "" without an instance. Each line starts with `indent` and ends with a newline.
std::string world_text(const World& world, const Settings& settings, const Program& program,
                       const std::string& indent);

/// What `program` calls the open file `file`: the first handle that holds a descriptor of it, or
/// "descriptor N", or "a closed file".
std::string file_text(const World& world, const Program& program, int file);

}  // namespace epollcheck
