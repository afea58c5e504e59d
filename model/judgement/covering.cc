// Covering programs. See covering.h.

#include "model/judgement/covering.h"

#include <unordered_map>

#include "model/judgement/world_class.h"

namespace epollcheck {

namespace {

/// Collects the first transition of each pair of class and operation.
class Collector {
public:
    Collector(const Universe& universe, const Settings& settings)
        : settings_(settings), operations_(universe.operations.size()) {}

    void visit(WorldTable::Index from, OperationNumber operation, const World& before) {
        if (from != current_ || !started_) {
            started_ = true;
            current_ = from;
            const WorldKey key = world_class(before, settings_);
            const auto [entry, is_new] = classes_.try_emplace(key.low, classes_.size());
            class_ = entry->second;
            if (is_new) {
                covered_.resize(covered_.size() + operations_);
            }
        }
        const std::size_t pair = class_ * operations_ + operation;
        if (!covered_[pair]) {
            covered_[pair] = true;
            found_.push_back({from, operation, class_});
        }
    }

    [[nodiscard]] std::vector<CoveringProgram> programs(const WorldTable& worlds) const {
        std::vector<CoveringProgram> programs;
        for (const Found& found : found_) {
            programs.push_back({worlds.path(found.from), found.world_class});
            programs.back().numbers.push_back(found.operation);
        }
        return programs;
    }

private:
    struct Found {
        WorldTable::Index from;
        OperationNumber operation;
        std::size_t world_class;
    };

    const Settings& settings_;
    std::size_t operations_;
    bool started_ = false;
    WorldTable::Index current_ = 0;
    std::size_t class_ = 0;  // of the world that is expanded now
    std::unordered_map<std::uint64_t, std::size_t> classes_;
    std::vector<bool> covered_;  // by class and operation
    std::vector<Found> found_;
};

}  // namespace

std::vector<CoveringProgram> covering_programs(const Universe& universe, const Settings& settings,
                                               std::uint64_t most_worlds) {
    ExplorerLimits limits;
    limits.worlds = most_worlds;
    limits.bytes = std::size_t{1} << 24;
    limits.nesting_every = 0;
    limits.alike_every = 0;
    Settings exact = settings;
    exact.tier = Tier::kExact;
    Collector collector(universe, exact);
    Explorer explorer(universe, exact, limits);
    explorer.visit_steps(
        [](void* visitor, WorldTable::Index from, OperationNumber operation, const World& before,
           const World&) { static_cast<Collector*>(visitor)->visit(from, operation, before); },
        &collector);
    while (explorer.expand()) {
    }
    return collector.programs(explorer.worlds());
}

}  // namespace epollcheck
