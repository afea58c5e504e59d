// PluginTarget: an epoll in user space, loaded into this process as a shared library.
//
// Programs run as on the kernel below, by the same executor; only the epoll family and what closes,
// duplicates and polls descriptors goes to the library (harness/executor/calls.h). A library that
// crashes takes this process with it, so use one that may do so in a process of its own.

#pragma once

#include <memory>
#include <string>
#include <variant>

#include "harness/executor/calls.h"
#include "harness/target/in_process_target.h"
#include "harness/target/plugin_library.h"

namespace epollcheck {

class PluginTarget final : public Target {
public:
    /// Loads the library at `path`, and sets up an executor for it. There may be one such target at
    /// a time.
    static std::variant<std::unique_ptr<PluginTarget>, HarnessError> open(const std::string& path);

    [[nodiscard]] const epollcheck_plugin& plugin() const { return library_.table(); }

    std::optional<HarnessError> measure(Capacities& capacities) override;
    std::optional<HarnessError> measure_charge(int socket_type, std::uint32_t length,
                                               std::uint32_t& charge) override {
        return this_machine().measure_charge(socket_type, length, charge);
    }
    [[nodiscard]] std::string kernel() const override;
    [[nodiscard]] std::string cannot_run(std::span<const Operation> operations) const override;
    std::optional<HarnessError> run(std::span<const Operation> operations, int handle_count,
                                    Trace& trace) override;
    std::optional<HarnessError> run_concurrent(std::span<const Operation> operations,
                                               int handle_count, const Schedule& schedule,
                                               ConcurrentTrace& trace) override;
    void ask_about(Executor::Asked asked) override { executor_.ask_about(asked); }
    [[nodiscard]] Executor::Asked asked() const override { return executor_.asked(); }
    [[nodiscard]] const std::optional<ReadinessDisagreement>& disagreement() const override {
        return executor_.disagreement();
    }

private:
    explicit PluginTarget(PluginLibrary library);

    PluginLibrary library_;
    Executor executor_;
};

}  // namespace epollcheck
