// Event masks: the 32-bit words in which epoll and poll express interest and readiness.
//
// The bit values are those of the Linux user-space ABI (<sys/epoll.h>,
// include/uapi/linux/eventpoll.h, Linux 6.18); they are written out here because the model includes
// no system header. Names in programs and reports drop the EPOLL prefix.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace epollcheck {

using EventMask = std::uint32_t;

namespace event {

inline constexpr EventMask kIn = 0x001;
inline constexpr EventMask kPri = 0x002;
inline constexpr EventMask kOut = 0x004;
inline constexpr EventMask kErr = 0x008;
inline constexpr EventMask kHup = 0x010;
inline constexpr EventMask kNval = 0x020;
inline constexpr EventMask kRdnorm = 0x040;
inline constexpr EventMask kRdband = 0x080;
inline constexpr EventMask kWrnorm = 0x100;
inline constexpr EventMask kWrband = 0x200;
inline constexpr EventMask kMsg = 0x400;
inline constexpr EventMask kRdhup = 0x2000;
inline constexpr EventMask kUringWake = 1U << 27;
inline constexpr EventMask kExclusive = 1U << 28;
inline constexpr EventMask kWakeup = 1U << 29;
inline constexpr EventMask kOneshot = 1U << 30;
inline constexpr EventMask kEdge = 1U << 31;

/// Bits that steer the delivery and are never reported (EP_PRIVATE_BITS of fs/eventpoll.c).
inline constexpr EventMask kPrivate = kEdge | kOneshot | kWakeup | kExclusive;
/// Bits that are part of every armed interest, requested or not (R-C34).
inline constexpr EventMask kAlways = kErr | kHup;
/// Companions that ADD accepts beside EXCLUSIVE (R-C29).
inline constexpr EventMask kExclusiveCompanions =
    kIn | kOut | kErr | kHup | kWakeup | kEdge | kExclusive;

inline constexpr EventMask kReadable = kIn | kRdnorm;
inline constexpr EventMask kWritable = kOut | kWrnorm;
/// Key of a socket's data-ready wake-up (sock_def_readable).
inline constexpr EventMask kSocketReadKey = kIn | kPri | kRdnorm | kRdband;
/// Mask and key of a socket with room to send (sock_def_write_space, unix_write_space).
inline constexpr EventMask kSocketWritable = kOut | kWrnorm | kWrband;

}  // namespace event

/// The canonical text of a mask: names joined by `|` in bit order, unknown bits as one hexadecimal
/// number at the end, `0` for the empty mask.
std::string event_mask_text(EventMask mask);

/// The bit that `name` stands for (with or without the EPOLL or POLL prefix), or nothing.
std::optional<EventMask> event_bit_named(std::string_view name);

/// The names of all bits, without prefix and in bit order (for suggestions and for generators).
std::span<const std::string_view> event_bit_names();

}  // namespace epollcheck
