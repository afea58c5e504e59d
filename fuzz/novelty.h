// Novelty: which programs reach something in the model that no earlier one has reached. It runs
// them in the model alone, so the answer is the same on every machine.

#pragma once

#include <memory>
#include <vector>

#include "fuzz/feedback.h"

namespace epollcheck {

class Novelty {
public:
    /// `counters` of Feedback count, the first ones.
    explicit Novelty(std::size_t counters);
    ~Novelty();

    /// True if the program that these bytes stand for reaches something new; then it has.
    bool is_new(std::span<const std::uint8_t> bytes);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
    std::vector<bool> seen_;
};

}  // namespace epollcheck
