// The scenarios of stress/scenarios, as the binary carries them.

#include <cstdio>
#include <cstdlib>
#include <span>

#include "stress/scenario.h"

namespace epollcheck {

namespace {

struct EmbeddedText {
    const char* path;
    const char* text;
};

constexpr EmbeddedText kScenarios[] = {
#include "stress/embedded_scenarios.inc"
};

std::vector<Scenario> parse_all() {
    std::vector<Scenario> scenarios;
    for (const auto& [path, text] : kScenarios) {
        const std::string_view file(path);
        auto parsed = parse_scenario(text, file.substr(0, file.find('.')));
        if (const auto* error = std::get_if<ParseError>(&parsed)) {
            // A test parses them all, so this is a binary that was never tested.
            std::fprintf(stderr, "%s:%d: %s\n", path, error->line, error->message.c_str());
            std::abort();
        }
        scenarios.push_back(std::get<Scenario>(std::move(parsed)));
    }
    return scenarios;
}

}  // namespace

const std::vector<Scenario>& embedded_scenarios() {
    static const std::vector<Scenario> scenarios = parse_all();
    return scenarios;
}

}  // namespace epollcheck
