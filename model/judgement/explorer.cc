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
        bool gave_up = false;
        const Observation seen = answer(*path_.front(), operation, gave_up);
        if (gave_up) {
            violation_ = Violation{std::string(kSetup), std::string(kSetupSentence), {}};
            return;
        }
        for (NestingCheck& looser : looser_) {
            if (looser.extend(operation, seen) == NestingCheck::Verdict::kForbidden) {
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
Observation Explorer::answer(World& world, const Operation& operation, bool& gave_up) {
    Choices choices;
    Transition transition(world, settings_, nullptr, choices, event_space_);
    const Result result = apply(transition, operation);
    gave_up = transition.gave_up() != nullptr;
    return {result, transition.events()};
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
        *path_[depth] = *path_[depth - 1];
        bool gave_up = false;
        answer(*path_[depth], universe_.operations[table_[missing.back()].operation], gave_up);
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

void Explorer::take_step(WorldTable::Index from, OperationNumber number) {
    const Operation& operation = universe_.operations[number];
    const World& before = *path_[path_indices_.size() - 1];
    *after_ = before;
    bool gave_up = false;
    const Observation seen = answer(*after_, operation, gave_up);
    ++counts_.transitions;
    if (gave_up) {
        ++counts_.given_up;
        return;
    }
    if (visit_ != nullptr) {
        visit_(visitor_, from, number, before, *after_);
    }
    if (const StepInvariant* broken = broken_invariant({before, operation, seen, *after_})) {
        violated(broken->name, broken->sentence, from, number);
        return;
    }
    if (limits_.nesting_every != 0 && from % limits_.nesting_every == 0) {
        check_nesting(operation, seen);
        if (violation_) {
            violated(kNesting, kNestingSentence, from, number);
            return;
        }
    }
    const WorldKey key = world_key(*after_, static_cast<int>(universe_.handles.size()));
    if (const WorldTable::Index known = table_.find(key); known != WorldTable::kNone) {
        const bool sampled =
            limits_.alike_every != 0 && counts_.transitions % limits_.alike_every == 0;
        if (sampled && !behave_alike(known, *after_)) {
            violated(kAlike, kAlikeSentence, from, number);
        }
        return;
    }
    if (const Invariant* broken = broken_invariant(*after_, settings_)) {
        violated(broken->name, broken->sentence, from, number);
        return;
    }
    const auto depth = static_cast<std::uint16_t>(table_[from].depth + 1);
    cut_ = table_.add({key, from, number, depth}) == WorldTable::kNone;
    counts_.depth = cut_ ? counts_.depth : depth;
}

/// Holds the answer to `operation` in the current world against the looser tiers.
void Explorer::check_nesting(const Operation& operation, const Observation& seen) {
    const std::vector<Event> events(seen.events.begin(), seen.events.end());
    ++counts_.nesting_checked;
    for (NestingCheck& looser : looser_) {
        // Catch up with the path.
        for (std::size_t depth = looser.length() - universe_.setup.size() + 1;
             depth < path_indices_.size(); ++depth) {
            *scratch_[0] = *path_[depth - 1];
            const Operation& step = universe_.operations[table_[path_indices_[depth]].operation];
            bool gave_up = false;
            const Observation answered = answer(*scratch_[0], step, gave_up);
            looser.extend(step, answered);
        }
        const NestingCheck::Verdict verdict = looser.ask(operation, {seen.result, events});
        counts_.nesting_open += verdict == NestingCheck::Verdict::kOpen ? 1 : 0;
        if (verdict == NestingCheck::Verdict::kForbidden) {
            violation_.emplace();
            return;
        }
    }
}

/// True if every operation gives the same answer in world `first` and in `other`, which has the
/// same key, and leads to the same world.
bool Explorer::behave_alike(WorldTable::Index first, const World& other) {
    ++counts_.alike_checked;
    const auto handles = static_cast<int>(universe_.handles.size());
    World world = *path_.front();
    bool gave_up = false;
    for (const OperationNumber number : table_.path(first)) {
        answer(world, universe_.operations[number], gave_up);
    }
    for (const Operation& operation : universe_.operations) {
        *scratch_[0] = world;
        *scratch_[1] = other;
        const Observation seen = answer(*scratch_[0], operation, gave_up);
        const std::vector<Event> events(seen.events.begin(), seen.events.end());
        bool other_gave_up = false;
        const Observation others = answer(*scratch_[1], operation, other_gave_up);
        if (gave_up != other_gave_up) {
            return false;
        }
        if (!gave_up && (!same_answer({seen.result, events}, others) ||
                         world_key(*scratch_[0], handles) != world_key(*scratch_[1], handles))) {
            return false;
        }
    }
    return true;
}

void Explorer::violated(std::string_view property, std::string_view sentence,
                        WorldTable::Index from, OperationNumber operation) {
    violation_ = Violation{std::string(property), std::string(sentence), table_.path(from)};
    violation_->program.push_back(operation);
}

}  // namespace epollcheck
