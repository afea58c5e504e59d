// The world table. See world_table.h.

#include "model/judgement/world_table.h"

#include <algorithm>

namespace epollcheck {

namespace {

/// Slots per world: the table is never more than three quarters full.
constexpr std::uint64_t slots_for(std::uint64_t worlds) { return worlds + worlds / 3 + 1; }

}  // namespace

WorldTable::WorldTable(std::size_t bytes, std::uint64_t most_worlds) {
    constexpr std::uint64_t kLargestIndex = kNone - 1;
    const std::uint64_t fitting =
        static_cast<std::uint64_t>(bytes) * 3 / (3 * sizeof(Node) + 4 * sizeof(Index));
    most_worlds_ = std::clamp<std::uint64_t>(std::min(fitting, most_worlds), 1, kLargestIndex);
    nodes_.reserve(most_worlds_);
    slots_.resize(slots_for(most_worlds_));
}

std::size_t WorldTable::slot_of(const WorldKey& key) const {
    // The high bits of a product spread the keys evenly over a table of any size.
    return static_cast<std::size_t>(static_cast<unsigned __int128>(key.low) * slots_.size() >> 64);
}

WorldTable::Index WorldTable::find(const WorldKey& key) const {
    for (std::size_t slot = slot_of(key); slots_[slot] != 0;
         slot = slot + 1 == slots_.size() ? 0 : slot + 1) {
        const Index index = slots_[slot] - 1;
        if (nodes_[index].key == key) {
            return index;
        }
    }
    return kNone;
}

WorldTable::Index WorldTable::add(const Node& node) {
    if (full()) {
        return kNone;
    }
    std::size_t slot = slot_of(node.key);
    while (slots_[slot] != 0) {
        slot = slot + 1 == slots_.size() ? 0 : slot + 1;
    }
    nodes_.push_back(node);
    slots_[slot] = size();
    return size() - 1;
}

std::size_t WorldTable::bytes_reserved() const {
    return nodes_.capacity() * sizeof(Node) + slots_.size() * sizeof(Index);
}

std::size_t WorldTable::bytes_used() const {
    return nodes_.size() * sizeof(Node) + slots_.size() * sizeof(Index);
}

std::vector<OperationNumber> WorldTable::path(Index index) const {
    std::vector<OperationNumber> numbers;
    for (; nodes_[index].parent != kNone; index = nodes_[index].parent) {
        numbers.push_back(nodes_[index].operation);
    }
    std::reverse(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace epollcheck
