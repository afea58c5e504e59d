// Layout of emitted C files. See emit_c_layout.h.

#include "harness/program/emit_c_layout.h"

#include <string_view>

namespace epollcheck {

std::string c_wrapped(std::string text, std::size_t indent) {
    std::string lines;
    while (text.size() > kCColumns) {
        std::size_t best = 0;
        bool in_string = false;
        for (std::size_t i = indent; i < kCColumns; ++i) {
            if (text[i] == '"' && text[i - 1] != '\\') in_string = !in_string;
            const std::string_view before = std::string_view(text).substr(i - 1, 1);
            if (text[i] == ' ' && !in_string && before.find_first_of(",&|") == 0) best = i;
        }
        if (best == 0) break;
        lines += text.substr(0, best) + "\n";
        text = std::string(indent, ' ') + text.substr(best + 1);
    }
    return lines + text + "\n";
}

}  // namespace epollcheck
