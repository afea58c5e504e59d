// Binding and looking up handle names.

#include "harness/program/handle_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/program/suggestion.h"
#include "model/vocabulary/program.h"

namespace epollcheck {
namespace {

constexpr std::array<std::string_view, 5> kReserved = {"fd", "or", "if", "not", "blocks"};

}  // namespace

bool is_handle_name(std::string_view name) {
    if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
    const bool is_plain = std::ranges::all_of(
        name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    return is_plain && std::ranges::find(kReserved, name) == kReserved.end();
}

std::int16_t HandleNames::find(std::string_view name) const {
    const auto place = std::ranges::find(names_, name);
    return place == names_.end() ? kNoHandle : static_cast<std::int16_t>(place - names_.begin());
}

std::int16_t HandleNames::use(LineCursor& cursor) {
    const std::string_view name = cursor.peek_word();
    if (name.empty()) {
        cursor.fail(
            fmt::format("expected a handle or a descriptor number, found {}", cursor.found()));
    }
    const std::int16_t handle = find(name);
    if (handle == kNoHandle) {
        const std::vector<std::string_view> known(names_.begin(), names_.end());
        std::string suggestion = did_you_mean(name, known);
        if (suggestion.empty())
            suggestion = "a call before this line must bind it, as in 'eventfd(0, 0) = e'";
        cursor.fail(fmt::format("handle {} is not bound", quoted_for_message(name)),
                    std::move(suggestion));
    }
    cursor.word();
    return handle;
}

std::int16_t HandleNames::bind(LineCursor& cursor) {
    const std::string_view name = cursor.peek_word();
    if (!is_handle_name(name)) {
        cursor.fail(
            fmt::format("{} cannot name a handle", cursor.found()),
            "a handle is a small letter, then small letters, digits and underscores, and none "
            "of the words fd, or, if, not, blocks");
    }
    std::int16_t handle = find(name);
    if (handle == kNoHandle) {
        if (names_.size() >= kMaxHandles) {
            cursor.fail(fmt::format("a program can have {} handles, and {} is one more",
                                    kMaxHandles, quoted_for_message(name)),
                        "bind a name again that is no longer needed");
        }
        handle = static_cast<std::int16_t>(names_.size());
        names_.emplace_back(name);
    }
    cursor.word();
    return handle;
}

}  // namespace epollcheck
