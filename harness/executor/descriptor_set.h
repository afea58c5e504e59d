// DescriptorSet: a set of descriptors for select(2), without the limit of the C library.
//
// The kernel takes sets of any size; only fd_set ends at FD_SETSIZE (1024). Programs may get larger
// numbers, because the executor starts above all that the process has open.

#pragma once

#include <algorithm>
#include <climits>
#include <cstddef>
#include <vector>

namespace epollcheck {

/// A set in memory of the caller's.
class DescriptorSetAt {
public:
    static constexpr int kMostNumbers = 1 << 20;  // no descriptor table is larger here
    static constexpr std::size_t kBytes = kMostNumbers / CHAR_BIT + sizeof(unsigned long);

    /// A set in `memory` of kBytes.
    explicit DescriptorSetAt(void* memory) : words_(static_cast<unsigned long*>(memory)) {}
    /// Makes it an empty set for descriptors below `count`.
    void clear(int count) const { std::fill_n(words_, words_for(count), 0UL); }
    static std::size_t words_for(int count) {
        return static_cast<std::size_t>(count) / kWordBits + 1;
    }
    void add(int fd) const { words_[word(fd)] |= bit(fd); }
    [[nodiscard]] bool has(int fd) const { return (words_[word(fd)] & bit(fd)) != 0; }
    /// What the kernel reads and writes.
    [[nodiscard]] unsigned long* data() const { return words_; }

private:
    static constexpr std::size_t kWordBits = sizeof(unsigned long) * CHAR_BIT;
    static std::size_t word(int fd) { return static_cast<std::size_t>(fd) / kWordBits; }
    static unsigned long bit(int fd) { return 1UL << (static_cast<std::size_t>(fd) % kWordBits); }

    unsigned long* words_;
};

/// A set with memory of its own, which it keeps.
class DescriptorSet {
public:
    void clear(int count) { words_.assign(DescriptorSetAt::words_for(count), 0); }
    void add(int fd) { DescriptorSetAt(data()).add(fd); }
    [[nodiscard]] bool has(int fd) { return DescriptorSetAt(data()).has(fd); }
    [[nodiscard]] unsigned long* data() { return words_.data(); }

private:
    std::vector<unsigned long> words_;
};

}  // namespace epollcheck
