// Bytes as lines. See armour.h.

#include "harness/wire/armour.h"

#include <algorithm>
#include <string_view>

namespace epollcheck::wire {

namespace {

constexpr std::string_view kMarker = "%ep:";
constexpr char kStop = '.';
constexpr std::size_t kBytesPerLine = 48;
constexpr std::size_t kLongestLine = kMarker.size() + (kBytesPerLine + 2) / 3 * 4;
constexpr std::size_t kNoiseKept = 2048;
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kPadding = '=';

/// Appends up to three bytes as four characters.
void append_group(Bytes& output, std::span<const std::uint8_t> group) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        bits = bits << 8 | (i < group.size() ? group[i] : 0);
    }
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint32_t digit = bits >> (18 - 6 * i) & 63;
        output.push_back(
            static_cast<std::uint8_t>(i <= group.size() ? kAlphabet[digit] : kPadding));
    }
}

/// Appends the bytes that `text` stands for. False, and nothing appended, if it is no base64.
bool append_decoded(Bytes& output, std::string_view text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    if (text.empty() || text.size() % 4 != 0) {
        return false;
    }
    const std::size_t before = output.size();
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_padding = i >= text.size() - padding;
        const std::size_t digit = is_padding ? 0 : kAlphabet.find(text[i]);
        if (digit == std::string_view::npos) {
            output.resize(before);
            return false;
        }
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        if (i % 4 == 3) {
            for (const int shift : {16, 8, 0}) {
                output.push_back(static_cast<std::uint8_t>(bits >> shift));
            }
            bits = 0;
        }
    }
    output.resize(output.size() - padding);
    return true;
}

}  // namespace

void append_armoured(Bytes& output, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        auto line = bytes.first(std::min(bytes.size(), kBytesPerLine));
        bytes = bytes.subspan(line.size());
        output.insert(output.end(), kMarker.begin(), kMarker.end());
        while (!line.empty()) {
            const auto group = line.first(std::min<std::size_t>(line.size(), 3));
            append_group(output, group);
            line = line.subspan(group.size());
        }
        output.push_back(kStop);
        output.push_back('\n');
    }
}

/// What was collected is no line: it is noise.
void ArmourReader::give_up() {
    noise_ += line_;
    if (noise_.size() > 2 * kNoiseKept) {
        noise_.erase(0, noise_.size() - kNoiseKept);
    }
    line_.clear();
}

void ArmourReader::take(char character, Bytes& output) {
    if (line_.size() < kMarker.size()) {
        if (character != kMarker[line_.size()]) {
            give_up();  // and perhaps the marker begins here
        }
        const bool begins = character == kMarker[line_.size()];
        line_ += character;
        if (!begins) {
            give_up();
        }
        return;
    }
    if (character == kStop) {
        if (!append_decoded(output, std::string_view(line_).substr(kMarker.size()))) {
            give_up();
        }
        line_.clear();
        return;
    }
    if (character == kMarker[0]) {
        give_up();  // the line was cut short, and another one begins
    }
    line_ += character;
    if (line_.size() > kLongestLine) {
        give_up();
    }
}

void ArmourReader::feed(std::span<const std::uint8_t> text, Bytes& output) {
    for (const std::uint8_t byte : text) {
        take(static_cast<char>(byte), output);
    }
}

}  // namespace epollcheck::wire
