// The handles of a program while it is parsed: which names exist, and the check that every name is
// bound before it is used.
//
// The check follows the order of the text. For programs of several threads that is the best that
// can be said without running them: an order that holds on every schedule needs a barrier anyway.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/program/line_cursor.h"

namespace epollcheck {

/// True if `name` may name a handle: [a-z][a-z0-9_]*, and no word with a meaning of its own in
/// answers (`fd`, `or`, `if`, `not`, `blocks`).
bool is_handle_name(std::string_view name);

class HandleNames {
public:
    /// Names are appended to `names` (Program::handles) as they are bound.
    explicit HandleNames(std::vector<std::string>& names) : names_(names) {}

    /// Reads a name that must be bound already; its index.
    std::int16_t use(LineCursor& cursor);
    /// Reads a name and binds it, for the first time or again; its index.
    std::int16_t bind(LineCursor& cursor);

private:
    [[nodiscard]] std::int16_t find(std::string_view name) const;

    std::vector<std::string>& names_;
};

}  // namespace epollcheck
