// Linearizability: is there an order of overlapping calls in which a sequential model gives the
// answers that were seen?
//
// The search is that of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with the
// cache of Lowe ("Testing for Linearizability", 2017): calls are tried as the next one in the order
// as long as no other call returned before them, and a set of ordered calls that led to a state
// once is not tried again with that state. It is generic over the model, so the same search judges
// histories of epoll instances and other people's histories of registers and maps.
//
// A model may be nondeterministic: it names all states that a call can lead to. A call may take
// effect in several steps, between which other calls take theirs; it has its place in the order
// when it takes the last one. A call that never returned may have taken effect at any time after
// its beginning, in part, or not at all.

#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <unordered_set>
#include <utility>
#include <vector>

namespace epollcheck {

/// One call of a history. Times are positions in one total order of all beginnings and ends.
template <class Operation>
struct HistoryCall {
    Operation operation;  // with its answer, as the model understands it
    int process = 0;      // who called; the calls of one process do not overlap
    std::uint64_t begin = 0;
    std::uint64_t end = kPending;

    /// The end of a call that never returned.
    static constexpr std::uint64_t kPending = std::numeric_limits<std::uint64_t>::max();
    [[nodiscard]] bool is_pending() const { return end == kPending; }
};

/// Where one step of a call leads to.
template <class State>
struct CallStep {
    State state;
    bool done = true;  // it was the last step of the call
};

/// What a history is held against.
template <class M>
concept SequentialModel = requires(const M& model, const typename M::State& state,
                                   const typename M::Key& key,
                                   const typename M::Operation& operation,
                                   std::vector<CallStep<typename M::State>>& next) {
    requires std::equality_comparable<typename M::Key>;
    { model.initial() } -> std::same_as<typename M::State>;
    // Appends every state in which the next step of `operation`, taken in `state`, can leave the
    // object with the answer that the call has. How far a call has come is part of the state.
    // `pending`: its answer is not known, and any is possible.
    {model.step(state, operation, bool{}, next)};
    // Equal for states that no further call can tell apart.
    { model.key(state) } -> std::same_as<typename M::Key>;
    { model.hash(key) } -> std::convertible_to<std::size_t>;
};

struct LinearizabilityLimits {
    std::size_t configurations = 1'000'000;  // remembered pairs of ordered calls and state
};

struct LinearizabilityResult {
    enum class Verdict : std::uint8_t { kLinearizable, kViolation, kInconclusive };
    Verdict verdict = Verdict::kLinearizable;
    /// The calls in an order that explains the answers; of a violation, the longest such beginning.
    std::vector<std::size_t> order;
    /// Of a violation: the call that no order explains, of those whose end comes first.
    std::size_t unexplained = 0;
    std::size_t configurations = 0;  // that the search went through
};

/// Searches for an order. Indices in the result are those of `history`.
template <SequentialModel Model>
class LinearizabilitySearch {
public:
    using Call = HistoryCall<typename Model::Operation>;
    using State = typename Model::State;
    using Step = CallStep<State>;

    LinearizabilitySearch(const Model& model, const std::vector<Call>& history,
                          const LinearizabilityLimits& limits = {})
        : model_(model),
          history_(history),
          limits_(limits),
          state_(model.initial()),
          furthest_(state_) {
        make_entries();
    }

    LinearizabilityResult run();
    /// Of a violation: the state after the longest beginning of an order that explains answers.
    [[nodiscard]] const State& furthest_state() const { return furthest_; }

private:
    using Bits = std::vector<std::uint64_t>;

    /// A beginning or an end in a doubly linked list, in the order of time. Entry 0 is the head.
    struct Entry {
        std::size_t call = 0;
        std::size_t match = 0;  // of a beginning: its end. Of an end: 0
        std::size_t previous = 0;
        std::size_t next = 0;
    };
    /// A step that was taken, and what else might have come of it.
    struct Choice {
        std::size_t entry = 0;
        bool ordered = false;  // it was the last one of its call
        State before;
        std::vector<Step> others;  // steps that were not tried yet
    };
    struct Configuration {
        Bits ordered;
        typename Model::Key key;
        std::size_t hash = 0;
        friend bool operator==(const Configuration& left, const Configuration& right) {
            return left.ordered == right.ordered && left.key == right.key;
        }
    };
    struct ConfigurationHash {
        std::size_t operator()(const Configuration& configuration) const {
            return configuration.hash;
        }
    };

    void make_entries();
    bool try_call(std::size_t entry);
    bool take_one_of(std::size_t entry, const State& before, std::vector<Step> candidates);
    bool backtrack(std::size_t& entry);
    bool is_new(const State& state);
    void lift(std::size_t entry);
    void put_back(std::size_t entry);
    void note_progress(std::size_t stuck_at);
    [[nodiscard]] std::vector<std::size_t> present_order() const;
    void mark(std::size_t call, bool ordered) {
        const std::uint64_t bit = std::uint64_t{1} << (call % 64);
        ordered_[call / 64] = ordered ? ordered_[call / 64] | bit : ordered_[call / 64] & ~bit;
    }
    [[nodiscard]] bool is_beginning(std::size_t entry) const { return entries_[entry].match != 0; }

    const Model& model_;
    const std::vector<Call>& history_;
    LinearizabilityLimits limits_;
    std::vector<Entry> entries_;
    std::size_t open_ends_ = 0;  // ends of calls that returned, still in the list
    State state_;
    State furthest_;
    Bits ordered_;
    std::vector<Choice> choices_;
    std::unordered_set<Configuration, ConfigurationHash> seen_;
    LinearizabilityResult result_;
    std::uint64_t latest_end_ = 0;  // of the furthest place where the search got stuck
};

/// A list of all beginnings and ends. Pending calls have no end: they never have to be ordered.
template <SequentialModel Model>
void LinearizabilitySearch<Model>::make_entries() {
    struct Instant {
        std::uint64_t time;
        std::size_t call;
        bool is_end;
    };
    std::vector<Instant> instants;
    for (std::size_t i = 0; i < history_.size(); ++i) {
        instants.push_back({history_[i].begin, i, false});
        if (!history_[i].is_pending()) {
            instants.push_back({history_[i].end, i, true});
        }
    }
    // At one instant beginnings come first: calls that touch may be ordered either way.
    std::ranges::sort(instants, [](const Instant& left, const Instant& right) {
        return std::pair(left.time, left.is_end) < std::pair(right.time, right.is_end);
    });
    constexpr std::size_t kNoEnd = std::numeric_limits<std::size_t>::max();
    entries_.assign(instants.size() + 1, {});
    std::vector<std::size_t> beginnings(history_.size());
    for (std::size_t i = 0; i < instants.size(); ++i) {
        Entry& entry = entries_[i + 1];
        entry.call = instants[i].call;
        entry.previous = i;
        entries_[i].next = i + 1;
        if (instants[i].is_end) {
            entries_[beginnings[entry.call]].match = i + 1;
            ++open_ends_;
        } else {
            beginnings[entry.call] = i + 1;
            entry.match = kNoEnd;
        }
    }
    ordered_.assign((history_.size() + 63) / 64, 0);
}

template <SequentialModel Model>
LinearizabilityResult LinearizabilitySearch<Model>::run() {
    using Verdict = LinearizabilityResult::Verdict;
    std::size_t entry = entries_.front().next;
    while (open_ends_ > 0) {
        if (seen_.size() >= limits_.configurations) {
            result_.verdict = Verdict::kInconclusive;
            break;
        }
        if (entry != 0 && is_beginning(entry)) {
            entry = try_call(entry) ? entries_.front().next : entries_[entry].next;
            continue;
        }
        note_progress(entry);
        if (!backtrack(entry)) {
            result_.verdict = Verdict::kViolation;
            break;
        }
    }
    if (result_.verdict == Verdict::kLinearizable) {
        result_.order = present_order();
    }
    result_.configurations = seen_.size();
    return result_;
}

/// Takes the next step of the call of a beginning, if the model can explain it there.
template <SequentialModel Model>
bool LinearizabilitySearch<Model>::try_call(std::size_t entry) {
    const Call& call = history_[entries_[entry].call];
    std::vector<Step> candidates;
    model_.step(state_, call.operation, call.is_pending(), candidates);
    return !candidates.empty() && take_one_of(entry, state_, std::move(candidates));
}

/// Goes on with one of the states that a step leads to, and keeps the others for later.
template <SequentialModel Model>
bool LinearizabilitySearch<Model>::take_one_of(std::size_t entry, const State& before,
                                               std::vector<Step> candidates) {
    const std::size_t call = entries_[entry].call;
    while (!candidates.empty()) {
        Step candidate = std::move(candidates.back());
        candidates.pop_back();
        mark(call, candidate.done);
        if (is_new(candidate.state)) {
            choices_.push_back({entry, candidate.done, before, std::move(candidates)});
            state_ = std::move(candidate.state);
            if (candidate.done) {
                lift(entry);
            }
            return true;
        }
    }
    mark(call, false);
    return false;
}

/// Undoes the last step, and goes on with another outcome of it or with the beginning after it.
/// False if there is nothing to undo.
template <SequentialModel Model>
bool LinearizabilitySearch<Model>::backtrack(std::size_t& entry) {
    if (choices_.empty()) {
        return false;
    }
    Choice last = std::move(choices_.back());
    choices_.pop_back();
    if (last.ordered) {
        put_back(last.entry);
    }
    mark(entries_[last.entry].call, false);
    state_ = last.before;
    entry = take_one_of(last.entry, last.before, std::move(last.others))
                ? entries_.front().next
                : entries_[last.entry].next;
    return true;
}

template <SequentialModel Model>
bool LinearizabilitySearch<Model>::is_new(const State& state) {
    typename Model::Key key = model_.key(state);
    std::uint64_t hash = model_.hash(key);
    for (const std::uint64_t word : ordered_) {
        hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
        hash ^= hash >> 32;
    }
    return seen_.insert({ordered_, std::move(key), static_cast<std::size_t>(hash)}).second;
}

template <SequentialModel Model>
void LinearizabilitySearch<Model>::lift(std::size_t entry) {
    const auto remove = [&](std::size_t removed) {
        const Entry& node = entries_[removed];
        entries_[node.previous].next = node.next;
        if (node.next != 0) {
            entries_[node.next].previous = node.previous;
        }
    };
    remove(entry);
    if (const std::size_t end = entries_[entry].match; end < entries_.size()) {
        remove(end);
        --open_ends_;
    }
}

template <SequentialModel Model>
void LinearizabilitySearch<Model>::put_back(std::size_t entry) {
    const auto insert = [&](std::size_t inserted) {
        const Entry& node = entries_[inserted];
        entries_[node.previous].next = inserted;
        if (node.next != 0) {
            entries_[node.next].previous = inserted;
        }
    };
    if (const std::size_t end = entries_[entry].match; end < entries_.size()) {
        insert(end);
        ++open_ends_;
    }
    insert(entry);
}

/// Remembers the order that came furthest, and the end that it could not reach.
template <SequentialModel Model>
void LinearizabilitySearch<Model>::note_progress(std::size_t stuck_at) {
    if (stuck_at == 0) {
        return;  // all that is left never returned
    }
    const std::size_t call = entries_[stuck_at].call;
    if (history_[call].end < latest_end_) {
        return;
    }
    latest_end_ = history_[call].end;
    result_.unexplained = call;
    result_.order = present_order();
    furthest_ = state_;
}

template <SequentialModel Model>
std::vector<std::size_t> LinearizabilitySearch<Model>::present_order() const {
    std::vector<std::size_t> order;
    for (const Choice& choice : choices_) {
        if (choice.ordered) {
            order.push_back(entries_[choice.entry].call);
        }
    }
    return order;
}

}  // namespace epollcheck
