// The universes of the binary. See universe_suite.h.

#include "conformance/universe_suite.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>

#include "conformance/case_suite.h"
#include "harness/program/universe_parser.h"

namespace epollcheck {

namespace {

constexpr std::string_view kSuffix = ".universe";

constexpr CaseText kUniverses[] = {
#include "conformance/embedded_universes.inc"
};

std::string_view name_of(const CaseText& universe) {
    return universe.path.substr(0, universe.path.size() - kSuffix.size());
}

std::variant<Universe, std::string> parsed(std::string_view text, const std::string& name,
                                           const std::string& file) {
    auto universe = parse_universe(text, name, file);
    if (const auto* error = std::get_if<ParseError>(&universe)) {
        return error->text();
    }
    return std::move(std::get<Universe>(universe));
}

}  // namespace

std::vector<std::string> universe_names() {
    std::vector<std::string> names;
    for (const CaseText& universe : kUniverses) {
        names.emplace_back(name_of(universe));
    }
    return names;
}

std::variant<Universe, std::string> load_universe(const std::string& name) {
    if (name.ends_with(kSuffix)) {
        std::ifstream file(name, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        if (!file) {
            return fmt::format("the universe in {} cannot be read", name);
        }
        return parsed(text, std::filesystem::path(name).stem().string(), name);
    }
    for (const CaseText& universe : kUniverses) {
        if (name_of(universe) == name) {
            return parsed(universe.text, name,
                          "conformance/universes/" + std::string(universe.path));
        }
    }
    return fmt::format("there is no universe '{}'; there are {}", name,
                       fmt::join(universe_names(), ", "));
}

}  // namespace epollcheck
