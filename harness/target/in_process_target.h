// In-process target: the kernel below this process, called without a detour.

#pragma once

#include <memory>

#include "harness/target/target.h"

namespace epollcheck {

/// "Linux 6.18.0 x86_64", as `uname -srm` prints it.
std::string local_kernel_text();

class InProcessTarget final : public Target {
public:
    InProcessTarget() = default;
    /// With another idea of what epoll, poll and select say, see Executor.
    explicit InProcessTarget(std::unique_ptr<ReadinessSource> readiness)
        : executor_(std::move(readiness)) {}

    /// Why programs cannot be run here, or nothing.
    [[nodiscard]] const std::optional<HarnessError>& setup_error() const {
        return executor_.setup_error();
    }

    std::optional<HarnessError> measure(Capacities& capacities) override {
        return this_machine().measure(capacities);
    }
    std::optional<HarnessError> measure_charge(int socket_type, std::uint32_t length,
                                               std::uint32_t& charge) override {
        return this_machine().measure_charge(socket_type, length, charge);
    }
    [[nodiscard]] std::string kernel() const override { return local_kernel_text(); }
    std::optional<HarnessError> run(std::span<const Operation> operations, int handle_count,
                                    Trace& trace) override {
        return executor_.run(operations, handle_count, trace);
    }
    std::optional<HarnessError> run_concurrent(std::span<const Operation> operations,
                                               int handle_count, const Schedule& schedule,
                                               ConcurrentTrace& trace) override {
        return executor_.run_concurrent(operations, handle_count, schedule, trace);
    }
    void ask_about(Executor::Asked asked) override { executor_.ask_about(asked); }
    [[nodiscard]] Executor::Asked asked() const override { return executor_.asked(); }
    [[nodiscard]] const std::optional<ReadinessDisagreement>& disagreement() const override {
        return executor_.disagreement();
    }

private:
    Executor executor_;
};

}  // namespace epollcheck
