// Features: what a program may need that not every machine offers.
//
// A case names them in its header (`needs: epoll_pwait2 proc`). A case whose needs are not met is
// skipped with the reason given here; it never fails because of the machine. Programs that nobody
// wrote, random ones and those over a universe, need what their operations need.

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/vocabulary/operation.h"
#include "model/world/calibration.h"

namespace epollcheck {

struct Feature {
    std::string_view name;     // as in `needs`
    std::string_view meaning;  // what it is, for people
    std::string_view missing;  // why a case without it is skipped
    bool (*present)(const Calibration& calibration);
};

/// All features that a program can need.
std::span<const Feature> features();

/// The first of a case's `needs` that is not met, or null.
const Feature* unmet_need(std::span<const std::string> needs, const Calibration& calibration);

/// The feature that `operation` cannot be run, or not be judged, without; or null. A call that
/// merely fails where it is missing, with an error that was measured, needs nothing.
const Feature* need_of(const Operation& operation);

/// The first need of a program's operations that is not met, or null.
const Feature* unmet_need(std::span<const Operation> operations, const Calibration& calibration);

/// The feature called `name`, or null.
const Feature* feature_named(std::string_view name);

}  // namespace epollcheck
