// Open target: an implementation that was chosen on the command line, started, measured and probed,
// with all that judging it needs.

#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "harness/check/judge.h"
#include "harness/check/probe_profile.h"
#include "harness/target/description.h"
#include "harness/target/target.h"
#include "reports/results.h"

namespace epollcheck {

/// The value of --profile that means: find out by probing.
inline constexpr const char* kProbeProfile = "auto";

/// The name of the target that is meant when none is named: the kernel below this process.
inline constexpr const char* kInProcessTarget = "in-process";

/// What the command line says about the target.
struct TargetChoice {
    std::string name = kInProcessTarget;  // --target
    std::vector<std::string> command;     // --target-command, in words; not empty: it is meant
    std::string directory;                // --targets, with descriptions; "": those of the tree
};

/// The description of the target that is meant, and what came behind its name. Else what is wrong.
struct ChosenTarget {
    TargetDescription description;
    std::string argument;

    /// Short, for people and for records: "gvisor", "ssh:HOST", "model:D-07".
    [[nodiscard]] std::string name() const;
};
std::variant<ChosenTarget, std::string> choose_target(const TargetChoice& choice);

struct OpenTarget {
    std::unique_ptr<Target> target;
    std::string name;                      // short, for machines: "gvisor"
    std::string title;                     // for people
    Tier tier = Tier::kExact;              // the strictest one that it claims to keep
    Calibration calibration;               // measured there
    Profile profile;                       // to judge it by
    std::vector<ProbedDifference> probed;  // empty if the profile was named
    std::vector<std::string> notes;        // what a person should know about how it is judged
    TargetDescription description;         // how it was opened
    std::string argument;                  // what came behind its name
};

/// Starts the target, measures its machine and finds its profile. `profile` is the name of one, or
/// kProbeProfile, which leaves it to the description. What is known about how it can be reached is
/// in the error.
std::variant<std::unique_ptr<OpenTarget>, HarnessError> open_target(const TargetChoice& choice,
                                                                    const std::string& profile);

/// `what` went wrong, with the target in front unless it names one already.
std::string about_target(const std::string& name, const std::string& what);

/// Another instance of an open target, for another process.
std::variant<std::unique_ptr<Target>, HarnessError> open_again(const OpenTarget& target);

/// In a process that was forked: puts another instance in the place of the one that the parent
/// uses. False if there is none.
bool replace_target(OpenTarget& target);

/// "" if `profile` can be given to open_target, else what is wrong with it.
std::string check_profile_name(const std::string& profile);

/// Says what a person should know about how `target` is judged.
void warn_about(const OpenTarget& target);

/// What a run on `target` has in its header about it.
void describe_target(const OpenTarget& target, RunHeader& header);

}  // namespace epollcheck
