// Scenarios. See scenario.h.

#include "stress/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "harness/program/parser.h"

namespace epollcheck {

namespace {

using Values = std::map<std::string, std::string, std::less<>>;

// A scenario that is larger is a mistake.
constexpr std::size_t kMostVariants = 1000;
constexpr std::size_t kMostText = 100'000;  // of a variant, in bytes
constexpr int kMostRepetitions = 100;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Values values_of(const Scenario& scenario, std::size_t variant) {
    Values values;
    for (const VaryingPlace& place : scenario.places) {
        values[place.name] = place.values[variant % place.values.size()];
        variant /= place.values.size();
    }
    return values;
}

/// Replaces every `$name` that is known.
std::string substituted(std::string_view line, const Values& values) {
    std::string result;
    while (!line.empty()) {
        const auto dollar = line.find('$');
        result += line.substr(0, dollar);
        if (dollar == std::string_view::npos) {
            break;
        }
        line.remove_prefix(dollar + 1);
        std::size_t length = 0;
        while (length < line.size() &&
               (std::isalnum(static_cast<unsigned char>(line[length])) || line[length] == '_')) {
            ++length;
        }
        const auto found = values.find(line.substr(0, length));
        result += found == values.end() ? "$" + std::string(line.substr(0, length)) : found->second;
        line.remove_prefix(length);
    }
    return result;
}

/// Takes the `[value]` or `[!value]` at the beginning of a line. False if the line is not there.
bool takes_condition(std::string_view& line, const Values& values) {
    while (line.starts_with('[')) {
        const auto end = line.find(']');
        std::string_view wanted = line.substr(1, end - 1);
        const bool absent = wanted.starts_with('!');
        wanted.remove_prefix(absent ? 1 : 0);
        const bool has =
            std::ranges::any_of(values, [&](const auto& value) { return value.second == wanted; });
        if (has == absent || end == std::string_view::npos) {
            return false;
        }
        line = trimmed(line.substr(end + 1));
    }
    return true;
}

/// The number at the beginning of `text`, which is taken away, or -1.
int take_number(std::string_view& text) {
    int number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// Appends a line for each repetition and each thread that it is for. A line that would be too many
/// stays as it is, which is no operation.
void expand(std::string_view whole, std::string& text) {
    std::string_view line = whole;
    int times = 1;
    if (line.starts_with('x')) {
        std::string_view rest = line.substr(1);
        if (const int number = take_number(rest); number >= 0 && rest.starts_with(' ')) {
            times = number;
            line = trimmed(rest);
        }
    }
    int first = 0;
    int last = 0;
    std::string_view rest = line.starts_with('T') ? line.substr(1) : std::string_view();
    if (!rest.empty()) {
        first = take_number(rest);
        last = first;
        if (rest.starts_with("-T")) {
            rest.remove_prefix(2);
            last = take_number(rest);
        }
    }
    if (times > kMostRepetitions || first < 0 || last > kMaxThreads) {
        text += fmt::format("{}\n", whole);
        return;
    }
    for (int thread = first; thread <= last; ++thread) {
        for (int i = 1; i <= times; ++i) {
            const Values own{{"thread", std::to_string(thread)}, {"i", std::to_string(i)}};
            text += rest.empty() ? substituted(line, own)
                                 : fmt::format("T{}{}", thread, substituted(rest, own));
            text += '\n';
        }
    }
}

/// The error in a line of the head, or nothing.
std::optional<std::string> take_head_line(std::string_view line, Scenario& scenario) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        return "expected `title:`, `weight:` or `vary NAME:`; a blank line ends the head";
    }
    const std::string_view key = trimmed(line.substr(0, colon));
    std::string_view value = trimmed(line.substr(colon + 1));
    if (key == "title") {
        scenario.title = value;
        return std::nullopt;
    }
    if (key == "weight") {
        scenario.weight = take_number(value);
        return scenario.weight >= 1 ? std::nullopt
                                    : std::optional<std::string>("a weight is at least 1");
    }
    if (!key.starts_with("vary ")) {
        return fmt::format("unknown key '{}': there are title, weight and vary NAME", key);
    }
    VaryingPlace place{std::string(trimmed(key.substr(5))), {}};
    while (true) {
        const auto comma = value.find(',');
        place.values.emplace_back(trimmed(value.substr(0, comma)));
        if (place.values.back().empty()) {
            return fmt::format("a value of '{}' is missing", place.name);
        }
        if (comma == std::string_view::npos) {
            break;
        }
        value.remove_prefix(comma + 1);
    }
    scenario.places.push_back(std::move(place));
    return std::nullopt;
}

}  // namespace

std::size_t Scenario::variants() const {
    std::size_t count = 1;
    for (const VaryingPlace& place : places) {
        count = std::min(count * place.values.size(), kMostVariants + 1);
    }
    return count;
}

std::string Scenario::variant_name(std::size_t variant) const {
    const Values values = values_of(*this, variant);
    std::string text;
    for (const VaryingPlace& place : places) {
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", place.name, values.at(place.name));
    }
    return text;
}

std::string Scenario::text(std::size_t variant) const {
    const Values values = values_of(*this, variant);
    std::string text;
    for (const std::string& line : lines) {
        std::string_view kept = trimmed(line);
        if (text.size() > kMostText) {
            return text;  // more operations than a program can have, which the parser says
        }
        if (!kept.empty() && !kept.starts_with('#') && takes_condition(kept, values)) {
            expand(substituted(kept, values), text);
        }
    }
    return text;
}

std::variant<Scenario, ParseError> parse_scenario(std::string_view text, std::string_view name) {
    Scenario scenario;
    scenario.name = name;
    const std::string file = fmt::format("{}.scenario", name);
    bool in_head = true;
    int number = 0;
    while (!text.empty()) {
        ++number;
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!in_head) {
            scenario.lines.emplace_back(line);
        } else if (line.empty()) {
            in_head = false;
            scenario.first_line = number + 1;
        } else if (!line.starts_with('#')) {
            if (auto error = take_head_line(line, scenario)) {
                return ParseError{file, number, 1, *error, ""};
            }
        }
    }
    if (scenario.variants() > kMostVariants) {
        return ParseError{file, 1, 1, fmt::format("more than {} variants", kMostVariants), ""};
    }
    for (std::size_t variant = 0; variant < scenario.variants(); ++variant) {
        auto parsed = parse_program(scenario.text(variant), file);
        if (auto* error = std::get_if<ParseError>(&parsed)) {
            error->message +=
                fmt::format(" (in the text of the variant '{}')", scenario.variant_name(variant));
            return std::move(*error);
        }
    }
    return scenario;
}

Program scenario_program(const Scenario& scenario, std::size_t variant) {
    auto parsed = parse_program(scenario.text(variant), scenario.name);
    auto program = std::get<Program>(std::move(parsed));  // parse_scenario() has seen all variants
    program.header.id = "stress/" + scenario.name;
    program.header.title = scenario.title;
    if (const std::string name = scenario.variant_name(variant); !name.empty()) {
        program.header.notes = {name};
    }
    return program;
}

}  // namespace epollcheck
