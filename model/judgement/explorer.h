// The explorer: all worlds that the programs of a small universe can reach, breadth first.
//
// Explicit-state model checking at tier exact. Every world is reached by a shortest program, every
// operation is applied in it, the invariants (invariants.h) are checked in every world and every
// step, and every answer is held against the looser tiers, which must allow it too (tier nesting).
// Worlds are told apart by keys (world_key.h); that worlds with equal keys behave alike is checked
// on a sample of those that were found again.
//
// Only keys and paths are kept. A world is made again from its path, and because neighbours in the
// order of discovery have most of their path in common, that is about one step of the model.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/judgement/invariants.h"
#include "model/judgement/nesting_check.h"
#include "model/judgement/world_table.h"
#include "model/vocabulary/universe.h"

namespace epollcheck {

struct ExplorerLimits {
    int depth = 1000;                          // longest program, without the setup
    std::uint64_t worlds = 1U << 30;           // most distinct worlds
    std::size_t bytes = std::size_t{1} << 29;  // most memory for the table of worlds
    std::uint64_t nesting_every = 1;           // tier nesting: in one of so many worlds; 0: never
    std::uint64_t alike_every = 1024;  // equal keys: one of so many repeated worlds; 0: never
};

/// A property that does not hold, and the program that shows it.
struct Violation {
    std::string property;  // name of the invariant, "tier-nesting" or "equal-keys-behave-alike"
    std::string sentence;  // what should hold
    std::vector<OperationNumber> program;  // the last operation breaks it
};

struct ExplorerCounts {
    std::uint64_t transitions = 0;
    std::uint64_t given_up = 0;         // the model met one of its limits: not followed
    std::uint64_t nesting_checked = 0;  // answers held against the looser tiers
    std::uint64_t nesting_open = 0;     // of these, a looser tier had too many possible worlds
    std::uint64_t alike_checked = 0;    // repeated worlds whose behaviour was compared
    int depth = 0;                      // of the deepest world found
};

class Explorer {
public:
    /// `universe` and what `settings` points to outlive the explorer. The tier is exact.
    Explorer(const Universe& universe, const Settings& settings, const ExplorerLimits& limits);

    /// Applies all operations in the next world. False if there is none (all worlds are explored, a
    /// limit was met, or a property does not hold).
    bool expand();

    [[nodiscard]] const ExplorerCounts& counts() const { return counts_; }
    [[nodiscard]] const WorldTable& worlds() const { return table_; }
    /// Worlds in which all operations have been applied.
    [[nodiscard]] WorldTable::Index expanded() const { return next_; }
    /// True once every reachable world was found and expanded.
    [[nodiscard]] bool complete() const;
    [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }

    /// Called for each step: world before (by index), operation, worlds before and after. For those
    /// who collect something on the way.
    using StepVisitor = void (*)(void* visitor, WorldTable::Index index, OperationNumber operation,
                                 const World& before, const World& after);
    void visit_steps(StepVisitor visit, void* visitor) {
        visit_ = visit;
        visitor_ = visitor;
    }

private:
    void start();
    void go_to(WorldTable::Index index);
    struct Answer;
    Answer answer(World& world, const Operation& operation, Choices& choices);
    Answer only_answer(World& world, const Operation& operation);
    Answer retrace(WorldTable::Index index, const World& before, World& after);
    void take_step(WorldTable::Index from, OperationNumber number);
    void take_outcome(const WorldTable::Node& node, const Observation& seen);
    bool is_nested(const Operation& operation, const Observation& answer);
    bool behave_alike(WorldTable::Index first, const World& other);
    void violated(std::string_view property, std::string_view sentence,
                  const WorldTable::Node& node);

    const Universe& universe_;
    Settings settings_;
    ExplorerLimits limits_;
    WorldTable table_;
    WorldTable::Index next_ = 0;
    ExplorerCounts counts_;
    std::optional<Violation> violation_;
    bool cut_ = false;  // the table was full, or the limit of depth was met

    std::vector<std::unique_ptr<World>> path_;     // worlds on the way to the current one
    std::vector<WorldTable::Index> path_indices_;  // and their indices
    std::vector<NestingCheck> looser_;             // follow the same path, or its beginning
    std::unique_ptr<World> after_;
    std::unique_ptr<World> scratch_[2];
    Event event_space_[kMaxEvents];
    StepVisitor visit_ = nullptr;
    void* visitor_ = nullptr;
};

}  // namespace epollcheck
