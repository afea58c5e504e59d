// Enumeration. See enumeration.h.

#include "harness/check/enumeration.h"

#include <algorithm>

#include "harness/check/calibrate.h"

namespace epollcheck {

Enumeration::Enumeration(const Universe& universe, int length, const Share& share,
                         const Workbench& bench)
    : bench_(bench),
      settings_(bench.judge.settings(Tier::kExact)),
      enumerator_(universe, length, share),
      operations_(universe.operations),
      setup_length_(universe.setup.size()),
      event_space_(kMaxEvents) {
    const std::vector<OperationNumber> any(static_cast<std::size_t>(length), 0);
    program_ = universe_program(universe, any, false);
    worlds_.resize(program_.operations.size() + 1, empty_world());
    predictions_.resize(program_.operations.size());
    for (std::size_t i = 0; i < setup_length_; ++i) {
        predict(worlds_[i], program_.operations[i], worlds_[i + 1], predictions_[i]);
    }
}

void Enumeration::predict(const World& before, const Operation& operation, World& after,
                          Prediction& answer) {
    after = before;
    Choices choices;
    Transition transition(after, settings_, nullptr, choices, event_space_.data());
    answer.result = apply(transition, operation);
    answer.events.assign(transition.events().begin(), transition.events().end());
    answer.known = transition.gave_up() == nullptr;
    exercised_.merge(transition.decided());
}

void Enumeration::predict_from(std::size_t step) {
    for (std::size_t i = step; i < program_.operations.size(); ++i) {
        if (i > 0 && !predictions_[i - 1].known) {
            predictions_[i].known = false;
        } else {
            predict(worlds_[i], program_.operations[i], worlds_[i + 1], predictions_[i]);
        }
    }
}

bool Enumeration::as_predicted() const {
    for (std::size_t i = 0; i < predictions_.size(); ++i) {
        const Prediction& expected = predictions_[i];
        if (!expected.known || !same_answer({expected.result, expected.events}, trace()[i])) {
            return false;
        }
    }
    return true;
}

/// Runs as many of the next programs as the target takes at once.
void Enumeration::run_ahead() {
    next_ = 0;
    ahead_count_ = 0;
    to_run_.clear();
    const std::size_t most = bench_.target.batch_size();
    while (ahead_count_ < most && !ended_) {
        if (!enumerator_.next()) {
            ended_ = true;
            break;
        }
        if (ahead_count_ == ahead_.size()) {
            ahead_.emplace_back().operations = program_.operations;
            runs_.emplace_back();
        }
        Ahead& ahead = ahead_[ahead_count_++];
        const std::span<const OperationNumber> numbers = enumerator_.program();
        ahead.numbers.assign(numbers.begin(), numbers.end());
        ahead.change = static_cast<std::size_t>(enumerator_.first_change());
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            ahead.operations[setup_length_ + i] = operations_[numbers[i]];
        }
        ahead.skipped = !reason_not_to_run(bench_, ahead.operations).empty();
        ahead.run = to_run_.size();
        if (!ahead.skipped) {
            to_run_.push_back({ahead.operations, static_cast<int>(program_.handles.size())});
        }
    }
    bench_.target.run_batch(to_run_, {runs_.data(), to_run_.size()});
}

Enumeration::Outcome Enumeration::step() {
    if (next_ == ahead_count_) {
        run_ahead();
        if (ahead_count_ == 0) {
            return Outcome::kEnd;
        }
    }
    const Ahead& ahead = ahead_[next_++];
    const std::size_t change = ahead.change;
    std::copy(ahead.operations.begin() + static_cast<std::ptrdiff_t>(setup_length_ + change),
              ahead.operations.end(),
              program_.operations.begin() + static_cast<std::ptrdiff_t>(setup_length_ + change));
    predict_from(setup_length_ + change);  // in any case: the next one builds on it
    if (ahead.skipped) {
        return Outcome::kSkipped;
    }
    if (run().error) {
        return Outcome::kFailed;
    }
    if (run().disagreement) {
        return Outcome::kDisagrees;
    }
    if (as_predicted()) {
        return Outcome::kConforms;
    }
    const bool conforms = bench_.judge.conforms(program_.operations, trace());
    return bench_.judge.inconclusive() ? Outcome::kInconclusive
           : conforms                  ? Outcome::kConforms
                                       : Outcome::kDeviates;
}

bool Enumeration::peek_next(std::span<OperationNumber> numbers) const {
    if (next_ < ahead_count_) {
        std::copy(ahead_[next_].numbers.begin(), ahead_[next_].numbers.end(), numbers.begin());
        return true;
    }
    Enumerator ahead = enumerator_;
    if (ended_ || !ahead.next()) {
        return false;
    }
    std::copy(ahead.program().begin(), ahead.program().end(), numbers.begin());
    return true;
}

std::optional<HarnessError> calibrate_universe(Machine& machine, const Universe& universe,
                                               Calibration& calibration) {
    for (const auto* list : {&universe.setup, &universe.operations, &universe.observations}) {
        if (auto error = calibrate_for(machine, *list, calibration)) {
            return error;
        }
    }
    return std::nullopt;
}

}  // namespace epollcheck
