// Register model: an integer register with read, write and compare-and-set, the object of the
// histories that checkers of linearizability are compared on.
//
// Epollcheck needs it for nothing but that: a search that judges epoll must first be seen to judge
// what others have judged before.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "stress/history/linearizability.h"

namespace epollcheck {

struct RegisterOperation {
    enum class Kind : std::uint8_t { kRead, kWrite, kCompareAndSet };
    Kind kind = Kind::kRead;
    std::optional<std::int64_t> value;  // read: what came; write: what is written; nothing: nil
    std::int64_t expected = 0;          // compare-and-set: what must be there
    bool succeeded = true;              // of a compare-and-set that returned

    friend bool operator==(const RegisterOperation&, const RegisterOperation&) = default;
};

class RegisterModel {
public:
    using State = std::optional<std::int64_t>;  // nothing was written yet
    using Key = State;
    using Operation = RegisterOperation;

    [[nodiscard]] State initial() const { return std::nullopt; }
    [[nodiscard]] Key key(const State& state) const { return state; }
    [[nodiscard]] std::size_t hash(const Key& key) const {
        return key ? std::hash<std::int64_t>()(*key) + 1 : 0;
    }
    void step(const State& state, const Operation& operation, bool pending,
              std::vector<CallStep<State>>& next) const;
};

}  // namespace epollcheck
