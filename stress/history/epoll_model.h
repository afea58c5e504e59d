// Epoll as the object of concurrent histories: the model of epoll, as the search for an explanation
// needs it.
//
// The steps of calls are those of concurrent_step.h. Besides the calls of threads a history has one
// more kind of call, made by nobody: at one instant every thread slept or was done. It says of the
// threads that slept that they were right to.

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/judgement/concurrent_step.h"
#include "stress/history/linearizability.h"

namespace epollcheck {

/// A call of a history, or the instant at which every thread slept or was done.
struct EpollCall {
    ObservedCall call;
    bool is_quiescence = false;
};

class EpollModel {
public:
    using State = ConcurrentWorld;
    using Key = WorldKey;
    using Operation = EpollCall;

    /// Histories begin in `world`. `handle_count` is Program::handles.size().
    EpollModel(const Settings& settings, const World& world, int handle_count);

    [[nodiscard]] State initial() const { return {world_, {}}; }
    void step(const State& state, const Operation& operation, bool pending,
              std::vector<CallStep<State>>& next) const;
    [[nodiscard]] Key key(const State& state) const { return concurrent_key(state, handle_count_); }
    [[nodiscard]] std::size_t hash(const Key& key) const { return key.low; }

    /// Why a step could not be followed, of all that were tried; null: all could.
    [[nodiscard]] const char* gave_up() const { return gave_up_; }
    /// The rules that decided steps.
    [[nodiscard]] const RuleSet& decided() const { return decided_; }

private:
    Settings settings_;
    const World& world_;
    int handle_count_;
    mutable const char* gave_up_ = nullptr;
    mutable RuleSet decided_;
    std::unique_ptr<State> scratch_;
    std::unique_ptr<Event[]> event_space_;  // kMaxEvents
};

}  // namespace epollcheck
