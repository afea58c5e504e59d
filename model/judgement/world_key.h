// World keys: 128 bits that are equal for worlds which no program can tell apart at tier exact.
//
// A world remembers more than matters: in which record of an array an object lies, how often the
// ready list was used, which rule queued an item. The key is a hash of a canonical form without all
// that: objects are numbered in the order in which the descriptors lead to them, ranks and stamps
// are reduced to their order, and what only looser tiers use is left out.
//
// Two different worlds share a key by chance only: for 10 million worlds with a probability below
// 2^-80. That equal keys mean equal behaviour is checked by the explorer (explorer.h).

#pragma once

#include <cstdint>

#include "model/world/world.h"

namespace epollcheck {

struct WorldKey {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    friend bool operator==(const WorldKey&, const WorldKey&) = default;
};

/// Hashes words one after the other into a key (two lanes of multiply and fold).
class KeyMixer {
public:
    void add(std::uint64_t word) {
        key_.low = fold(key_.low ^ word, 0x9e3779b97f4a7c15U);
        key_.high = fold(key_.high + word, 0xd6e8feb86659fd93U) + word;
    }
    [[nodiscard]] WorldKey key() const {
        return {fold(key_.low ^ 0xa0761d6478bd642fU, 0xe7037ed1a0b428dbU),
                fold(key_.high ^ 0x8ebc6af09c88c6e3U, 0x589965cc75374cc3U)};
    }

private:
    static std::uint64_t fold(std::uint64_t left, std::uint64_t right) {
        const auto product = static_cast<unsigned __int128>(left) * right;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }

    WorldKey key_{0x2d358dccaa6c78a5U, 0x8bb84b93962eacc9U};
};

/// The key of `world`, of which only the first `handle_count` handles are looked at.
WorldKey world_key(const World& world, int handle_count);

}  // namespace epollcheck
