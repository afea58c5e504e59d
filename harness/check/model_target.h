// Model target: the model as an implementation of epoll, sound or with one seeded defect.
//
// It answers every program from the model and touches no kernel, so it is the same on every
// machine. The sound one conforms by construction; one with a defect (model/rules/defect.h) is a
// faulty implementation at hand, to see what epollcheck says about such and to test it by.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "harness/target/target.h"
#include "model/rules/defect.h"
#include "model/rules/profile.h"
#include "model/world/calibration.h"

namespace epollcheck {

class ModelTarget final : public Target {
public:
    explicit ModelTarget(const Profile& profile, Defect defect = Defect::kNone);

    /// The machine that the model pretends to be.
    Calibration& machine() { return calibration_; }

    std::optional<HarnessError> measure(Capacities& capacities) override;
    std::optional<HarnessError> measure_charge(int socket_type, std::uint32_t length,
                                               std::uint32_t& charge) override;
    [[nodiscard]] std::string kernel() const override;
    /// A program that the model cannot follow to its end is an error.
    std::optional<HarnessError> run(std::span<const Operation> operations, int handle_count,
                                    Trace& trace) override;
    /// There is nothing else that could be asked.
    void ask_about(Executor::Asked asked) override { asked_ = asked; }
    [[nodiscard]] Executor::Asked asked() const override { return asked_; }
    [[nodiscard]] const std::optional<ReadinessDisagreement>& disagreement() const override {
        return disagreement_;
    }

private:
    Profile profile_;
    Defect defect_;
    Calibration calibration_;
    Executor::Asked asked_ = Executor::Asked::kAll;
    std::optional<ReadinessDisagreement> disagreement_;
};

/// True for "model" and "model:..." (a defect by id or name, "model:D-07").
bool is_model_target(std::string_view name);

/// The defect that `name` asks for (kNone for "model"), or what is wrong with it.
std::variant<Defect, std::string> model_target_defect(std::string_view name);

/// "the model", "the model with the defect EdgeIsLevel: ...".
std::string model_target_title(Defect defect);

}  // namespace epollcheck
