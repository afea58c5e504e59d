// Defective target: the model with one seeded defect, as an implementation that runs programs.
//
// With it everything that is done with a broken implementation (shrinking, reproducers) can be seen
// at work on a machine whose kernel is sound.

#pragma once

#include "harness/check/judge.h"
#include "harness/target/target.h"
#include "model/rules/defect.h"

namespace epollcheck {

class DefectiveTarget final : public Target {
public:
    /// The judge has the profile and the capacities; it outlives the target.
    DefectiveTarget(Defect defect, const Judge& judge) : defect_(defect), judge_(judge) {}

    std::optional<HarnessError> measure(Capacities& capacities) override {
        return this_machine().measure(capacities);
    }
    std::optional<HarnessError> measure_charge(int socket_type, std::uint32_t length,
                                               std::uint32_t& charge) override {
        return this_machine().measure_charge(socket_type, length, charge);
    }
    [[nodiscard]] std::string kernel() const override;
    /// The trace ends where the model cannot follow.
    std::optional<HarnessError> run(std::span<const Operation> operations, int handle_count,
                                    Trace& trace) override;
    void ask_about(Executor::Asked asked) override { asked_ = asked; }
    [[nodiscard]] Executor::Asked asked() const override { return asked_; }
    [[nodiscard]] const std::optional<ReadinessDisagreement>& disagreement() const override {
        return none_;
    }

private:
    Defect defect_;
    const Judge& judge_;
    Executor::Asked asked_ = Executor::Asked::kAll;
    std::optional<ReadinessDisagreement> none_;  // the model is of one mind
};

}  // namespace epollcheck
