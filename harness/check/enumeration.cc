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
        if (!expected.known || !same_answer({expected.result, expected.events}, trace_[i])) {
            return false;
        }
    }
    return true;
}

Enumeration::Outcome Enumeration::step() {
    if (!enumerator_.next()) {
        return Outcome::kEnd;
    }
    const std::span<const OperationNumber> numbers = enumerator_.program();
    const auto change = static_cast<std::size_t>(enumerator_.first_change());
    for (std::size_t i = change; i < numbers.size(); ++i) {
        program_.operations[setup_length_ + i] = operations_[numbers[i]];
    }
    error_ =
        bench_.target.run(program_.operations, static_cast<int>(program_.handles.size()), trace_);
    if (error_) {
        return Outcome::kFailed;
    }
    predict_from(setup_length_ + change);
    if (bench_.target.disagreement()) {
        return Outcome::kDisagrees;
    }
    if (as_predicted()) {
        return Outcome::kConforms;
    }
    const bool conforms = bench_.judge.conforms(program_.operations, trace_);
    return bench_.judge.inconclusive() ? Outcome::kInconclusive
           : conforms                  ? Outcome::kConforms
                                       : Outcome::kDeviates;
}

bool Enumeration::peek_next(std::span<OperationNumber> numbers) const {
    Enumerator ahead = enumerator_;
    if (!ahead.next()) {
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
