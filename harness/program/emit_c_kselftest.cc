// The style of the kernel's own tests. See emit_c_kselftest.h.

#include "harness/program/emit_c_kselftest.h"

#include <fmt/format.h>

#include <cctype>
#include <vector>

#include "harness/program/emit_c_helpers.h"
#include "harness/program/emit_c_layout.h"

namespace epollcheck {
namespace {

/// The parts of a condition that are joined by `&&`; the whole if some are joined otherwise.
std::vector<std::string> parts_of(const std::string& condition) {
    constexpr std::string_view kAnd = " && ";
    if (condition.find(" || ") != std::string::npos) return {condition};
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (auto at = condition.find(kAnd); at != std::string::npos; at = condition.find(kAnd, from)) {
        parts.push_back(condition.substr(from, at - from));
        from = at + kAnd.size();
    }
    parts.push_back(condition.substr(from));
    return parts;
}

/// What stands behind `start` in `text`, or "" if it starts otherwise.
std::string after(const std::string& text, std::string_view start) {
    return text.starts_with(start) ? text.substr(start.size()) : "";
}

std::string assertion(std::string_view name, const std::string& first, const std::string& second) {
    return c_wrapped(fmt::format("    {}({}, {});", name, first, second), 8);
}

/// One part of a condition on what a call left behind.
std::string check_of(const std::string& part) {
    if (const std::string error = after(part, "errno == "); !error.empty()) {
        return assertion("EXPECT_EQ", error, "errno");
    }
    if (const std::string value = after(part, "value == "); !value.empty()) {
        return assertion("EXPECT_EQ", value, "value");
    }
    if (const std::string event = after(part, "IS("); !event.empty()) {
        const auto number = event.find(", ");
        const auto mask = event.find(", ", number + 2);
        const std::string place = event.substr(0, number);
        return assertion("EXPECT_EQ", event.substr(number + 2, mask - number - 2),
                         fmt::format("ready[{}].data.u64", place)) +
               assertion("EXPECT_EQ", event.substr(mask + 2, event.size() - mask - 3),
                         fmt::format("ready[{}].events", place));
    }
    return c_wrapped(fmt::format("    EXPECT_TRUE({});", part), 8);
}

}  // namespace

std::string kselftest_statement(const CCall& call, const std::string& wanted) {
    const std::vector<std::string> parts = parts_of(wanted);
    std::string checks;
    for (std::size_t i = 1; i < parts.size(); ++i) checks += check_of(parts[i]);
    const bool is_one = wanted.find(" || ") == std::string::npos;
    const std::string value = is_one ? after(parts.front(), "n == ") : "";
    const bool is_descriptor = is_one && parts.front() == "n >= 0";
    const bool is_plain = !value.empty() || is_descriptor;
    const bool keeps = call.lacks || !is_plain || has_word(checks, "n");
    std::string text = wanted.find("errno") == std::string::npos ? "" : "    errno = 0;\n";
    std::string made = call.text;
    if (keeps) {
        text += c_wrapped(fmt::format("    n = {};", call.text), 8);
        made = "n";
    }
    if (call.lacks) text += "    if (n == -1 && errno == ENOSYS)\n        SKIP(return, \"%m\");\n";
    if (!is_plain) return text + c_wrapped(fmt::format("    ASSERT_TRUE({});", wanted), 8);
    text += is_descriptor ? assertion("ASSERT_GE", made, "0") : assertion("ASSERT_EQ", value, made);
    return text + checks;
}

std::string kselftest_name(const std::string& id) {
    std::string name = id.empty() ? "epoll" : id;
    for (char& c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    }
    return name;
}

std::string with_kselftest_harness(std::string text) {
    const auto last = text.rfind("\n#include <");
    const auto end = last == std::string::npos ? 0 : text.find('\n', last + 1) + 1;
    text.insert(end, "\n#include \"kselftest_harness.h\"\n");
    const std::pair<std::string_view, std::string_view> changes[] = {
        {"return perror(place), 77;", "SKIP(return, \"%s: %m\", place);"},
        {"exit(77);", "exit(KSFT_SKIP);"}};
    for (const auto& [plain, style] : changes) {
        for (auto at = text.find(plain); at != std::string::npos; at = text.find(plain)) {
            text.replace(at, plain.size(), style);
        }
    }
    return text;
}

}  // namespace epollcheck
