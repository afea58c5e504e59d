// Parsing of interest lists. See fdinfo.h.

#include "harness/executor/fdinfo.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <tuple>

namespace epollcheck {
namespace {

using system_call::Outcome;

/// Moves `text` behind `label`, blanks and a number, which is stored. False if it looks different.
template <class Number>
bool take(std::string_view& text, std::string_view label, int number_base, Number& number) {
    if (!text.starts_with(label)) {
        return false;
    }
    text.remove_prefix(label.size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, number_base);
    if (error != std::errc()) {
        return false;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return true;
}

bool parse_line(std::string_view text, InterestLine& line) {
    return take(text, "tfd:", 10, line.fd) && take(text, "events:", 16, line.event.mask) &&
           take(text, "data:", 16, line.event.data);
}

}  // namespace

int parse_interest_list(std::string_view text, std::span<InterestLine> lines) {
    std::size_t count = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.starts_with("tfd:")) {
            continue;
        }
        if (count == lines.size() || !parse_line(line, lines[count])) {
            return -1;
        }
        ++count;
    }
    std::ranges::sort(lines.first(count), {}, [](const InterestLine& line) {
        return std::tuple(line.fd, line.event.data, line.event.mask);
    });
    return static_cast<int>(count);
}

Outcome interest_list(std::string_view text, Event* events) {
    InterestLine lines[kMaxEvents];
    const int count = parse_interest_list(text, lines);
    if (count < 0) {
        return -EOVERFLOW;
    }
    for (int i = 0; i < count; ++i) {
        events[i] = lines[i].event;
    }
    return count;
}

}  // namespace epollcheck
