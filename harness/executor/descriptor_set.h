// DescriptorSet: a set of descriptors for select(2), without the limit of the C library.
//
// The kernel takes sets of any size; only fd_set ends at FD_SETSIZE (1024). Programs may get larger
// numbers, because the executor starts above all that the process has open.

#pragma once

#include <climits>
#include <cstddef>
#include <vector>

namespace epollcheck {

class DescriptorSet {
public:
    /// Makes an empty set with room for descriptors below `count`. Keeps its memory.
    void clear(int count) { words_.assign(static_cast<std::size_t>(count) / kWordBits + 1, 0); }
    void add(int fd) { words_[word(fd)] |= bit(fd); }
    [[nodiscard]] bool has(int fd) const { return (words_[word(fd)] & bit(fd)) != 0; }
    /// What the kernel reads and writes.
    [[nodiscard]] unsigned long* data() { return words_.data(); }

private:
    static constexpr std::size_t kWordBits = sizeof(unsigned long) * CHAR_BIT;
    static std::size_t word(int fd) { return static_cast<std::size_t>(fd) / kWordBits; }
    static unsigned long bit(int fd) { return 1UL << (static_cast<std::size_t>(fd) % kWordBits); }

    std::vector<unsigned long> words_;
};

}  // namespace epollcheck
