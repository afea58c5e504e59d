// `epollcheck targets`. See verb_targets.h.

#include "harness/cli/verb_targets.h"

#include <fmt/format.h>

#include <chrono>

#include "harness/cli/exit_code.h"
#include "harness/cli/open_target.h"
#include "harness/cli/terminal.h"
#include "harness/target/make_target.h"
#include "harness/target/process_target.h"
#include "harness/target/tree.h"
#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(A target is a file with a few lines; harness/targets/README.md explains them, and how to
write your own. With --check each target is started and asked who it is; the exit code is then 70
if one that seemed ready does not start.

Examples:
  epollcheck targets                     all targets, and which can start here
  epollcheck targets gvisor              what is known about one
  epollcheck targets --check             start them all
  epollcheck targets --check my.toml     does what I wrote work?)";

constexpr std::size_t kWidth = 100;  // columns

struct TargetsOptions {
    std::vector<std::string> names;
    std::string directory;
    bool check = false;
};

using Chosen = std::vector<ChosenTarget>;

std::string name_of(const ChosenTarget& chosen) {
    const std::string& argument = chosen.argument;
    return chosen.description.name + (argument.empty() ? "" : ":") + argument;
}

/// Why it cannot start here as it was named, or "".
std::string why_not(const ChosenTarget& chosen) {
    const TargetDescription& description = chosen.description;
    if (!description.argument.empty() && chosen.argument.empty()) {
        return fmt::format("it needs an argument: {}:{}", description.name, description.argument);
    }
    return why_not_here(description);
}

std::string indented(const std::string& text, std::size_t columns) {
    return wrap(text, std::string(columns, ' '), std::string(columns, ' '), kWidth);
}

std::string list_text(const Chosen& targets) {
    std::size_t width = 0;
    for (const ChosenTarget& chosen : targets) {
        width = std::max(width, name_of(chosen).size());
    }
    std::string text;
    for (const ChosenTarget& chosen : targets) {
        const std::string why = why_not(chosen);
        text += fmt::format("{:<{}}  {:<5}  {}\n", name_of(chosen), width,
                            why.empty() ? "ready" : "no", chosen.description.title);
        text += why.empty() ? "" : indented(why, width + 9);
    }
    return text;
}

std::string row(std::string_view what, const std::string& value) {
    constexpr std::size_t kColumn = 14;
    return value.empty() ? ""
                         : wrap(value, fmt::format("{:<{}}", what, kColumn),
                                std::string(kColumn, ' '), kWidth);
}

std::string details_text(const ChosenTarget& chosen) {
    const TargetDescription& description = chosen.description;
    std::string command;
    for (const std::string& word : description.command) {
        command += (command.empty() ? "" : " ") + word;
    }
    const std::string why = why_not(chosen);
    const bool is_process = !description.command.empty();
    return row("name", name_of(chosen)) + row("title", description.title) +
           row("file", description.path) + row("reached by", transport_name(description.how)) +
           row("command", command) + row("library", description.library) +
           row("executor", is_process ? description.executor : "") +
           row("calls", is_process ? description.calls : "") +
           row("argument", description.argument) +
           row("tier", std::string(tier_name(description.tier))) +
           row("profile", description.profile) +
           row("patience", is_process ? fmt::format("{} ms to start, {} ms to answer",
                                                    description.start_ms, description.reply_ms)
                                      : "") +
           row("batch", is_process ? fmt::format("{} programs, at most {} bytes of answers",
                                                 description.batch, description.output_limit)
                                   : "") +
           row("expectations", description.expectations) + row("setup", description.setup) +
           row("notes", description.notes) + row("ready", why.empty() ? "yes" : "no: " + why);
}

/// What a started target says about itself.
std::string welcome_text(Target& target) {
    std::string text = row("kernel", target.kernel());
    if (const auto* process = dynamic_cast<const ProcessTarget*>(&target)) {
        const wire::Welcome& welcome = process->welcome();
        text +=
            row("executor",
                fmt::format("{}, {} bits, {}-endian, calls {}, epollcheck {}", welcome.architecture,
                            welcome.pointer_bytes * 8, welcome.big_endian ? "big" : "little",
                            wire::way_to_call_name(welcome.calls), welcome.release));
    }
    Capacities capacities;
    if (const auto error = target.measure(capacities)) {
        return text + row("capacities", error->what);
    }
    return text +
           row("capacities",
               fmt::format("pages of {} bytes, pipes of {} pages, unix send buffer {}, epoll_event "
                           "of {} bytes",
                           capacities.page_size, capacities.pipe_slots, capacities.unix_send_buffer,
                           capacities.epoll_event_size));
}

/// Starts one target. False if it does not start.
bool check(const ChosenTarget& chosen) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const auto made = make_target(chosen.description, chosen.argument);
    const auto taken = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    if (const auto* error = std::get_if<HarnessError>(&made)) {
        print(fmt::format("{}: does not start\n{}", name_of(chosen), indented(error->what, 2)));
        return false;
    }
    print(fmt::format("{}: started in {:.0f} ms\n", name_of(chosen), taken));
    print(welcome_text(*std::get<std::unique_ptr<Target>>(made)) + "\n");
    return true;
}

/// The targets that are meant; false, having said why, if one of them is none.
bool choose(const TargetsOptions& options, Chosen& targets) {
    std::vector<std::string> names = options.names;
    if (names.empty()) {
        names =
            description_names(options.directory.empty() ? targets_directory() : options.directory);
    }
    for (const std::string& name : names) {
        auto chosen = choose_target({.name = name, .command = {}, .directory = options.directory});
        if (const auto* wrong = std::get_if<std::string>(&chosen)) {
            complain(*wrong);
            return false;
        }
        targets.push_back(std::move(std::get<ChosenTarget>(chosen)));
    }
    return true;
}

int show_targets(const TargetsOptions& options) {
    Chosen targets;
    if (!choose(options, targets)) {
        return exit_code::kUsage;
    }
    if (!options.check) {
        if (options.names.empty()) {
            print(list_text(targets));
        }
        for (std::size_t i = 0; i < options.names.size(); ++i) {
            print((i > 0 ? "\n" : "") + details_text(targets[i]));
        }
        return exit_code::kConforms;
    }
    bool all = true;
    for (const ChosenTarget& chosen : targets) {
        const std::string why = why_not(chosen);
        if (why.empty()) {
            all = check(chosen) && all;
        } else {
            print(fmt::format("{}: not ready\n{}\n", name_of(chosen), indented(why, 2)));
            all = all && options.names.empty();  // who names one wants it
        }
    }
    return all ? exit_code::kConforms : exit_code::kOwnFault;
}

}  // namespace

RunVerb add_targets_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<TargetsOptions>();
    command.footer(kFooter);
    command.add_option("names", options->names, "targets by name, or files X.toml")
        ->option_text("NAME...");
    command.add_flag("--check", options->check, "start each, and say who it is");
    command
        .add_option("--targets", options->directory,
                    "a directory with descriptions instead of those of epollcheck")
        ->option_text("DIR");
    return [options] { return show_targets(*options); };
}

}  // namespace epollcheck
