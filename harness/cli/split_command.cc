// Split command. See split_command.h.

#include "harness/cli/split_command.h"

#include <fmt/format.h>

namespace epollcheck {

std::variant<std::vector<std::string>, std::string> split_command(std::string_view text) {
    std::vector<std::string> words;
    bool in_word = false;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char character = text[i];
        const bool blank = character == ' ' || character == '\t' || character == '\n';
        if (quote == 0 && blank) {
            in_word = false;
            continue;
        }
        if (!in_word) {
            words.emplace_back();
            in_word = true;
        }
        if (character == quote) {
            quote = 0;
        } else if (quote == 0 && (character == '\'' || character == '"')) {
            quote = character;
        } else if (character == '\\' && quote != '\'' && i + 1 < text.size()) {
            words.back() += text[++i];
        } else {
            words.back() += character;
        }
    }
    if (quote != 0) {
        return fmt::format("a {} has no end in: {}", quote, text);
    }
    if (words.empty() || words.front().empty()) {
        return "it names no command";
    }
    return words;
}

}  // namespace epollcheck
