// The explorer. See explorer.h.

#include "model/judgement/explorer.h"

#include <algorithm>
#include <utility>

namespace epollcheck {

namespace {

constexpr std::string_view kNesting = "tier-nesting";
constexpr std::string_view kNestingSentence =
    "What tier exact answers is allowed at the looser tiers, after all that came before.";
constexpr std::string_view kAlike = "equal-keys-behave-alike";
constexpr std::string_view kAlikeSentence =
    "Worlds with the same key give the same answers and lead to worlds with the same keys.";
constexpr std::string_view kSetup = "setup-can-be-followed";
constexpr std::string_view kSetupSentence = "The model can follow the setup of the universe.";

}  // namespace

struct Explorer::Answer {
    Observation seen;
    bool gave_up;
    bool impossible;
};

Explorer::Explorer(const Universe& universe, const Settings& settings, const ExplorerLimits& limits)
    : universe_(universe),
      settings_(settings),
      limits_(limits),
      table_(limits.bytes, limits.worlds),
      after_(std::make_unique<World>()),
      scratch_{std::make_unique<World>(), std::make_unique<World>()} {
    settings_.tier = Tier::kExact;
    for (const Tier tier : {Tier::kContract, Tier::kLinux}) {
        Settings looser = settings_;
        looser.tier = tier;
        looser_.emplace_back(looser);
    }
    start();
}

/// Runs the setup; the world after it is the first one.
void Explorer::start() {
    path_.push_back(std::make_unique<World>(empty_world()));
    for (const Operation& operation : universe_.setup) {
        const Answer taken = only_answer(*path_.front(), operation);
        if (taken.gave_up) {
            violation_ = Violation{std::string(kSetup), std::string(kSetupSentence), {}};
            return;
        }
        for (NestingCheck& looser : looser_) {
            if (looser.extend(operation, taken.seen) == NestingCheck::Verdict::kForbidden) {
                violation_ = Violation{std::string(kNesting), std::string(kNestingSentence), {}};
            }
        }
    }
    path_indices_.push_back(0);
    table_.add({world_key(*path_.front(), static_cast<int>(universe_.handles.size()))});
    if (const Invariant* broken = broken_invariant(*path_.front(), settings_)) {
        violation_ = Violation{std::string(broken->name), std::string(broken->sentence), {}};
    }
}

/// Applies `operation` to `world`. The events of the answer are valid until the next call.
Explorer::Answer Explorer::answer(World& world, const Operation& operation, Choices& choices) {
    Transition transition(world, settings_, nullptr, choices, event_space_);
    const Result result = apply(transition, operation);
    return {
        {result, transition.events()}, transition.gave_up() != nullptr, transition.impossible()};
}

/// The first outcome, where others do not matter.
Explorer::Answer Explorer::only_answer(World& world, const Operation& operation) {
    Choices choices;
    return answer(world, operation, choices);
}

/// Makes `after` world `index`, of which `before` is the parent.
Explorer::Answer Explorer::retrace(WorldTable::Index index, const World& before, World& after) {
    const WorldTable::Node& node = table_[index];
    Choices choices;
    for (int outcome = 0;; ++outcome) {
        after = before;
        const Answer taken = answer(after, universe_.operations[node.operation], choices);
        if (outcome == node.outcome) {
            return taken;
        }
        choices.advance();
    }
}

/// Makes path_ the path to world `index`.
void Explorer::go_to(WorldTable::Index index) {
    std::vector<WorldTable::Index> missing;
    for (WorldTable::Index at = index;; at = table_[at].parent) {
        const std::size_t depth = table_[at].depth;
        if (depth < path_indices_.size() && path_indices_[depth] == at) {
            path_indices_.resize(depth + 1);
            break;
        }
        missing.push_back(at);
    }
    const std::size_t kept = universe_.setup.size() + path_indices_.size() - 1;
    for (NestingCheck& looser : looser_) {
        looser.shorten(std::min(looser.length(), kept));
    }
    while (!missing.empty()) {
        const std::size_t depth = path_indices_.size();
        if (path_.size() == depth) {
            path_.push_back(std::make_unique<World>());
        }
        retrace(missing.back(), *path_[depth - 1], *path_[depth]);
        path_indices_.push_back(missing.back());
        missing.pop_back();
    }
}

bool Explorer::complete() const { return !violation_ && !cut_ && next_ == table_.size(); }

bool Explorer::expand() {
    if (violation_ || cut_ || next_ == table_.size()) {
        return false;
    }
    if (table_[next_].depth >= limits_.depth) {
        cut_ = true;
        return false;
    }
    const WorldTable::Index from = next_;
    go_to(from);
    for (std::size_t i = 0; i < universe_.operations.size() && !violation_ && !cut_; ++i) {
        take_step(from, static_cast<OperationNumber>(i));
    }
    if (!violation_ && !cut_) {
        ++next_;
    }
    return !violation_;
}

/// Takes every outcome of an operation in the current world. There is one, unless something else
/// than the program takes part.
void Explorer::take_step(WorldTable::Index from, OperationNumber number) {
    constexpr int kMostOutcomes = 256;
    const World& before = *path_[path_indices_.size() - 1];
    WorldTable::Node node{{}, from, number, 0, static_cast<std::uint16_t>(table_[from].depth + 1)};
    Choices choices;
    for (int outcome = 0; outcome < kMostOutcomes && !violation_ && !cut_; ++outcome) {
        *after_ = before;
        const Answer taken = answer(*after_, universe_.operations[number], choices);
        counts_.transitions += taken.impossible ? 0 : 1;
        if (taken.gave_up) {
            ++counts_.given_up;
        } else if (!taken.impossible) {
            node.outcome = static_cast<std::uint8_t>(outcome);
            take_outcome(node, taken.seen);
        }
        if (!choices.advance()) {
            return;
        }
    }
}

/// Checks one step, and keeps the world that it leads to, after_, if it is new.
void Explorer::take_outcome(const WorldTable::Node& node, const Observation& seen) {
    const Operation& operation = universe_.operations[node.operation];
    const World& before = *path_[path_indices_.size() - 1];
    if (visit_ != nullptr) {
        visit_(visitor_, node.parent, node.operation, before, *after_);
    }
    if (const StepInvariant* broken = broken_invariant({before, operation, seen, *after_})) {
        violated(broken->name, broken->sentence, node);
        return;
    }
    if (limits_.nesting_every != 0 && node.parent % limits_.nesting_every == 0 &&
        !is_nested(operation, seen)) {
        violated(kNesting, kNestingSentence, node);
        return;
    }
    WorldTable::Node found = node;
    found.key = world_key(*after_, static_cast<int>(universe_.handles.size()));
    if (const WorldTable::Index known = table_.find(found.key); known != WorldTable::kNone) {
        const bool sampled = limits_.alike_every != 0 &&
                             counts_.transitions % limits_.alike_every == 0 &&
                             !has_open_outcomes(*after_);
        if (sampled && !behave_alike(known, *after_)) {
            violated(kAlike, kAlikeSentence, node);
        }
        return;
    }
    if (const Invariant* broken = broken_invariant(*after_, settings_)) {
        violated(broken->name, broken->sentence, node);
        return;
    }
    cut_ = table_.add(found) == WorldTable::kNone;
    counts_.depth = cut_ ? counts_.depth : node.depth;
}

/// True if no looser tier forbids the answer to `operation` in the current world.
bool Explorer::is_nested(const Operation& operation, const Observation& seen) {
    const std::vector<Event> events(seen.events.begin(), seen.events.end());
    ++counts_.nesting_checked;
    for (NestingCheck& looser : looser_) {
        // Catch up with the path.
        for (std::size_t depth = looser.length() - universe_.setup.size() + 1;
             depth < path_indices_.size(); ++depth) {
            const WorldTable::Index index = path_indices_[depth];
            const Answer taken = retrace(index, *path_[depth - 1], *scratch_[0]);
            looser.extend(universe_.operations[table_[index].operation], taken.seen);
        }
        const NestingCheck::Verdict verdict = looser.ask(operation, {seen.result, events});
        counts_.nesting_open += verdict == NestingCheck::Verdict::kOpen ? 1 : 0;
        if (verdict == NestingCheck::Verdict::kForbidden) {
            return false;
        }
    }
    return true;
}

/// True if every operation gives the same answer in world `first` and in `other`, which has the
/// same key, and leads to the same world.
bool Explorer::behave_alike(WorldTable::Index first, const World& other) {
    ++counts_.alike_checked;
    const auto handles = static_cast<int>(universe_.handles.size());
    std::vector<WorldTable::Index> way;
    for (WorldTable::Index at = first; table_[at].parent != WorldTable::kNone;
         at = table_[at].parent) {
        way.push_back(at);
    }
    World world = *path_.front();
    for (; !way.empty(); way.pop_back()) {
        *scratch_[0] = world;
        retrace(way.back(), *scratch_[0], world);
    }
    for (const Operation& operation : universe_.operations) {
        *scratch_[0] = world;
        *scratch_[1] = other;
        const Answer taken = only_answer(*scratch_[0], operation);
        const std::vector<Event> events(taken.seen.events.begin(), taken.seen.events.end());
        const Answer others = only_answer(*scratch_[1], operation);
        if (taken.gave_up != others.gave_up) {
            return false;
        }
        if (!taken.gave_up &&
            (!same_answer({taken.seen.result, events}, others.seen) ||
             world_key(*scratch_[0], handles) != world_key(*scratch_[1], handles))) {
            return false;
        }
    }
    return true;
}

void Explorer::violated(std::string_view property, std::string_view sentence,
                        const WorldTable::Node& node) {
    violation_ = Violation{std::string(property), std::string(sentence), table_.path(node.parent)};
    violation_->program.push_back(node.operation);
}

}  // namespace epollcheck
