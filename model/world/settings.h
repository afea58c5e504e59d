// Settings: everything beside the program that decides which answers are allowed.

#pragma once

#include "model/rules/defect.h"
#include "model/rules/profile.h"
#include "model/vocabulary/tier.h"
#include "model/world/calibration.h"

namespace epollcheck {

struct Settings {
    Tier tier = Tier::kExact;
    const Profile* profile = nullptr;          // never null once a model runs with it
    const Calibration* calibration = nullptr;  // never null once a model runs with it
    Defect defect = Defect::kNone;             // only where the model acts as an implementation
};

}  // namespace epollcheck
