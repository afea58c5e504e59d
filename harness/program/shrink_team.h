// Shrink team: processes that try the candidates of a shrink at the same time.
//
// A process can have one executor, so each helper is a process that makes a property of its own.
// Candidates go to it as text and come back as yes or no. This process tries candidates, too, and
// takes over those of a helper that cannot begin, or dies. Which one is taken does not depend on
// who was first: see shrink.h.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <vector>

#include "harness/program/shrink.h"

namespace epollcheck {

/// Makes a property in a process of its own; an empty one, if that is not possible there.
using MakesProperty = std::function<KeepsProperty()>;

class ShrinkTeam {
public:
    /// `here` is the property in this process; `jobs - 1` helpers make theirs by `there`.
    ShrinkTeam(int jobs, KeepsProperty here, const MakesProperty& there);
    /// Ends the helpers.
    ~ShrinkTeam();
    ShrinkTeam(const ShrinkTeam&) = delete;
    ShrinkTeam& operator=(const ShrinkTeam&) = delete;

    /// How many candidates are tried at once.
    [[nodiscard]] std::size_t size() const { return helpers_.size() + 1; }
    /// A FirstToKeep. Of later candidates no answer is awaited.
    std::size_t first_to_keep(std::span<const Program> candidates);

private:
    struct Helper {
        pid_t process = -1;
        int socket = -1;  // -1: it is no help any more
        int unread = 0;   // answers that nobody waited for
    };

    void start(const MakesProperty& make);
    bool send(Helper& helper, const Program& candidate);
    bool answer(Helper& helper, bool& keeps);
    static void dismiss(Helper& helper);

    KeepsProperty here_;
    std::vector<Helper> helpers_;
};

/// shrink_program() with `jobs` processes; with one, nothing is started.
Program shrink_program_with(int jobs, const Program& program, const KeepsProperty& here,
                            const MakesProperty& there, std::size_t most_runs = kMostShrinkRuns);

}  // namespace epollcheck
