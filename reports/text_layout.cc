// Layout of text for people. See text_layout.h.

#include "reports/text_layout.h"

#include <fmt/format.h>

#include <cctype>

namespace epollcheck {

std::string wrap(std::string_view text, std::string_view first_indent, std::string_view indent,
                 std::size_t width) {
    std::string result(first_indent);
    std::size_t column = first_indent.size();
    bool line_has_word = false;
    while (!text.empty()) {
        // Blanks before the first word and inside are part of the text: tables stay aligned.
        const std::size_t word_begin = std::min(text.find_first_not_of(' '), text.size());
        const std::size_t word_end = std::min(text.find(' ', word_begin), text.size());
        const std::size_t blanks = word_begin;
        const std::size_t length = word_end - word_begin;
        if (line_has_word && column + blanks + length > width) {
            result += '\n';
            result += indent;
            column = indent.size();
        } else {
            result.append(blanks, ' ');
            column += blanks;
        }
        result += text.substr(word_begin, length);
        column += length;
        line_has_word = true;
        text.remove_prefix(word_end);
    }
    return result + "\n";
}

std::string Paint::status(CaseStatus status) const {
    std::string name(status_name(status));
    for (char& letter : name) {
        letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    }
    switch (status) {
        case CaseStatus::kPassed:
            return good(name);
        case CaseStatus::kFailed:
        case CaseStatus::kCrashed:
        case CaseStatus::kError:
            return bad(name);
        case CaseStatus::kSkipped:
        case CaseStatus::kInconclusive:
            return bold(name);
    }
    return name;
}

std::string Paint::with(std::string_view code, std::string_view text) const {
    return colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

}  // namespace epollcheck
