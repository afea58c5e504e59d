// Keys of the header and the form of their values.

#include "harness/program/header_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/program/suggestion.h"

namespace epollcheck {
namespace {

constexpr std::array<std::string_view, 6> kKeys = {"id", "title", "rules", "tier", "needs", "tags"};

/// `T2` and `P2` say who runs the operation that follows.
bool is_thread_or_process(std::string_view word) {
    return word.size() > 1 && (word[0] == 'T' || word[0] == 'P') &&
           std::ranges::all_of(word.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

/// A value: its text, and where it begins.
struct Value {
    std::string_view text;
    int column;
};

std::vector<Value> words_of(const Value& value) {
    std::vector<Value> words;
    std::size_t position = 0;
    while (position < value.text.size()) {
        const std::size_t end =
            std::min(value.text.find_first_of(" \t\r\v\f", position), value.text.size());
        if (end > position) {
            words.push_back({value.text.substr(position, end - position),
                             value.column + static_cast<int>(position)});
        }
        position = end + 1;
    }
    return words;
}

void append_words(const Value& value, std::vector<std::string>& words) {
    for (const Value& word : words_of(value)) words.emplace_back(word.text);
}

void append_rules(const LineCursor& cursor, const Value& value, std::vector<std::string>& rules) {
    for (const Value& word : words_of(value)) {
        const bool is_rule =
            word.text.size() > 3 && word.text.starts_with("R-") &&
            std::ranges::all_of(word.text.substr(2), [](char c) {
                return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            });
        if (!is_rule) {
            cursor.fail_at(word.column, fmt::format("{} is no rule", quoted_for_message(word.text)),
                           "rules are written like R-C13, with blanks between them");
        }
        rules.emplace_back(word.text);
    }
}

Tier parse_tier(const LineCursor& cursor, const Value& value) {
    const auto tier = tier_named(value.text);
    if (!tier) {
        static constexpr std::array kNames = {Tier::kContract, Tier::kLinux, Tier::kExact};
        std::vector<std::string_view> names;
        for (const Tier known : kNames) names.push_back(tier_name(known));
        std::string suggestion = did_you_mean(value.text, names);
        if (suggestion.empty()) suggestion = fmt::format("it can be {}", fmt::join(names, ", "));
        cursor.fail_at(value.column, fmt::format("unknown tier {}", quoted_for_message(value.text)),
                       std::move(suggestion));
    }
    return *tier;
}

}  // namespace

bool is_header_line(std::string_view line) {
    LineCursor cursor(line, 0);
    const std::string_view word = cursor.word();
    return !word.empty() && !is_thread_or_process(word) && cursor.accept(':');
}

void HeaderParser::parse_line(std::string_view line, int number, Header& header) {
    LineCursor cursor(line, number);
    const int key_column = cursor.column();
    const std::string_view key = cursor.word();
    cursor.expect(':', "after a key of the header");
    if (std::ranges::find(kKeys, key) == kKeys.end()) {
        std::string suggestion = did_you_mean(key, kKeys);
        if (suggestion.empty()) suggestion = fmt::format("the keys are {}", fmt::join(kKeys, ", "));
        cursor.fail_at(key_column, fmt::format("unknown header key {}", quoted_for_message(key)),
                       std::move(suggestion));
    }
    if (!seen_.emplace(key).second) {
        cursor.fail_at(key_column, fmt::format("the header has {} twice", quoted_for_message(key)));
    }
    const int column = cursor.column();
    const Value value = {trimmed(line.substr(static_cast<std::size_t>(column) - 1)), column};
    if (key == "id") {
        header.id = value.text;
    } else if (key == "title") {
        header.title = value.text;
    } else if (key == "rules") {
        append_rules(cursor, value, header.rules);
    } else if (key == "tier") {
        header.tier = parse_tier(cursor, value);
    } else if (key == "needs") {
        append_words(value, header.needs);
    } else {
        append_words(value, header.tags);
    }
}

}  // namespace epollcheck
