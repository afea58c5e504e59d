// Mutator: changes of programs that leave programs. What a fuzzer of bytes does to bytes, this does
// to operations, so that hardly any try is wasted.
//
// New operations come from the weighted generator, which knows what makes sense; handles of what
// comes from another program are matched by the kind of file that they name. Every result is made
// lawful.

#pragma once

#include <cstdint>

#include "fuzz/lawful.h"
#include "harness/program/random.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// The kinds of change.
enum class Change : std::uint8_t {
    kInsert,     // some operations of a random program
    kDelete,     // some operations
    kSwap,       // two operations
    kSplice,     // the end becomes that of another program
    kRetarget,   // another handle in one argument
    kFlip,       // a flag, a number or a pointer of an operation
    kDuplicate,  // a block of operations once more, somewhere
    kThread,     // another thread, or another process, makes a call
    kRace,       // a block of calls once more by a thread that has none
};
inline constexpr int kChanges = static_cast<int>(Change::kRace) + 1;

class Mutator {
public:
    Mutator(std::uint64_t seed, Reach reach) : random_(seed), reach_(reach) {}

    /// Makes one to four changes. The first of them.
    Change mutate(Program& program);
    /// Makes this change, and the program lawful.
    void change(Program& program, Change change);
    /// The beginning of `left` and the end of `right`.
    Program cross(const Program& left, const Program& right);

private:
    std::size_t place(const Program& program);
    void splice_in(Program& program, std::size_t at, std::span<const Operation> block,
                   const Program& whole, std::size_t first);
    void insert(Program& program);
    void remove(Program& program);
    void swap(Program& program);
    void retarget(Program& program);
    void flip(Program& program);
    void duplicate(Program& program);
    void assign_thread(Program& program);
    void race(Program& program);

    Random random_;
    Reach reach_;
};

}  // namespace epollcheck
