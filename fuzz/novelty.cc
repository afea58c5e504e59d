// Novelty. See novelty.h.

#include "fuzz/novelty.h"

#include <algorithm>

#include "fuzz/no_findings.h"
#include "fuzz/sequential_subject.h"
#include "harness/check/calibrate.h"
#include "harness/check/model_target.h"

namespace epollcheck {

struct Novelty::Parts {
    Parts()
        : target(named_profiles().back()),
          judge(named_profiles().back(), calibration),
          subject({target, judge, calibration}, Tier::kExact, Reach::kModel, nullptr, listener) {
        calibrate(target, calibration);
    }

    NoFindings listener;
    Calibration calibration;
    ModelTarget target;
    Judge judge;
    SequentialSubject subject;
};

Novelty::Novelty(std::size_t counters)
    : parts_(std::make_unique<Parts>()), seen_(counters, false) {}

Novelty::~Novelty() = default;

bool Novelty::is_new(std::span<const std::uint8_t> bytes) {
    const auto counters = Feedback::counters();
    std::ranges::fill(counters, 0);
    parts_->subject.run(bytes);
    bool is_new = false;
    for (std::size_t i = 0; i < seen_.size(); ++i) {
        if (counters[i] != 0 && !seen_[i]) {
            seen_[i] = true;
            is_new = true;
        }
    }
    return is_new;
}

}  // namespace epollcheck
