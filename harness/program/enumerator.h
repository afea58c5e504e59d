// The enumerator: all programs of one length over a universe, one after the other, without those
// that only rename what the universe says can be exchanged.
//
// Of all programs that are renamings of each other the lexicographically least one is made. A
// beginning that a renaming makes smaller cannot belong to such a program, so whole subtrees are
// left out. Shorter programs are not made: each is the beginning of longer ones, with the same
// answers.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/vocabulary/universe.h"

namespace epollcheck {

/// One of several parts of an enumeration that together are all of it.
struct Share {
    std::uint64_t index = 0;
    std::uint64_t count = 1;
};

class Enumerator {
public:
    static constexpr int kMaxLength = 32;

    /// Programs of `length` operations of `universe` that belong to `share`. Programs with the same
    /// first operations belong to the same share.
    Enumerator(const Universe& universe, int length, const Share& share);

    /// Moves to the next program, or to the first. False after the last one.
    bool next();
    /// The numbers of the operations of the current program.
    [[nodiscard]] std::span<const OperationNumber> program() const { return program_; }
    /// The first place at which the current program differs from the one before it.
    [[nodiscard]] int first_change() const { return first_change_; }

    /// Makes the next call of next() move to `program`, which an earlier enumeration with the same
    /// arguments came to. False if it is no program of this enumeration.
    bool resume_at(std::span<const OperationNumber> program);

    /// How many programs there are in all shares together (Burnside's lemma).
    static double count(const Universe& universe, int length);

private:
    bool place(int depth, OperationNumber number);
    bool advance(int depth);
    [[nodiscard]] bool in_share() const { return prefixes_ % share_.count == share_.index; }

    Share share_;
    OperationNumber operations_;
    std::vector<Renaming> renamings_;
    std::vector<OperationNumber> program_;
    std::vector<std::uint64_t> ties_;  // by depth: renamings that leave the beginning as it is
    int prefix_length_;                // of what decides the share
    std::uint64_t prefixes_ = 0;       // number of the current prefix, from 0
    int first_change_ = 0;
    bool started_ = false;
    bool resumed_ = false;
};

}  // namespace epollcheck
