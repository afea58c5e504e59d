// `epollcheck format`. See verb_format.h.

#include "harness/cli/verb_format.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "harness/cli/exit_code.h"
#include "harness/cli/terminal.h"
#include "harness/program/parser.h"
#include "harness/program/printer.h"
#include "reports/output_file.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(The canonical form has one spelling for everything; comments and expected answers stay.

Examples:
  epollcheck format case.ep             print it
  epollcheck format --write *.ep        rewrite files that are not in it
  epollcheck format --check *.ep        name those files; exit code 1 if there is one)";

struct FormatOptions {
    std::vector<std::string> files;
    bool check = false;
    bool write = false;
};

/// Replaces the file at `path` in one step, so that a full disk cannot leave half of it. What went
/// wrong, or nothing.
std::optional<std::string> replace_file(const std::string& path, const std::string& text) {
    const std::string temporary = path + ".new";
    OutputFile file(temporary);
    file.write(text);
    file.close();
    if (!file.error() && std::rename(temporary.c_str(), path.c_str()) == 0) {
        return std::nullopt;
    }
    const std::string reason = file.error() ? *file.error() : "cannot replace " + path;
    std::remove(temporary.c_str());
    return reason;
}

std::string file_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Handles one file. Returns an exit code.
int format_file(const std::string& path, const FormatOptions& options) {
    const auto parsed = load_program(path == "-" ? "/dev/stdin" : path);
    if (const auto* error = std::get_if<ParseError>(&parsed)) {
        complain(error->text());
        return exit_code::kUsage;
    }
    const std::string canonical = print_program(std::get<Program>(parsed));
    if (!options.check && !options.write) {
        print(canonical);
        return exit_code::kConforms;
    }
    if (path == "-") {
        complain("the standard input can only be printed; name a file");
        return exit_code::kUsage;
    }
    if (file_text(path) == canonical) {
        return exit_code::kConforms;
    }
    print(path + "\n");
    if (options.check) {
        return exit_code::kDeviation;
    }
    if (const auto error = replace_file(path, canonical)) {
        complain(*error);
        return exit_code::kOwnFault;
    }
    return exit_code::kConforms;
}

int format_files(const FormatOptions& options) {
    int worst = exit_code::kConforms;  // the codes that occur here grow with how bad it is
    for (const std::string& path : options.files) {
        worst = std::max(worst, format_file(path, options));
    }
    return worst;
}

}  // namespace

RunVerb add_format_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<FormatOptions>();
    command.footer(kFooter);
    command.add_option("files", options->files, "program files (.ep), or - for standard input")
        ->option_text("FILE...")
        ->required();
    CLI::Option* check =
        command.add_flag("--check", options->check, "only name the files that are not canonical");
    command.add_flag("--write", options->write, "rewrite those files, and name them")
        ->excludes(check);
    return [options] { return format_files(*options); };
}

}  // namespace epollcheck
