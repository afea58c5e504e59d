// Properties of concurrent histories. See properties.h.

#include "stress/history/properties.h"

#include <algorithm>
#include <map>
#include <vector>

namespace epollcheck {

namespace {

constexpr std::uint64_t kNever = CallInterval::kNever;

/// An ADD or MOD that succeeded or whose answer is not known.
struct Arming {
    std::size_t operation = 0;
    EventMask events = 0;
    std::uint64_t begin = 0;
    std::uint64_t over = kNever;  // the first DEL or MOD of the item that began later returned here
    int deliveries = 0;
};

bool is_control(const Operation& operation) {
    return operation.kind == OperationKind::kEpollCtl ||
           operation.kind == OperationKind::kIoUringCtl;
}

bool succeeded(const Observation& answer) {
    return answer.result.kind == ResultKind::kValue && answer.result.value == 0;
}

class Properties {
public:
    Properties(std::span<const Operation> operations, const ConcurrentTrace& trace)
        : operations_(operations), trace_(trace) {}

    std::optional<BrokenProperty> run();

private:
    bool note_armings();
    void note_ends();
    Rule broken_by(std::size_t wait);

    std::span<const Operation> operations_;
    const ConcurrentTrace& trace_;
    std::map<std::uint64_t, Arming> armings_;  // by data
};

/// False if two armings have the same data.
bool Properties::note_armings() {
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        const Operation& operation = operations_[i];
        if (!is_control(operation) || operation.number == kCtlDel ||
            !succeeded(trace_.answers[i])) {
            continue;
        }
        const Arming arming{i, operation.flags, trace_.intervals[i].begin};
        if (!armings_.emplace(operation.value, arming).second) {
            return false;
        }
    }
    return true;
}

void Properties::note_ends() {
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        const Operation& operation = operations_[i];
        if (!is_control(operation) || operation.number == kCtlAdd ||
            !succeeded(trace_.answers[i])) {
            continue;
        }
        for (auto& [data, arming] : armings_) {
            const Operation& armed = operations_[arming.operation];
            // Another process may have another file by that number.
            const bool same_key = armed.fd == operation.fd &&
                                  armed.other_fd == operation.other_fd &&
                                  armed.process == operation.process;
            const std::uint64_t armed_at = trace_.intervals[arming.operation].end;
            if (same_key && armed_at < trace_.intervals[i].begin) {
                arming.over = std::min(arming.over, trace_.intervals[i].end);
            }
        }
    }
}

/// The rule that the events of a wait break, or kNone.
Rule Properties::broken_by(std::size_t wait) {
    const std::span<const Event> events = trace_.answers[wait].events;
    if (static_cast<std::int64_t>(events.size()) > operations_[wait].number) {
        return Rule::kF16;
    }
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto found = armings_.find(events[i].data);
        if (found == armings_.end()) {
            return Rule::kF11;
        }
        Arming& arming = found->second;
        if ((events[i].mask & ~(arming.events | event::kAlways)) != 0 ||
            arming.begin > trace_.intervals[wait].end) {
            return Rule::kF11;
        }
        if (arming.over < trace_.intervals[wait].begin) {
            return Rule::kF12;
        }
        if ((arming.events & event::kOneshot) != 0 && ++arming.deliveries > 1) {
            return Rule::kF15;
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (events[j].data == events[i].data) {
                return Rule::kF16;
            }
        }
    }
    return Rule::kNone;
}

std::optional<BrokenProperty> Properties::run() {
    if (!note_armings()) {
        return std::nullopt;
    }
    note_ends();
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        const bool waits = trace_.answers[i].result.kind == ResultKind::kEvents &&
                           operations_[i].kind != OperationKind::kFdinfo;
        if (waits && trace_.intervals[i].begin != kNever) {
            if (const Rule rule = broken_by(i); rule != Rule::kNone) {
                return BrokenProperty{rule, i};
            }
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<BrokenProperty> broken_property(std::span<const Operation> operations,
                                              const ConcurrentTrace& trace) {
    return Properties(operations, trace).run();
}

}  // namespace epollcheck
