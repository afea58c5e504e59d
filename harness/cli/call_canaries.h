// Call canaries: the seeded defects of the model (model/rules/defect.h) as subjects of the fuzzer.
// No kernel takes part: the model with the defect is the target, and for the same seed the same
// inputs are tried.

#pragma once

#include "harness/cli/canary_hunts.h"

namespace epollcheck {

class CallCanaries final : public Canaries {
public:
    [[nodiscard]] std::vector<CanaryResult> all() const override;
    [[nodiscard]] Reach reach() const override { return Reach::kModel; }
    [[noreturn]] void hunt(std::size_t index, FuzzerLoop loop, Catch& caught) override;
};

}  // namespace epollcheck
