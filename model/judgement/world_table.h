// World table: which worlds the explorer has seen, and how it came to them.
//
// A world is kept as its key, the world that it was first reached from and the operation that led
// there: 24 bytes, and a third of a word of hash table. The path to a world can be read back, so
// the world itself need not be kept. All memory is taken at the start and bounded.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/judgement/world_key.h"
#include "model/vocabulary/universe.h"

namespace epollcheck {

class WorldTable {
public:
    using Index = std::uint32_t;
    static constexpr Index kNone = 0xffffffffU;

    struct Node {
        WorldKey key;
        Index parent = kNone;
        OperationNumber operation = 0;  // that led here from the parent
        std::uint8_t outcome = 0;       // which of its outcomes it was
        std::uint16_t depth = 0;        // length of the shortest program that leads here
    };

    /// A table that takes at most `bytes` and at most `most_worlds` worlds.
    WorldTable(std::size_t bytes, std::uint64_t most_worlds);

    /// The index of the world with `key`, or kNone.
    [[nodiscard]] Index find(const WorldKey& key) const;
    /// Adds a world that find() did not find. kNone if the table is full.
    Index add(const Node& node);

    [[nodiscard]] const Node& operator[](Index index) const { return nodes_[index]; }
    [[nodiscard]] Index size() const { return static_cast<Index>(nodes_.size()); }
    [[nodiscard]] bool full() const { return nodes_.size() == most_worlds_; }
    /// Bytes that the table may take: they are reserved from the start.
    [[nodiscard]] std::size_t bytes_reserved() const;
    /// Bytes that are in use.
    [[nodiscard]] std::size_t bytes_used() const;

    /// The numbers of the operations that lead from the setup to world `index`.
    [[nodiscard]] std::vector<OperationNumber> path(Index index) const;

private:
    [[nodiscard]] std::size_t slot_of(const WorldKey& key) const;

    std::uint64_t most_worlds_;
    std::vector<Node> nodes_;
    std::vector<Index> slots_;  // open addressing, linear probing: index + 1, or 0
};

}  // namespace epollcheck
