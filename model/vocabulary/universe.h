// Universe: a small set of operations over fixed handles, in which all programs up to a length, or
// all reachable worlds, can be looked at.
//
// A universe starts with a setup that every program in it shares, and it may say which handles and
// data can be exchanged without changing anything, so that only one of two programs that differ by
// such a renaming is looked at. Universes are data (conformance/universes); this is their form in
// memory, and harness/program/universe_parser.h reads them.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/vocabulary/operation.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// An exchange of handles, and of numbers in the data of interests.
struct Exchange {
    std::vector<std::pair<std::int16_t, std::int16_t>> handles;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> data;
};

struct Universe {
    std::string name;
    std::string title;
    std::vector<std::string> handles;     // names; operations refer to them by index
    std::vector<Operation> setup;         // runs before every program
    std::vector<Operation> operations;    // what programs are made of
    std::vector<Operation> observations;  // what tells worlds apart, at the end of a program
    std::vector<Exchange> exchanges;
};

/// Numbers of operations of a universe.
using OperationNumber = std::uint8_t;
inline constexpr std::size_t kMaxUniverseOperations = 250;

/// For each operation of a universe the operation that it becomes by a renaming.
using Renaming = std::vector<OperationNumber>;

/// All renamings that the exchanges of `universe` generate, the identity first. Empty if an
/// exchange does not map the setup and the operations to themselves, or if there are more than 64.
std::vector<Renaming> renamings(const Universe& universe);

/// The setup, the numbered operations and, if wanted, the observations as one program.
Program universe_program(const Universe& universe, std::span<const OperationNumber> numbers,
                         bool with_observations);

}  // namespace epollcheck
