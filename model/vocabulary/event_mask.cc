// Names of event bits. One table serves both directions, so a name that prints also parses.
//
// Names: include/uapi/linux/eventpoll.h (EPOLLIN ...) and poll(2); the table leaves the prefix out.

#include "model/vocabulary/event_mask.h"

#include <array>
#include <charconv>

namespace epollcheck {
namespace {

struct EventName {
    std::string_view name;
    EventMask bit;
};

// In bit order, which is the order in which masks are printed.
constexpr std::array kEventNames = {
    EventName{"IN", event::kIn},
    EventName{"PRI", event::kPri},
    EventName{"OUT", event::kOut},
    EventName{"ERR", event::kErr},
    EventName{"HUP", event::kHup},
    EventName{"NVAL", event::kNval},
    EventName{"RDNORM", event::kRdnorm},
    EventName{"RDBAND", event::kRdband},
    EventName{"WRNORM", event::kWrnorm},
    EventName{"WRBAND", event::kWrband},
    EventName{"MSG", event::kMsg},
    EventName{"RDHUP", event::kRdhup},
    EventName{"URING_WAKE", event::kUringWake},
    EventName{"EXCLUSIVE", event::kExclusive},
    EventName{"WAKEUP", event::kWakeup},
    EventName{"ONESHOT", event::kOneshot},
    EventName{"ET", event::kEdge},
};

std::string_view without_prefix(std::string_view name) {
    // EPOLL_URING_WAKE is the only name with an underscore after the prefix.
    for (const std::string_view prefix : {"EPOLL_", "EPOLL", "POLL"}) {
        if (name.starts_with(prefix)) return name.substr(prefix.size());
    }
    return name;
}

}  // namespace

std::string event_mask_text(EventMask mask) {
    if (mask == 0) return "0";
    std::string text;
    for (const EventName& known : kEventNames) {
        if ((mask & known.bit) == 0) continue;
        if (!text.empty()) text += '|';
        text += known.name;
        mask &= ~known.bit;
    }
    if (mask != 0) {
        std::array<char, 8> digits;  // the eight hexadecimal digits of 32 bits
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), mask, 16).ptr;
        if (!text.empty()) text += '|';
        text.append("0x").append(digits.data(), end);
    }
    return text;
}

std::optional<EventMask> event_bit_named(std::string_view name) {
    const std::string_view bare = without_prefix(name);
    for (const EventName& known : kEventNames) {
        if (known.name == bare) return known.bit;
    }
    return std::nullopt;
}

std::span<const std::string_view> event_bit_names() {
    static constexpr auto kNames = [] {
        std::array<std::string_view, kEventNames.size()> names;
        for (std::size_t i = 0; i < names.size(); ++i) names[i] = kEventNames[i].name;
        return names;
    }();
    return kNames;
}

}  // namespace epollcheck
