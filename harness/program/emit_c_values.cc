// Values of emitted C files. See emit_c_values.h.

#include "harness/program/emit_c_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace epollcheck {
namespace {

// O_RDONLY is the absence of these.
constexpr std::uint64_t kAccessModes = flag::kWriteOnly | flag::kReadWrite | flag::kPath;

std::string joined(const std::vector<std::string>& names) {
    return names.empty() ? "0" : fmt::format("{}", fmt::join(names, " | "));
}

std::vector<std::string> take_names(std::uint64_t& bits, std::span<const FlagName> flags) {
    std::vector<std::string> names;
    const std::uint64_t all = bits;
    for (const FlagName& known : flags) {
        if (known.bit == 0 ? (all & kAccessModes) == 0 : (all & known.bit) != 0) {
            names.emplace_back(known.name);
            bits &= ~std::uint64_t{known.bit};
        }
    }
    return names;
}

}  // namespace

std::string c_flags(std::uint64_t bits, std::span<const FlagName> flags) {
    std::vector<std::string> names = take_names(bits, flags);
    if (bits != 0) names.emplace_back("INT_MIN");
    return joined(names);
}

std::string c_real_flags(std::uint64_t bits, std::span<const FlagName> flags) {
    std::vector<std::string> names = take_names(bits, flags);
    if (bits != 0) names.push_back(fmt::format("{:#x}", bits));
    return joined(names);
}

std::string c_events(EventMask mask, std::string_view prefix) {
    std::vector<std::string> names;
    for (std::uint32_t bit = 1; bit != 0; bit <<= 1) {
        if ((mask & bit) == 0) continue;
        const std::string name = event_mask_text(bit);
        const bool named = !name.starts_with("0x") && (prefix == "EPOLL" || bit <= event::kRdhup);
        const std::string_view gap = bit == event::kUringWake ? "_" : "";
        names.push_back(named ? fmt::format("{}{}{}", prefix, gap, name)
                              : fmt::format("{:#x}u", bit));
    }
    return joined(names);
}

std::string c_signal(std::uint32_t signal) {
    if (signal == signal::kRealTime1) return "SIGRTMIN + 1";
    const auto known = std::ranges::find(signal_names(), signal, &FlagName::bit);
    return known == signal_names().end() ? "0" : std::string(known->name);
}

std::string c_signals(std::uint32_t signals) {
    std::string list;
    for (const FlagName& known : signal_names()) {
        if ((signals & known.bit) != 0) list += c_signal(known.bit) + ", ";
    }
    return fmt::format("(const int[]){{{}0}}", list);
}

std::string c_number(std::uint64_t number) {
    constexpr std::uint64_t kLargestInt = 0x7fffffff;
    return fmt::format("{}{}", number, number > kLargestInt ? "ULL" : "");
}

std::string c_pointer(Pointer pointer, const std::string& good) {
    switch (pointer) {
        case Pointer::kNull:
            return "hide(NULL)";
        case Pointer::kBad:
            return "BAD_PAGE";
        case Pointer::kKernel:
            return "KERNEL_ADDRESS";
        default:
            return good;
    }
}

std::string c_string(std::string_view text) {
    std::string literal = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') literal += '\\';
        literal += c;
    }
    return literal + '"';
}

std::string c_comment(std::string_view text) {
    std::string safe(text);
    for (auto at = safe.find("*/"); at != std::string::npos; at = safe.find("*/")) {
        safe.replace(at, 2, "* /");
    }
    for (auto at = safe.find("/*"); at != std::string::npos; at = safe.find("/*")) {
        safe.replace(at, 2, "/ *");
    }
    return safe;
}

}  // namespace epollcheck
