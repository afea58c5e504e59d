// `epollcheck stress scale`. See verb_stress_scale.h.

#include "harness/cli/verb_stress_scale.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <memory>

#include "harness/cli/duration.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/open_target.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "harness/target/in_process_target.h"
#include "harness/target/make_target.h"
#include "harness/target/plugin_calls.h"
#include "harness/target/plugin_library.h"
#include "stress/scale/scale_text.h"

namespace epollcheck {

namespace {

using scale::Strictness;

constexpr const char* kFooter =
    R"(Each cost is measured at many sizes, in turns, and gets a statement: it is flat, logarithmic
or linear in the size, or unclear, with the reason. Expected of epoll is what programs choose it
for: a wait does not grow with the files that are idle (flat), epoll_ctl grows with the logarithm
of the interest list, and a write to a file wakes each instance that watches it (linear). poll
and select stand beside it: they are linear. Costs are processor time: other load does not count.

--strict none only states; bound (the default) objects to costs that grow faster than expected;
exact objects to any other growth, too.

An epoll in user space is measured with --target NAME or --plugin FILE; poll, select, wake-ups and
memory are the kernel's and are left out there.

The exit code is 0 if all is as expected, 1 if a cost or the fairness contradicts what is expected,
5 if something is unclear, 130 after Ctrl-C, which keeps and prints what was measured.

Examples:
  epollcheck stress scale
  epollcheck stress scale --for 2m --format jsonl > scale.jsonl
  epollcheck report scale.jsonl -o scale.html        plots of it
  epollcheck stress scale --plugin ./libmyepoll.so --strict none)";

struct StressScaleOptions {
    TargetChoice target;
    std::string plugin;
    std::string format = "human";
    scale::ScaleOptions scale;
};

/// What a plug-in does to this process, as long as it lives.
class PluginInUse {
public:
    explicit PluginInUse(PluginLibrary library)
        : library_(std::move(library)), use_(plugin_calls(library_.table())) {}
    ~PluginInUse() { library_.table().reset(); }
    PluginInUse(const PluginInUse&) = delete;
    PluginInUse& operator=(const PluginInUse&) = delete;

    [[nodiscard]] std::string name() const { return library_.table().name; }

private:
    PluginLibrary library_;
    system_call::UseCalls use_;
};

/// Loads the plug-in that was chosen, if one was. The exit code if something is wrong, having said
/// so; else 0.
int open_chosen(const StressScaleOptions& options, scale::ScaleHeader& header,
                std::unique_ptr<PluginInUse>& plugin) {
    TargetChoice choice = options.target;
    if (!options.plugin.empty()) {
        choice.name = options.plugin;
    }
    const auto chosen = choose_target(choice);
    if (const auto* wrong = std::get_if<std::string>(&chosen)) {
        complain(*wrong);
        return exit_code::kUsage;
    }
    const auto& target = std::get<ChosenTarget>(chosen);
    header.target = target.name();
    header.kernel = local_kernel_text();
    if (header.target == kInProcessTarget) {
        return 0;
    }
    if (target.description.how != Transport::kPlugIn) {
        complain(
            fmt::format("costs are measured in this process, so '{}' cannot be measured from "
                        "here; run `epollcheck stress scale` there",
                        header.target));
        return exit_code::kUsage;
    }
    auto loaded = PluginLibrary::load(plugin_path(target.description));
    if (const auto* error = std::get_if<HarnessError>(&loaded)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    plugin = std::make_unique<PluginInUse>(std::move(std::get<PluginLibrary>(loaded)));
    header.kernel = plugin->name() + " on " + header.kernel;
    return 0;
}

int exit_code_for(const scale::ScaleResult& result) {
    const auto verdict = result.verdict();
    return result.interrupted                        ? exit_code::kInterrupted
           : verdict == scale::Verdict::kContradicts ? exit_code::kDeviation
           : verdict == scale::Verdict::kUnclear     ? exit_code::kInconclusive
                                                     : exit_code::kConforms;
}

int stress_scale(const StressScaleOptions& options) {
    scale::ScaleHeader header;
    std::unique_ptr<PluginInUse> plugin;
    if (const int code = open_chosen(options, header, plugin); code != 0) {
        return code;
    }
    watch_for_interrupt();
    scale::ScaleOptions wanted = options.scale;
    wanted.is_kernel = plugin == nullptr;
    wanted.interrupted = interrupted;
    std::variant<scale::ScaleResult, HarnessError> measured;
    {
        Progress progress("seconds", static_cast<std::size_t>(wanted.seconds));
        const auto start = std::chrono::steady_clock::now();
        wanted.progress = [&](const std::string& note) {
            const auto spent = std::chrono::steady_clock::now() - start;
            progress.show(static_cast<std::size_t>(spent / std::chrono::seconds(1)), note);
        };
        measured = scale::measure_scale(wanted);
    }
    if (const auto* error = std::get_if<HarnessError>(&measured)) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    const auto& result = std::get<scale::ScaleResult>(measured);
    const int code = exit_code_for(result);
    print(options.format == "jsonl" ? scale::scale_json(header, result, code)
                                    : scale::scale_table(header, result));
    return code;
}

}  // namespace

RunVerb add_stress_scale_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<StressScaleOptions>();
    command.footer(kFooter);
    add_target_options(command, options->target);
    command.add_option("--plugin", options->plugin, "a library with an epoll of its own")
        ->option_text("FILE.so");
    add_duration_option(command, options->scale.seconds);
    command.add_option("--rounds", options->scale.rounds, "rounds of measurements at most")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000));
    command.add_option("--largest", options->scale.largest, "watches at most")
        ->capture_default_str()
        ->check(CLI::Range(10, 1'000'000));
    const std::map<std::string, Strictness> strictness = {
        {"none", Strictness::kNone}, {"bound", Strictness::kBound}, {"exact", Strictness::kExact}};
    command.add_option("--strict", options->scale.strictness, "none, bound or exact")
        ->option_text("bound")
        ->transform(CLI::CheckedTransformer(strictness));
    command.add_option("--format", options->format, "human, or jsonl: one record per line")
        ->capture_default_str()
        ->check(CLI::IsMember({"human", "jsonl"}));
    return [options] { return stress_scale(*options); };
}

}  // namespace epollcheck
