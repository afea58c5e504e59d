// TOML text. See toml_text.h.

#include "harness/target/toml_text.h"

#include <optional>

namespace epollcheck {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Reads a text letter by letter, as far as to know what is a comment, a string, or neither.
class Letters {
public:
    explicit Letters(std::string_view text) : text_(text) {
        next_ = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    }

    /// The line of the first letter beyond ASCII outside of comments and strings.
    std::optional<toml::source_index> find_foreign() {
        for (; next_ < text_.size(); ++next_) {
            const char letter = text_[next_];
            line_ += letter == '\n' ? 1 : 0;
            if (within_ == '#') {
                within_ = letter == '\n' ? '\0' : within_;
            } else if (within_ != '\0') {
                read_in_string(letter);
            } else if (letter == '#') {
                within_ = letter;
            } else if (letter == '"' || letter == '\'') {
                begin_string(letter);
            } else if (static_cast<unsigned char>(letter) >= 0x80) {
                return line_;
            }
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] bool three_quotes() const {
        return text_.substr(next_, 3) == (text_[next_] == '"' ? "\"\"\"" : "'''");
    }

    void begin_string(char quote) {
        within_ = quote;
        has_lines_ = three_quotes();
        next_ += has_lines_ ? 2 : 0;
    }

    void read_in_string(char letter) {
        if (letter == '\\' && within_ == '"') {
            ++next_;
            line_ += next_ < text_.size() && text_[next_] == '\n' ? 1 : 0;
        } else if (letter == '\n' && !has_lines_) {
            within_ = '\0';  // the library says what is wrong with it
        } else if (letter == within_ && (!has_lines_ || three_quotes())) {
            next_ += has_lines_ ? 2 : 0;
            within_ = '\0';
        }
    }

    std::string_view text_;
    std::size_t next_ = 0;
    toml::source_index line_ = 1;
    char within_ = '\0';      // '#' of a comment, or the quote of a string
    bool has_lines_ = false;  // it is a string with three quotes
};

}  // namespace

toml::table parse_toml(std::string_view text) {
    if (const auto line = Letters(text).find_foreign()) {
        throw toml::parse_error("letters beyond ASCII can stand in strings and comments only",
                                toml::source_position{*line, 1});
    }
    return toml::parse(text);
}

}  // namespace epollcheck
