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

/// Both halves of the product of 128 bits, folded into one; for compilers that know only 64 bits.
constexpr std::uint64_t fold_by_parts(std::uint64_t left, std::uint64_t right) {
    constexpr std::uint64_t kLow = 0xffffffff;
    const std::uint64_t outer = (left >> 32) * (right & kLow);
    const std::uint64_t inner =
        ((left & kLow) * (right & kLow) >> 32) + (outer & kLow) + (left & kLow) * (right >> 32);
    return (left * right) ^ ((left >> 32) * (right >> 32) + (outer >> 32) + (inner >> 32));
}

/// The same.
#ifdef __SIZEOF_INT128__
constexpr std::uint64_t fold(std::uint64_t left, std::uint64_t right) {
    const auto product = static_cast<unsigned __int128>(left) * right;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}
#else
constexpr std::uint64_t fold(std::uint64_t left, std::uint64_t right) {
    return fold_by_parts(left, right);
}
#endif
static_assert(fold(~std::uint64_t{0}, ~std::uint64_t{0}) ==
              fold_by_parts(~std::uint64_t{0}, ~std::uint64_t{0}));
static_assert(fold(0xe7037ed1a0b428dbU, 0x589965cc75374cc3U) ==
              fold_by_parts(0xe7037ed1a0b428dbU, 0x589965cc75374cc3U));

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
    WorldKey key_{0x2d358dccaa6c78a5U, 0x8bb84b93962eacc9U};
};

/// The key of `world`, of which only the first `handle_count` handles are looked at.
WorldKey world_key(const World& world, int handle_count);

}  // namespace epollcheck
