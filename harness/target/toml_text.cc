// TOML text. See toml_text.h.

#include "harness/target/toml_text.h"

#include <fmt/format.h>

#include <string>

namespace epollcheck {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Makes ASCII of a text, which it reads as far as to know what is a comment, a string, or neither.
class ToAscii {
public:
    explicit ToAscii(std::string_view text) : text_(text) {
        text_.remove_prefix(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    }

    std::string convert() {
        while (next_ < text_.size()) {
            const char letter = text_[next_];
            if (static_cast<unsigned char>(letter) >= 0x80) {
                convert_foreign();
                continue;
            }
            if (within_ == '#') {
                within_ = letter == '\n' ? '\0' : within_;
            } else if (within_ != '\0') {
                read_in_string(letter);
            } else if (letter == '#') {
                within_ = letter;
            } else if (letter == '"' || letter == '\'') {
                within_ = letter;
                has_lines_ = three_quotes();
                take(has_lines_ ? 2 : 0);
            }
            take(1);
        }
        return std::move(ascii_);
    }

private:
    void take(std::size_t count) {
        for (const char letter : text_.substr(next_, count)) {
            line_ += letter == '\n' ? 1 : 0;
            ascii_ += letter;
        }
        next_ += count;
    }

    [[nodiscard]] bool three_quotes() const {
        return text_.substr(next_, 3) == (text_[next_] == '"' ? R"(""")" : "'''");
    }

    /// Takes all but the last letter of what belongs together.
    void read_in_string(char letter) {
        if (letter == '\\' && within_ == '"') {
            const bool is_ascii = next_ + 1 < text_.size() && (text_[next_ + 1] & 0x80) == 0;
            take(is_ascii ? 1 : 0);
        } else if (letter == '\n' && !has_lines_) {
            within_ = '\0';  // the library says what is wrong with it
        } else if (letter == within_ && (!has_lines_ || three_quotes())) {
            take(has_lines_ ? 2 : 0);
            within_ = '\0';
        }
    }

    void convert_foreign() {
        const std::uint32_t point = take_code_point();
        if (within_ == '"') {
            ascii_ += fmt::format("\\U{:08X}", point);
        } else if (within_ != '#') {
            fail("letters beyond ASCII can stand in \"strings\" and comments only");
        }
    }

    /// The letter at hand, by UTF-8 (RFC 3629).
    std::uint32_t take_code_point() {
        const auto first = static_cast<unsigned char>(text_[next_]);
        const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        std::uint32_t point = first & (0x7FU >> length);
        bool is_right = length > 0 && first < 0xF5 && next_ + length <= text_.size();
        for (std::size_t i = 1; i < length && is_right; ++i) {
            const auto more = static_cast<unsigned char>(text_[next_ + i]);
            is_right = (more & 0xC0U) == 0x80;
            point = point << 6U | (more & 0x3FU);
        }
        if (!is_right) {
            fail("this is no UTF-8");
        }
        next_ += length;
        return point;
    }

    [[noreturn]] void fail(const char* what) const {
        throw toml::parse_error(what, toml::source_position{line_, 1});
    }

    std::string_view text_;
    std::string ascii_;
    std::size_t next_ = 0;
    toml::source_index line_ = 1;
    char within_ = '\0';      // '#' of a comment, or the quote of a string
    bool has_lines_ = false;  // it is a string with three quotes
};

}  // namespace

toml::table parse_toml(std::string_view text) { return toml::parse(ToAscii(text).convert()); }

}  // namespace epollcheck
