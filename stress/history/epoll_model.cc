// Epoll as the object of concurrent histories. See epoll_model.h.

#include "stress/history/epoll_model.h"

#include "model/kinds/elapse.h"

namespace epollcheck {

namespace {

/// True if the thread sleeps and nothing of its own can end that. Most steps that a search tries
/// are of this kind, and need no copy of the world.
bool sleeps_on(const ConcurrentWorld& state, const EpollCall& operation, Tier tier) {
    const ConcurrentState& calls = state.calls;
    const CallInProgress& thread = calls.threads[operation.call.thread];
    if (operation.is_quiescence || is_anything_under_way(state.world) ||
        thread.phase != WaitPhase::kAsleep || thread.wake_count > 0 || thread.signalled) {
        return false;
    }
    const bool saw_events = operation.call.observed.result.event_count > 0;
    return operation.call.blocked ? !calls.quiescent : saw_events && tier == Tier::kExact;
}

}  // namespace

EpollModel::EpollModel(const Settings& settings, const World& world, int handle_count)
    : settings_(settings),
      world_(world),
      handle_count_(handle_count),
      scratch_(std::make_unique<State>()),
      event_space_(std::make_unique<Event[]>(kMaxEvents)) {}

void EpollModel::step(const State& state, const Operation& operation, bool /*pending*/,
                      std::vector<CallStep<State>>& next) const {
    if (sleeps_on(state, operation, settings_.tier)) {
        return;
    }
    constexpr int kMaxRuns = 256;
    int runs = 0;
    Choices choices;
    do {
        *scratch_ = state;
        Transition transition(scratch_->world, settings_, &operation.call.observed, choices,
                              event_space_.get());
        scratch_->calls.thread = operation.call.thread;
        transition.concurrent = &scratch_->calls;
        const StepEnd end = operation.is_quiescence ? note_quiescence(transition)
                                                    : advance(transition, operation.call);
        if (transition.gave_up() != nullptr) {
            gave_up_ = transition.gave_up();
            return;
        }
        decided_.add(transition.waits_for_mutex() ? Rule::kF1 : Rule::kNone);
        if (end != StepEnd::kImpossible) {
            decided_.merge(transition.decided());
            next.push_back({*scratch_, end == StepEnd::kDone});
        }
        if (++runs == kMaxRuns || choices.exhausted()) {
            gave_up_ = "more possible outcomes of one step than the judge follows";
            return;
        }
    } while (choices.advance());
}

}  // namespace epollcheck
