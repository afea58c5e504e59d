// Program argument. See program_argument.h.

#include "harness/cli/program_argument.h"

#include <unistd.h>

#include "conformance/case_suite.h"
#include "conformance/covering_suite.h"
#include "harness/cli/terminal.h"
#include "harness/program/parser.h"

namespace epollcheck {

namespace {

std::variant<Program, ParseError> find_program(const std::string& name) {
    if (name == "-") {
        return load_program("/dev/stdin");
    }
    if (access(name.c_str(), F_OK) != 0) {
        for (const CaseText& text : embedded_cases()) {
            if (text.path == name + ".ep") {
                return parse_program(text.text, "conformance/cases/" + std::string(text.path));
            }
        }
        if (name.starts_with(kCoveringTopic)) {
            for (Case& covering : covering_suite()) {
                if (covering.program.header.id == name) {
                    return std::move(covering.program);
                }
            }
        }
    }
    return load_program(name);
}

}  // namespace

void add_program_argument(CLI::App& command, std::string& name) {
    command.add_option("program", name, "a program file (.ep), - for standard input, or a case id")
        ->option_text("FILE")
        ->required();
}

std::optional<Program> load_program_argument(const std::string& name) {
    auto found = find_program(name);
    const auto* program = std::get_if<Program>(&found);
    if (program != nullptr && program->operations.empty()) {
        found =
            ParseError{name == "-" ? "/dev/stdin" : name, 0, 0, "the program has no operation", ""};
    }
    if (const auto* error = std::get_if<ParseError>(&found)) {
        complain(error->text());
        return std::nullopt;
    }
    return std::move(std::get<Program>(found));
}

}  // namespace epollcheck
