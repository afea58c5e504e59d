// Answers in emitted C files. See emit_c_answers.h.

#include "harness/program/emit_c_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "harness/program/emit_c_values.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr int kMostFreeBits = 32;

using Pairs = std::vector<std::pair<std::uint64_t, EventMask>>;

Pairs pairs_of(const Answer& answer) {
    Pairs pairs;
    for (const Event& event : answer.events) pairs.emplace_back(event.data, event.mask);
    return pairs;
}

/// How many orders `pairs` (sorted) have.
std::size_t count_orders(Pairs pairs) {
    constexpr std::size_t kMost = 1000;
    std::size_t count = 0;
    do {
        ++count;
    } while (std::next_permutation(pairs.begin(), pairs.end()) && count < kMost);
    return count;
}

/// True if no two events of any of `lists` (sorted) have the same data.
bool have_names(const std::map<Pairs, std::size_t>& lists) {
    return std::ranges::all_of(lists, [](const auto& entry) {
        return std::ranges::adjacent_find(entry.first, {}, &Pairs::value_type::first) ==
               entry.first.end();
    });
}

/// The lists of events in `answers`, sorted if every order of each of them is there.
std::set<Pairs> event_lists(const std::vector<Answer>& answers, bool& any_order) {
    std::set<Pairs> lists;
    std::map<Pairs, std::size_t> found;
    for (const Answer& answer : answers) {
        Pairs pairs = pairs_of(answer);
        if (!lists.insert(pairs).second) continue;
        std::ranges::sort(pairs);
        ++found[pairs];
    }
    any_order = lists.size() > found.size() && have_names(found) &&
                std::ranges::all_of(found, [](const auto& entry) {
                    return entry.second == count_orders(entry.first);
                });
    if (!any_order) return lists;
    std::set<Pairs> sorted;
    for (const auto& entry : found) sorted.insert(entry.first);
    return sorted;
}

struct MaskRange {
    EventMask low = ~EventMask{0};  // bits that are in all masks
    EventMask high = 0;             // bits that are in some

    void add(EventMask mask) {
        low &= mask;
        high |= mask;
    }
    [[nodiscard]] int free_bits() const { return std::popcount(low ^ high); }
};

/// The words of a list of events: in `ready` each stands where the list has it, or anywhere.
std::string event_words(const std::vector<std::uint64_t>& data,
                        const std::vector<MaskRange>& ranges, bool any_order) {
    std::string text = fmt::format("n == {}", data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        const MaskRange& range = ranges[i];
        const bool exact = range.low == range.high;
        const std::string high = c_events(range.high, "EPOLL");
        const std::string masks =
            exact ? high : fmt::format("{}, {}", c_events(range.low, "EPOLL"), high);
        const std::string start = any_order ? std::string("n") : std::to_string(i);
        const std::string_view name = any_order ? exact ? "HAS" : "HAS_BETWEEN"
                                      : exact   ? "IS"
                                                : "IS_BETWEEN";
        text += fmt::format(" && {}({}, {}, {})", name, start, c_number(data[i]), masks);
    }
    return text;
}

/// Conditions on events, one for each sequence of data if the masks that go with it are ranges.
std::vector<std::string> event_conditions(const std::vector<Answer>& answers) {
    bool any_order = false;
    std::map<std::vector<std::uint64_t>, std::vector<Pairs>> by_data;
    for (const Pairs& pairs : event_lists(answers, any_order)) {
        std::vector<std::uint64_t> data;
        for (const auto& pair : pairs) data.push_back(pair.first);
        by_data[data].push_back(pairs);
    }
    std::vector<std::string> conditions;
    for (const auto& [data, lists] : by_data) {
        std::vector<MaskRange> together(data.size());
        int free_bits = 0;
        for (std::size_t i = 0; i < data.size(); ++i) {
            for (const Pairs& pairs : lists) together[i].add(pairs[i].second);
            free_bits += together[i].free_bits();
        }
        if (free_bits < kMostFreeBits && lists.size() == std::size_t{1} << free_bits) {
            conditions.push_back(event_words(data, together, any_order));
            continue;
        }
        for (const Pairs& pairs : lists) {
            std::vector<MaskRange> alone(data.size());
            for (std::size_t i = 0; i < data.size(); ++i) alone[i].add(pairs[i].second);
            conditions.push_back(event_words(data, alone, any_order));
        }
    }
    return conditions;
}

std::string error_in_c(int error) {
    const std::string name = error_name(error);
    const bool known = name.find_first_of("0123456789") == std::string::npos || name == "E2BIG";
    return known ? name : std::to_string(error);
}

std::string error_condition(const std::vector<int>& errors, const CCall& call) {
    std::vector<std::string> texts;
    for (const int error : errors) texts.push_back("errno == " + error_in_c(error));
    const std::string text = fmt::format("{}", fmt::join(texts, " || "));
    const bool may_tick = call.patient && std::ranges::find(errors, error::kEINTR) != errors.end();
    return fmt::format("n == -1 && {}{}", errors.size() == 1 ? text : c_parenthesized(text),
                       may_tick ? " && !ticked" : "");
}

/// "n == 3" with what stands for a value in the result of `call`.
std::string value_condition(const Result& result, const CCall& call) {
    const auto value = static_cast<std::uint64_t>(result.value);
    switch (call.shows) {
        case CShows::kFlags:
            return fmt::format("n >= 0 && (n & STATUS_FLAGS) == ({})",
                               c_flags(value, status_flag_names()));
        case CShows::kSets: {
            const std::string sets = c_flags(value, set_names());
            return fmt::format("n == {}", value == 0 ? sets : c_parenthesized(sets));
        }
        case CShows::kErrorOf:
            return "n == " + (value == 0 ? "0" : error_in_c(static_cast<int>(value)));
        case CShows::kParams: {
            const BusyPollParams params = BusyPollParams::of(value);
            return fmt::format("n == 0 && has_params({}, {}, {}, {})", params.usecs, params.budget,
                               params.prefer, params.pad);
        }
        case CShows::kPayload:
            return result.kind == ResultKind::kPayload
                       ? fmt::format("n == 8 && value == {}", c_number(value))
                       : fmt::format("n == {}", value);
        case CShows::kAnyPayload:
            return "n == 8";
        case CShows::kAnyCount:
            return "n >= 0";
        case CShows::kReceived:
            return fmt::format("n == {} && received_fd < 0", value);
        default:
            return fmt::format("n == {}", result.value);
    }
}

std::string descriptor_condition(const Result& result, const CCall& call) {
    switch (call.shows) {
        case CShows::kSlot:
            return fmt::format("n == first_fd + {}", result.slots[0]);
        case CShows::kReceived:
            return "n >= 0 && received_fd >= 0";
        default:
            return call.is_pair ? "n == 0" : "n >= 0";
    }
}

/// The masks of poll, as one range if they are one.
std::vector<std::string> mask_conditions(const std::set<EventMask>& masks) {
    MaskRange range;
    for (const EventMask mask : masks) range.add(mask);
    std::vector<std::string> conditions;
    if (masks.size() > 1 && masks.size() == std::size_t{1} << range.free_bits()) {
        const std::string low = c_parenthesized(c_events(range.low, "POLL"));
        const std::string high = c_parenthesized(c_events(range.high, "POLL"));
        const std::string has_low = range.low == 0 ? "" : fmt::format("(n & {0}) == {0} && ", low);
        conditions.push_back(fmt::format("n >= 0 && {}(n & ~{}) == 0", has_low, high));
        return conditions;
    }
    for (const EventMask mask : masks) {
        conditions.push_back("n == " + c_parenthesized(c_events(mask, "POLL")));
    }
    return conditions;
}

std::string stored_first(std::string condition) {
    const auto end = condition.find(" && ");
    if (end != std::string::npos) condition.insert(end, " && stored(ready, n)");
    return condition;
}

}  // namespace

std::string c_parenthesized(const std::string& condition) {
    const bool single = condition.find(' ') == std::string::npos;
    return single ? condition : "(" + condition + ")";
}

std::string c_condition(const std::vector<Answer>& answers, const CCall& call) {
    std::vector<std::string> alternatives;
    const auto add = [&](std::string text) {
        const bool lasts = call.least_ns > 0 && !call.patient && text == "n == 0";
        if (lasts) text += fmt::format(" && clock_ns() - start >= {}", call.least_ns);
        if (std::ranges::find(alternatives, text) == alternatives.end()) {
            alternatives.push_back(std::move(text));
        }
    };
    std::vector<int> errors;
    std::vector<Answer> events;
    std::set<EventMask> masks;
    for (const Answer& answer : answers) {
        switch (answer.result.kind) {
            case ResultKind::kError:
                errors.push_back(static_cast<int>(answer.result.value));
                break;
            case ResultKind::kEvents:
                events.push_back(answer);
                break;
            case ResultKind::kBlocked:
                add(call.gives_blocked ? "n == BLOCKED" : fmt::format("waited(n, {})", call.whole));
                break;
            case ResultKind::kDescriptor:
                add(descriptor_condition(answer.result, call));
                break;
            default:
                if (call.shows == CShows::kMask) {
                    masks.insert(static_cast<EventMask>(answer.result.value));
                } else {
                    add(value_condition(answer.result, call));
                }
        }
    }
    for (std::string& text : mask_conditions(masks)) add(std::move(text));
    for (std::string& text : event_conditions(events)) {
        add(call.shows == CShows::kStoredEvents ? stored_first(std::move(text)) : std::move(text));
    }
    if (!errors.empty()) add(error_condition(errors, call));
    if (alternatives.empty()) return "0";
    if (alternatives.size() == 1) return alternatives.front();
    for (std::string& text : alternatives) {
        if (text.find(" && ") != std::string::npos) text = c_parenthesized(text);
    }
    return fmt::format("{}", fmt::join(alternatives, " || "));
}

}  // namespace epollcheck
