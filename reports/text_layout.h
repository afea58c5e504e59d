// Layout of text for people: wrapping, and colours of terminals.

#pragma once

#include <string>
#include <string_view>

#include "reports/results.h"

namespace epollcheck {

/// `text` broken between words into lines of at most `width` columns, each with a newline: the
/// first starts with `first_indent`, the others with `indent`. A longer word stands alone.
std::string wrap(std::string_view text, std::string_view first_indent, std::string_view indent,
                 std::size_t width);

/// Gives words a colour, or leaves them as they are.
class Paint {
public:
    explicit Paint(bool colour) : colour_(colour) {}

    [[nodiscard]] std::string bold(std::string_view text) const { return with("1", text); }
    [[nodiscard]] std::string good(std::string_view text) const { return with("32", text); }
    [[nodiscard]] std::string bad(std::string_view text) const { return with("31", text); }
    [[nodiscard]] std::string dim(std::string_view text) const { return with("2", text); }
    /// The name of `status` in capitals, in its colour.
    [[nodiscard]] std::string status(CaseStatus status) const;

private:
    [[nodiscard]] std::string with(std::string_view code, std::string_view text) const;

    bool colour_;
};

}  // namespace epollcheck
