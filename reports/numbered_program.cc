// Programs by line and step. See numbered_program.h.

#include "reports/numbered_program.h"

#include <map>
#include <sstream>

#include "harness/program/header_parser.h"
#include "harness/program/parser.h"

namespace epollcheck {

std::vector<ProgramLine> numbered_program(std::string_view program) {
    std::map<int, std::size_t> steps;  // by line
    const auto parsed = parse_program(program, "");
    if (const auto* good = std::get_if<Program>(&parsed)) {
        for (std::size_t i = 0; i < good->annotations.size(); ++i) {
            steps.emplace(good->annotations[i].line, i + 1);
        }
    }
    std::vector<ProgramLine> lines;
    std::istringstream text{std::string(program)};
    std::string line;
    for (int number = 1; std::getline(text, line); ++number) {
        const auto step = steps.find(number);
        const bool header = lines.empty() && (line.empty() || is_header_line(line));
        if (step != steps.end() || !header) {
            lines.push_back({step == steps.end() ? 0 : step->second, line});
        }
    }
    return lines;
}

}  // namespace epollcheck
