// The defective model: the model with one seeded defect acts as an implementation, and the sound
// model and the written cases must notice.
//
// This measures a suite without any kernel: a defect that no program detects is a fault which an
// implementation may have, and the suite would call it conforming. The list of defects is in
// model/rules/defect.h.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/check/judge.h"
#include "model/rules/defect.h"

namespace epollcheck {

/// What the model with `defect` answers to `operations`, for the profile and machine of `judge`.
Trace defective_trace(std::span<const Operation> operations, Defect defect, const Judge& judge);

/// How a program detects a defect.
struct Detection {
    std::size_t step = 0;        // index of the first operation with a forbidden answer
    Tier tier = Tier::kExact;    // the loosest tier that forbids an answer of the trace
    bool only_expected = false;  // no tier does, but the answer is not what a person wrote down
};

/// Whether `program` detects `defect`: the judge forbids an answer of the defective model, or it is
/// not one of those that are written down.
std::optional<Detection> detect(const Program& program, Defect defect, Judge& judge);

/// How many programs of a list detect a defect, and the index of the first one.
struct Kills {
    std::size_t count = 0;
    std::size_t first = 0;
};

/// One row of the kill matrix.
struct DefectRow {
    Defect defect = Defect::kNone;
    Kills cases;
    Kills random;
    Tier tier = Tier::kExact;  // the loosest tier at which a case finds a deviation
};

struct RandomPrograms {
    std::uint64_t count = 0;
    std::uint64_t seed = 1;
};

/// Says that the machine permits what takes a privilege. A hunt runs nothing, so what it finds
/// should not depend on who starts it.
void assume_privileges(Calibration& calibration);

/// Looks for programs that detect defects: among written cases, and among random programs.
class DefectHunt {
public:
    /// The cases and the judge outlive the hunt. Cases whose needs this machine does not meet are
    /// not asked.
    DefectHunt(Judge& judge, std::vector<const Program*> cases, const RandomPrograms& random);

    DefectRow hunt(Defect defect);

    /// A smallest program that detects the defect: the smallest of those to which the first few
    /// that detect it shrink. Nothing if none does.
    std::optional<Program> smallest(Defect defect);

    [[nodiscard]] std::size_t random_programs() const { return random_.size(); }
    [[nodiscard]] const Program& random_program(std::size_t index) const {
        return random_[index].program;
    }

private:
    struct Candidate {
        Program program;
        Trace sound;  // what the model answers without a defect
    };

    bool differs(const Program& program, const Trace& sound, Defect defect);
    bool kills(const Program& program, const Trace& sound, Defect defect);

    Judge& judge_;
    std::vector<const Program*> cases_;
    std::vector<Trace> sound_;  // of each case
    std::vector<Candidate> random_;
    Trace trace_;
};

}  // namespace epollcheck
