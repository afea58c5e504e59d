// Features: what a program may need that not every machine offers.
//
// A case names them in its header (`needs: epoll_pwait2 proc`). A case whose needs are not met is
// skipped with the reason given here; it never fails because of the machine.

#pragma once

#include <span>
#include <string>
#include <string_view>

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

/// The feature called `name`, or null.
const Feature* feature_named(std::string_view name);

}  // namespace epollcheck
