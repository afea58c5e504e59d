// Command line. See command_line.h.

#include "harness/cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>

#include "harness/cli/exit_code.h"
#include "harness/cli/terminal.h"
#include "harness/cli/verbs.h"
#include "harness/program/suggestion.h"

namespace epollcheck {

namespace {

constexpr const char* kDescription =
    "epollcheck checks an implementation of epoll against a formal model of it: programs go in,\n"
    "the kernel runs them, and every answer that the model does not allow comes out with the "
    "rules\n"
    "that forbid it.";

constexpr const char* kFooter = R"(Examples:
  epollcheck run                          check this machine; takes seconds
  epollcheck run 'golden/*' --tag edge    some of the cases only
  epollcheck run --format junit --output results.xml
  epollcheck explain golden/t03-round-robin
                                          what the model allows, step by step
  epollcheck VERB --help                  the options of a verb

Exit codes:
  0 conforms   1 deviation   2 wrong usage or input
  3 a deviation that was expected did not happen   4 nothing selected
  5 inconclusive: nothing deviates, but not everything could be judged
  70 epollcheck itself or the machine failed   130 stopped by Ctrl-C

Results go to the standard output, everything else to the standard error.
NO_COLOR in the environment turns colours off.)";

/// "epollcheck help run" is "epollcheck run --help".
std::vector<std::string> with_help_verb(std::vector<std::string> arguments) {
    if (!arguments.empty() && arguments.front() == "help") {
        arguments.erase(arguments.begin());
        arguments.resize(std::min<std::size_t>(arguments.size(), 1));
        arguments.emplace_back("--help");
    }
    return arguments;
}

/// What is wrong with the arguments, in one line.
int explain_usage(const CommandLine& line, const CLI::ParseError& error) {
    if (line.arguments.empty()) {
        complain("say what to do, for example `epollcheck run`; see `epollcheck --help`");
        return exit_code::kUsage;
    }
    const std::string& first = line.arguments.front();
    const bool is_verb = std::any_of(verbs().begin(), verbs().end(),
                                     [&](const VerbEntry& verb) { return verb.name == first; });
    if (!is_verb && !first.starts_with('-')) {
        const std::string guess = did_you_mean(first, names_of(verbs()));
        complain(fmt::format("there is no verb '{}'; {}", first,
                             guess.empty() ? "see `epollcheck --help`" : guess));
        return exit_code::kUsage;
    }
    complain(
        fmt::format("{}; see `epollcheck{} --help`", error.what(), is_verb ? " " + first : ""));
    return exit_code::kUsage;
}

int parse_and_run(const CommandLine& line) {
    CLI::App app(kDescription, "epollcheck");
    app.footer(kFooter);
    app.set_version_flag("--version", "epollcheck " EPOLLCHECK_RELEASE);
    app.require_subcommand(1);
    std::map<const CLI::App*, RunVerb> runs;
    for (const VerbEntry& verb : verbs()) {
        CLI::App* command = app.add_subcommand(verb.name, verb.summary);
        runs[command] = verb.add(*command, line);
    }
    std::vector<std::string> reversed(line.arguments.rbegin(), line.arguments.rend());
    try {
        app.parse(reversed);
    } catch (const CLI::CallForHelp&) {
        print(app.help());
        return exit_code::kConforms;
    } catch (const CLI::CallForVersion& version) {
        print(std::string(version.what()) + "\n");
        return exit_code::kConforms;
    } catch (const CLI::ParseError& error) {
        return explain_usage(line, error);
    }
    return runs.at(app.get_subcommands().front())();
}

}  // namespace

int run_command_line(int count, const char* const* arguments) {
    int exit_code = exit_code::kOwnFault;
    try {
        const CommandLine line{with_help_verb({arguments + 1, arguments + count})};
        exit_code = parse_and_run(line);
    } catch (const std::exception& error) {
        complain(fmt::format("this is a fault of epollcheck: {}", error.what()));
    }
    return finish_output(exit_code);
}

}  // namespace epollcheck
