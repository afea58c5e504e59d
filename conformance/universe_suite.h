// Universe suite: the universes that the binary carries (conformance/universes), and those in
// files.

#pragma once

#include <string>
#include <variant>
#include <vector>

#include "model/vocabulary/universe.h"

namespace epollcheck {

/// The names of all universes that the binary carries, sorted.
std::vector<std::string> universe_names();

/// The universe called `name`, or the one in the file at `name` if that ends in ".universe". Else a
/// message that says what is wrong.
std::variant<Universe, std::string> load_universe(const std::string& name);

}  // namespace epollcheck
