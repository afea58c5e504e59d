// Cause: what a deviation is about, in a few words, so that a fault that fails many cases is one
// finding.
//
// A cause is the first rule that is blamed, the kind of operation, and in which way the answer
// differs from the nearest one that is allowed: "R-C13 epoll_wait missing-event". It is a function
// of a judgement and nothing else, so the same fault has the same cause in every run. Expectations
// name deviations by these three words, too.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/check/judge.h"

namespace epollcheck {

/// In which way an answer differs from an allowed one.
enum class ObservedClass : std::uint8_t {
    kMissingEvent,  // an event that is due was not reported
    kSurplusEvent,  // an event was reported that is not due, and none is missing
    kWrongOrder,    // the right events in another order
    kWrongBits,     // the right items with other bits, or a wrong mask of poll and select
    kWrongErrno,    // another error than the one that is due
    kSucceeded,     // no error although one is due
    kFailed,        // an error although none is due
    kWrongValue,    // another number than the one that is due
    kBlocked,       // it waited although an answer was due
    kDidNotBlock,   // it answered although it had to wait
    kCrashed,       // the target died, hung or talked nonsense
    kDisagreement,  // epoll, poll and select do not say the same (readiness_check.h)
};
inline constexpr int kObservedClasses = static_cast<int>(ObservedClass::kDisagreement) + 1;

/// "missing-event", "wrong-errno", ...
std::string_view observed_class_name(ObservedClass observed);
/// The class with that name; blanks are as good as hyphens.
std::optional<ObservedClass> observed_class_named(std::string_view name);

/// How one answer differs from another.
struct Difference {
    ObservedClass observed = ObservedClass::kWrongValue;
    std::string detail;  // of errors: "EINVAL instead of EBADF"; mostly empty

    /// "missing-event", "wrong-errno (EINVAL instead of EBADF)".
    [[nodiscard]] std::string text() const;
};

/// How `observed`, an answer to `operation`, differs from the nearest of `allowed`, none of which
/// is the same answer. With nothing allowed (more was than could be listed) it is a wrong value.
Difference difference_of(const Operation& operation, const Observation& observed,
                         std::span<const Observation> allowed);

/// "R-C13 epoll_wait missing-event"; an empty rule or operation is written "-".
std::string cause_text(std::string_view rule, std::string_view operation,
                       const Difference& difference);

/// The cause of `deviation`, which a judge found in `trace`.
std::string cause_of(std::span<const Operation> operations, const Trace& trace,
                     const Deviation& deviation);

/// The parts of a cause as cause_text() writes it; views into `text`.
struct CauseParts {
    std::string_view rule;
    std::string_view operation;
    std::string_view observed;  // the class with its detail
    [[nodiscard]] std::string_view observed_class() const;
};
CauseParts cause_parts(std::string_view text);

}  // namespace epollcheck
