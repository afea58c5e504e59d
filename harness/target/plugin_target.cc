// Plug-in target. See plugin_target.h.

#include "harness/target/plugin_target.h"

#include <utility>

#include "harness/target/plugin_calls.h"
#include "harness/target/plugin_limits.h"

namespace epollcheck {

namespace {

/// The kernel does not know the instances of a plug-in, so it cannot be asked whether poll, select
/// and epoll agree.
class NobodyToAsk final : public ReadinessSource {
public:
    std::optional<HarnessError> set_up() override { return std::nullopt; }
    bool ask(std::span<const int>, std::span<ReadinessAnswers>) override { return false; }
};

}  // namespace

PluginTarget::PluginTarget(PluginLibrary library)
    : library_(std::move(library)), executor_(std::make_unique<NobodyToAsk>()) {}

std::variant<std::unique_ptr<PluginTarget>, HarnessError> PluginTarget::open(
    const std::string& path) {
    auto loaded = PluginLibrary::load(path);
    if (auto* error = std::get_if<HarnessError>(&loaded)) {
        return *error;
    }
    std::unique_ptr<PluginTarget> target(
        new PluginTarget(std::move(std::get<PluginLibrary>(loaded))));
    if (const auto& error = target->executor_.setup_error()) {
        return *error;
    }
    return target;
}

std::optional<HarnessError> PluginTarget::measure(Capacities& capacities) {
    if (auto error = this_machine().measure(capacities)) {
        return error;
    }
    // What the kernel offers for its own instances.
    capacities.has_epoll_pwait2 = plugin().pwait2 != nullptr;
    capacities.has_ring_control = false;
    capacities.has_ring_wait = false;
    capacities.has_rings = false;
    capacities.has_busy_poll = false;
    capacities.keeps_wakeup = false;
    capacities.may_limit_watches = false;
    return std::nullopt;
}

std::string PluginTarget::kernel() const {
    return std::string(plugin().name) + " on " + local_kernel_text();
}

std::string PluginTarget::cannot_run(std::span<const Operation> operations) const {
    return plugin_cannot_run(plugin(), operations);
}

std::optional<HarnessError> PluginTarget::run(std::span<const Operation> operations,
                                              int handle_count, Trace& trace) {
    if (std::string reason = cannot_run(operations); !reason.empty()) {
        trace.clear();
        return HarnessError{"the program cannot run on a plug-in: " + reason};
    }
    const system_call::UseCalls use(plugin_calls(plugin()));
    return executor_.run(operations, handle_count, trace);
}

std::optional<HarnessError> PluginTarget::run_concurrent(std::span<const Operation> operations,
                                                         int handle_count, const Schedule& schedule,
                                                         ConcurrentTrace& trace) {
    trace.clear();
    if (std::string reason = cannot_run(operations); !reason.empty()) {
        return HarnessError{"the program cannot run on a plug-in: " + reason};
    }
    const system_call::UseCalls use(plugin_calls(plugin()));
    return executor_.run_concurrent(operations, handle_count, schedule, trace);
}

}  // namespace epollcheck
