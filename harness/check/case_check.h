// The three-way check of a conformance case: what a person wrote down, what the model says and what
// the kernel answers are compared pair by pair. Any two that disagree are a failure that says which
// two: the expectation may be wrong, the model may be wrong, or the kernel deviates.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/check/judge.h"

namespace epollcheck {

enum class Disagreeing : std::uint8_t {
    kExpectationAndModel,  // found without running anything
    kExpectationAndTarget,
    kModelAndTarget,  // also a Judgement with verdict deviates
};

/// "expectation and model", "expectation and target", "model and target".
std::string_view disagreeing_name(Disagreeing pair);

struct Disagreement {
    Disagreeing pair = Disagreeing::kModelAndTarget;
    std::size_t step = 0;  // index of the operation
    std::string text;      // one sentence with both answers
};

/// True if a written answer counts for the kernel that `profile` is.
bool applies(const ExpectedAnswer& answer, const Profile& profile);

/// True if `observed` is one of the answers written down for an operation, or none was written
/// down. Answers whose condition the profile does not meet do not count.
bool is_expected(const Annotation& annotation, const Observation& observed, const Profile& profile);

/// Compares what is written in `program` with the model: each written answer is allowed at the
/// case's tier, the model's own answer is a written one, and all that the model allows at the
/// case's tier is written down.
std::vector<Disagreement> compare_with_model(const Program& program, Judge& judge);

/// Compares what is written in `program` with an observed trace.
std::vector<Disagreement> compare_with_trace(const Program& program, const Trace& trace,
                                             const Profile& profile);

}  // namespace epollcheck
