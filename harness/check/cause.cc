// Cause. See cause.h.

#include "harness/check/cause.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::string_view kNames[kObservedClasses] = {
    "missing-event", "surplus-event", "wrong-order", "wrong-bits",
    "wrong-errno",   "succeeded",     "failed",      "wrong-value",
    "blocked",       "did-not-block", "crashed",     "disagreement"};

/// A difference, and how far apart the two answers are.
struct Distance {
    Difference difference;
    std::size_t steps = 0;
};

std::vector<std::uint64_t> sorted_data(std::span<const Event> events) {
    std::vector<std::uint64_t> data;
    for (const Event& event : events) {
        data.push_back(event.data);
    }
    std::sort(data.begin(), data.end());
    return data;
}

/// How many of `these` are not in `those`, both sorted.
std::size_t count_others(const std::vector<std::uint64_t>& these,
                         const std::vector<std::uint64_t>& those) {
    std::vector<std::uint64_t> others;
    std::set_difference(these.begin(), these.end(), those.begin(), those.end(),
                        std::back_inserter(others));
    return others.size();
}

bool less_event(const Event& left, const Event& right) {
    return left.data != right.data ? left.data < right.data : left.mask < right.mask;
}

bool same_set(std::span<const Event> left, std::span<const Event> right) {
    std::vector<Event> ours(left.begin(), left.end());
    std::vector<Event> theirs(right.begin(), right.end());
    std::sort(ours.begin(), ours.end(), less_event);
    std::sort(theirs.begin(), theirs.end(), less_event);
    return ours == theirs;
}

Distance events_distance(const Observation& observed, const Observation& allowed) {
    const auto seen = sorted_data(observed.events);
    const auto due = sorted_data(allowed.events);
    const std::size_t missing = count_others(due, seen);
    const std::size_t surplus = count_others(seen, due);
    const std::size_t steps = 2 * (missing + surplus);
    if (missing > 0) {  // worse than a surplus one, which a program can cope with
        return {{ObservedClass::kMissingEvent, ""}, steps};
    }
    if (surplus > 0) {
        return {{ObservedClass::kSurplusEvent, ""}, steps};
    }
    if (!same_set(observed.events, allowed.events)) {
        return {{ObservedClass::kWrongBits, ""}, 1};
    }
    const bool same_events = std::ranges::equal(observed.events, allowed.events);
    // Waits with the same events differ in the time at which they ended.
    return {{same_events ? ObservedClass::kWrongValue : ObservedClass::kWrongOrder, ""}, 1};
}

bool gives_mask(const Operation& operation) {
    const ResultType type = result_type(operation);
    return type == ResultType::kMask || type == ResultType::kSets;
}

Distance distance_between(const Operation& operation, const Observation& observed,
                          const Observation& allowed) {
    constexpr std::size_t kOfAnotherKind = 1000;
    const ResultKind seen = observed.result.kind;
    const ResultKind due = allowed.result.kind;
    if (seen == ResultKind::kBlocked || due == ResultKind::kBlocked) {
        return {
            {seen == ResultKind::kBlocked ? ObservedClass::kBlocked : ObservedClass::kDidNotBlock,
             ""},
            kOfAnotherKind};
    }
    const auto name = [](const Observation& answer) {
        return error_name(static_cast<int>(answer.result.value));
    };
    if (seen == ResultKind::kError && due == ResultKind::kError) {
        return {{ObservedClass::kWrongErrno,
                 fmt::format("{} instead of {}", name(observed), name(allowed))},
                1};
    }
    if (seen == ResultKind::kError) {
        return {{ObservedClass::kFailed, "with " + name(observed)}, kOfAnotherKind};
    }
    if (due == ResultKind::kError) {
        return {{ObservedClass::kSucceeded, "instead of " + name(allowed)}, kOfAnotherKind};
    }
    if (seen == ResultKind::kEvents && due == ResultKind::kEvents) {
        return events_distance(observed, allowed);
    }
    return {{gives_mask(operation) ? ObservedClass::kWrongBits : ObservedClass::kWrongValue, ""},
            1};
}

}  // namespace

std::string_view observed_class_name(ObservedClass observed) {
    return kNames[static_cast<int>(observed)];
}

std::optional<ObservedClass> observed_class_named(std::string_view name) {
    std::string hyphened(name);
    std::replace(hyphened.begin(), hyphened.end(), ' ', '-');
    const auto* const found = std::find(std::begin(kNames), std::end(kNames), hyphened);
    if (found == std::end(kNames)) {
        return std::nullopt;
    }
    return static_cast<ObservedClass>(found - std::begin(kNames));
}

std::string Difference::text() const {
    const std::string name(observed_class_name(observed));
    return detail.empty() ? name : fmt::format("{} ({})", name, detail);
}

Difference difference_of(const Operation& operation, const Observation& observed,
                         std::span<const Observation> allowed) {
    std::optional<Distance> nearest;
    for (const Observation& answer : allowed) {
        const Distance distance = distance_between(operation, observed, answer);
        if (!nearest || distance.steps < nearest->steps) {
            nearest = distance;
        }
    }
    return nearest ? nearest->difference : Difference{};
}

std::string cause_text(std::string_view rule, std::string_view operation,
                       const Difference& difference) {
    return fmt::format("{} {} {}", rule.empty() ? "-" : rule, operation.empty() ? "-" : operation,
                       difference.text());
}

std::string cause_of(std::span<const Operation> operations, const Trace& trace,
                     const Deviation& deviation) {
    const Operation& operation = operations[deviation.step];
    std::vector<Observation> allowed;
    for (const AllowedAnswer& answer : deviation.allowed) {
        allowed.push_back(answer.observation());
    }
    std::string_view rule;
    deviation.rules.for_each([&](Rule blamed) {
        if (rule.empty()) {
            rule = rule_info(blamed).id;
        }
    });
    return cause_text(rule, operation_spec(operation.kind).name,
                      difference_of(operation, trace[deviation.step], allowed));
}

std::string_view CauseParts::observed_class() const {
    return observed.substr(0, observed.find(" ("));
}

CauseParts cause_parts(std::string_view text) {
    const auto word = [&] {
        const std::size_t blank = text.find(' ');
        const std::string_view first = text.substr(0, blank);
        text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
        return first;
    };
    CauseParts parts;
    parts.rule = word();
    parts.operation = word();
    parts.observed = text;
    return parts;
}

}  // namespace epollcheck
