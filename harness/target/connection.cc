// What connections have in common. See connection.h.

#include "harness/target/connection.h"

namespace epollcheck {

std::string printable_end(const std::string& text, std::size_t most) {
    std::string line;
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        const bool blank = code <= ' ';
        if (blank && (line.empty() || line.back() == ' ')) {
            continue;
        }
        line += blank ? ' ' : code < 0x7f ? character : '?';
    }
    while (!line.empty() && line.back() == ' ') {
        line.pop_back();
    }
    return line.size() <= most ? line : "..." + line.substr(line.size() - most);
}

std::string remarks_text(const std::string& noise, const std::string& last_words) {
    constexpr std::size_t kMost = 600;  // characters
    const std::string said = printable_end(last_words, kMost);
    const std::string noisy = printable_end(noise, kMost);
    std::string text;
    if (!said.empty()) {
        text += "; on its standard error it said: " + said;
    }
    if (!noisy.empty()) {
        text += "; between its frames it sent: " + noisy;
    }
    return text;
}

}  // namespace epollcheck
