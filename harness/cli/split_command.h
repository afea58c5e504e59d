// Split command: the words of a command that is given as one argument, as a shell would see them.
// Nothing is expanded and no shell is asked.

#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace epollcheck {

/// The words of `text`: separated by blanks; '...' and "..." keep blanks, a backslash keeps the
/// next character (not in '...'). Else what is wrong: no word, or a quote without its end.
std::variant<std::vector<std::string>, std::string> split_command(std::string_view text);

}  // namespace epollcheck
