// Register model. See register_model.h.

#include "stress/history/register_model.h"

namespace epollcheck {

void RegisterModel::step(const State& state, const Operation& operation, bool pending,
                         std::vector<CallStep<State>>& next) const {
    switch (operation.kind) {
        case Operation::Kind::kRead:
            if (pending || state == operation.value) {
                next.push_back({state});
            }
            return;
        case Operation::Kind::kWrite:
            next.push_back({operation.value});
            return;
        case Operation::Kind::kCompareAndSet:
            break;
    }
    const bool matches = state == operation.expected;
    if (matches && (pending || operation.succeeded)) {
        next.push_back({operation.value});
    } else if (!matches && (pending || !operation.succeeded)) {
        next.push_back({state});
    }
}

}  // namespace epollcheck
