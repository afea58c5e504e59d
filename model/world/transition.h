// Transition: the context in which one operation acts on one world.
//
// Every function of the model that may change the world or decide an answer takes a Transition. It
// carries the settings (tier, profile, capacities), the observation that guides the run, the
// choices, and it collects the rules that decided the outcome.

#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "model/rules/rule.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"
#include "model/world/choices.h"
#include "model/world/concurrent_state.h"
#include "model/world/settings.h"
#include "model/world/world.h"

namespace epollcheck {

/// What a file's poll method may answer: `surely` is always there, `possibly` includes what a
/// looser tier leaves open. At tier exact both are equal.
struct MaskRange {
    EventMask surely = 0;
    EventMask possibly = 0;

    static MaskRange exactly(EventMask mask) { return {mask, mask}; }
    [[nodiscard]] MaskRange operator&(EventMask interest) const {
        return {surely & interest, possibly & interest};
    }
};

/// How sure it is that a file's poll method runs now. Polling is not without effect (R-B31, R-D44).
enum class Look : std::uint8_t {
    kCertain,  // it runs
    kPerhaps,  // a looser tier leaves open whether it runs
    kPeek,     // it does not run: the model only wants to know what it would say
};

/// Errors that apply to a call, in the order in which Linux checks them.
class ErrorList {
public:
    void add(int error, Rule rule) {
        if (count_ < kCapacity) {
            entries_[count_++] = {error, rule};
        }
    }
    [[nodiscard]] bool any() const { return count_ > 0; }
    /// Puts the first `error` of the list, if there is one, in front of all others.
    void promote(int error) {
        for (int i = 1; i < count_; ++i) {
            if (entries_[i].error == error) {
                std::rotate(entries_, entries_ + i, entries_ + i + 1);
                return;
            }
        }
    }
    [[nodiscard]] int count() const { return count_; }
    [[nodiscard]] int error(int index) const { return entries_[index].error; }
    [[nodiscard]] Rule rule(int index) const { return entries_[index].rule; }

private:
    struct Entry {
        int error = 0;
        Rule rule = Rule::kNone;
    };
    static constexpr int kCapacity = 12;
    Entry entries_[kCapacity];
    int count_ = 0;
};

/// What happens with the requests of rings in the middle of a call: task work, which the kernel
/// does when the call returns. See model/kinds/ring_work.h.
struct RingWork {
    struct Woken {
        std::uint8_t times = 0;  // 0: it has nothing to do
        bool canceled = false;
        bool looped = false;  // a defect let it go on once
        EventMask mask = 0;   // key of the wake-up, 0: nobody knows
    };
    struct Entry {
        std::int8_t request;  // -1: the time-out of a wait
        std::int8_t ring;
        std::int8_t wait;  // the request that it ends, -1: none is left
        std::uint8_t id;   // of the time-out
    };
    static constexpr int kMost = 2 * kMaxRequests;

    int count = 0;
    std::uint8_t deferred = 0;  // bit: ring with completions of requests that are over, not shown
    Entry entries[kMost];
    Woken woken[kMaxRequests] = {};
};

class Transition {
public:
    Transition(World& world_to_change, const Settings& settings_to_use,
               const Observation* observation, Choices& choices_to_make, Event* event_space)
        : world(world_to_change),
          settings(settings_to_use),
          observed(observation),
          choices_(choices_to_make),
          events_(event_space) {}

    World& world;
    const Settings& settings;
    const Observation* observed;  // null while answers are enumerated
    Look look = Look::kCertain;
    int process = 0;    // the one that makes the call
    int received = -1;  // the file that came with what was just received, -1: none
    Scans scans;
    RingWork ring_work;
    ConcurrentState* concurrent = nullptr;  // of calls that overlap; null where none do

    /// The descriptor table of the process that makes the call.
    [[nodiscard]] SlotTable& table() const { return world.tables[world.table_of[process]]; }

    [[nodiscard]] bool exact() const { return settings.tier == Tier::kExact; }
    [[nodiscard]] bool contract() const { return settings.tier == Tier::kContract; }
    /// True if the tier holds a target to `rule`.
    [[nodiscard]] bool enforces(Rule rule) const { return rule_tier(rule) <= settings.tier; }
    [[nodiscard]] bool has(VersionDifference difference) const {
        return settings.profile->has(difference);
    }
    /// True if the model acts as an implementation with this defect, and not as a judge.
    [[nodiscard]] bool has(Defect defect) const { return settings.defect == defect; }
    [[nodiscard]] bool sound() const { return settings.defect == Defect::kNone; }

    /// Whether the target behaves as kernels with `difference` do, where that is a detail of a
    /// kernel version: the profile says it at tier exact, and both are possible at looser tiers. To
    /// be asked only where the answer makes a difference.
    bool behaves_as_with(VersionDifference difference) {
        return exact() ? has(difference) : choose(0b11) == 0;
    }

    /// Notes that `rule` decided something in this step.
    void decided_by(Rule rule) { decided_.add(rule); }
    void decided_by_if(bool condition, Rule rule) { decided_.add(condition ? rule : Rule::kNone); }
    [[nodiscard]] const RuleSet& decided() const { return decided_; }

    /// One of `options`, see Choices::choose. A dead end makes the whole run impossible.
    int choose(std::uint64_t options) {
        const int choice = choices_.choose(options);
        impossible_ = impossible_ || choice < 0;
        return choice;
    }
    /// Says that the observation cannot come from this run.
    void refute() { impossible_ = true; }
    /// True if the observation cannot come from this run.
    [[nodiscard]] bool impossible() const { return impossible_; }

    /// Without an observation: the tier allows more here than choices make of it.
    void leave_out_answers() { leaves_out_answers_ = true; }
    [[nodiscard]] bool leaves_out_answers() const { return leaves_out_answers_; }

    /// The model cannot follow the program: `reason` says which of its limits was met.
    Result give_up(const char* reason) {
        gave_up_ = gave_up_ != nullptr ? gave_up_ : reason;
        return Result::of_value(0);
    }
    [[nodiscard]] const char* gave_up() const { return gave_up_; }

    /// The answer for a call to which `errors` apply (at least one): the first one, or any of them
    /// at tier contract, which does not promise an order of checks.
    Result fail(const ErrorList& errors) { return fail_with(errors, contract()); }
    /// The same, where the caller knows whether any of `errors` may be given.
    Result fail_with(const ErrorList& errors, bool any);
    Result fail(int error, Rule rule) {
        decided_by(rule);
        return Result::of_error(error);
    }

    /// True if the call goes on in spite of `errors`: the tier promises none of them, so a target
    /// may fail with one of them or not look at all.
    bool overlooks(const ErrorList& errors);
    /// The answer where the tier does not hold a target to `rule`: whatever it answered. Elsewhere,
    /// and while answers are enumerated, `predicted` (with the events reported so far).
    Result held_to(Rule rule, const Result& predicted);

    /// The answer of a transfer that Linux lets move `predicted` bytes (or fail: negative errno).
    /// Tiers below `rule` leave the capacity open, so there anything from 1 to `most` bytes, or
    /// EAGAIN if `may_refuse`, is taken over from the observation.
    std::int64_t transferred(std::int64_t predicted, std::int64_t most, bool may_refuse, Rule rule);

    /// A file whose last reference went in the middle of a call: the kernel releases it before the
    /// call returns (task_work of fput), see release_late().
    void release_later(int file) { late_[late_count_++] = static_cast<std::int8_t>(file); }
    [[nodiscard]] bool has_late() const { return late_count_ > 0; }
    /// Takes the files that were noted, in the order in which they were.
    int take_late(std::int8_t (&files)[kMaxFiles]) {
        std::copy_n(late_, late_count_, files);
        return std::exchange(late_count_, 0);
    }

    void report(const Event& event) { events_[event_count_++] = event; }
    void clear_events() { event_count_ = 0; }
    [[nodiscard]] int event_count() const { return event_count_; }
    [[nodiscard]] std::span<const Event> events() const {
        return {events_, static_cast<std::size_t>(event_count_)};
    }

    /// The call needs the mutex of `instance`. It cannot go on while another one has it (R-F1).
    void lock(int instance) {
        if (concurrent != nullptr && enforces(Rule::kF1) && concurrent->is_locked(instance)) {
            waits_for_mutex_ = true;
            refute();
        }
    }
    /// True if that was so.
    [[nodiscard]] bool waits_for_mutex() const { return waits_for_mutex_; }

    /// Rank for the next item that is queued. Items of one wake-up walk share a rank where the tier
    /// does not promise their order (R-A11); at tier contract only harvests advance it (N-2, N-3).
    std::uint32_t new_rank() { return exact() ? world.next_rank++ : world.next_rank; }
    void start_rank_group() {
        if (settings.tier == Tier::kLinux && !holds_rank_group_) {
            ++world.next_rank;
        }
    }

    /// Until it is called with false, all wake-ups belong to one group: no tier but exact promises
    /// the order of what one call releases.
    void hold_rank_group(bool holds) {
        start_rank_group();
        holds_rank_group_ = holds;
    }

private:
    Choices& choices_;
    bool waits_for_mutex_ = false;
    RuleSet decided_;
    bool impossible_ = false;
    bool leaves_out_answers_ = false;
    bool holds_rank_group_ = false;
    const char* gave_up_ = nullptr;
    int event_count_ = 0;
    int late_count_ = 0;
    std::int8_t late_[kMaxFiles];
    Event* events_;  // room for kMaxEvents
};

/// Lowers the certainty of looks as long as it lives.
class LookGuard {
public:
    LookGuard(Transition& transition, Look look)
        : transition_(transition), before_(transition.look) {
        transition.look = std::max(before_, look);
    }
    ~LookGuard() { transition_.look = before_; }
    LookGuard(const LookGuard&) = delete;
    LookGuard& operator=(const LookGuard&) = delete;

private:
    Transition& transition_;
    Look before_;
};

}  // namespace epollcheck
