// Fuzz job: one process of a guided campaign, from its target to libFuzzer's loop.

#pragma once

#include <string>

#include "fuzz/campaign_memory.h"
#include "harness/cli/guided_fuzz.h"

namespace epollcheck {

/// Where a campaign keeps what.
struct FuzzDirectories {
    std::string inputs;
    std::string findings;
    std::string work;  // logs, and inputs that ended a job
};

/// Runs inputs until `memory` or an interrupt says no; what is `known` is no finding. Then it ends
/// this process: with 0, or with an exit code and the reason on the standard error if there is
/// nothing to run them on.
[[noreturn]] void run_fuzz_job(const GuidedOptions& options, const Expectations& known,
                               const FuzzDirectories& directories, CampaignMemory& memory,
                               int number);

}  // namespace epollcheck
