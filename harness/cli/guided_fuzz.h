// Guided fuzz: `epollcheck fuzz` with libFuzzer, seen from the process that starts, watches and
// ends the jobs.
//
// Each job is a process, because libFuzzer never comes back and an executor owns its process. The
// jobs share a directory: inputs/ is the corpus, which they read of each other; findings/ is what
// was found, each cause once; job-N.log is what libFuzzer says. So a campaign that is killed goes
// on where it was, and loses at most the input at hand.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fuzz/corpus.h"
#include "fuzz/lawful.h"
#include "harness/cli/open_target.h"
#include "harness/cli/target_expectations.h"
#include "model/vocabulary/tier.h"

namespace epollcheck {

/// What inputs are.
enum class FuzzedInput : std::uint8_t {
    kCalls,       // programs of one call after the other, judged by the model
    kThreads,     // programs of threads, judged by the search for an order
    kDifference,  // programs on two targets that should answer alike
};

struct GuidedOptions {
    FuzzedInput input = FuzzedInput::kCalls;
    TargetChoice target;
    TargetChoice other;  // of kDifference
    std::optional<Tier> tier;
    std::string profile = kProbeProfile;
    ExpectationsChoice expectations;
    std::uint64_t seed = 0;
    int jobs = 0;  // 0: one for each processor
    double seconds = 60;
    std::string directory;  // empty: a temporary one, which is gone afterwards
    std::uint64_t most_findings = 10;
    Seeds seeds = Seeds::kAll;
};

/// How far the programs of a campaign reach.
Reach reach_of(const GuidedOptions& options);

/// True if the kernel below could say what calls reach in it: they are made in one thread of a job.
bool has_kernel_coverage(const GuidedOptions& options);

/// Runs the campaign. An exit code.
int fuzz_guided(const GuidedOptions& options);

}  // namespace epollcheck
