// Verb: what the command line knows about one verb. Each verb is one file, verb_NAME.cc, with one
// function that adds its options to a subcommand and says what runs.

#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace epollcheck {

/// The run of a verb whose options have been parsed. Returns an exit code (exit_code.h).
using RunVerb = std::function<int()>;

struct CommandLine {
    std::vector<std::string> arguments;  // as given, the verb first
};

/// Adds the options of one verb to `command`, which has its name, and returns what runs it. The
/// values of options live as long as the returned function. `line` outlives it.
using AddVerb = RunVerb (*)(CLI::App& command, const CommandLine& line);

struct VerbEntry {
    const char* name;
    const char* summary;  // one line of `epollcheck --help`
    AddVerb add;
};

}  // namespace epollcheck
