// The border between the vocabulary and the numbers of this machine's C headers.
//
// Programs carry flags in a namespace of their own (flag::k... of operation_table.h), because the
// numbers of the C headers differ between architectures. A bit that a call gives no meaning to is
// passed on as a bit that no kernel knows, so that "unknown flag" can be written for every call.

#pragma once

#include <cstdint>

namespace epollcheck::abi {

/// flag::kCloexec; for epoll_create1.
int epoll_create_flags(std::uint32_t flags);
/// Access mode, O_NONBLOCK, O_CLOEXEC, O_DIRECT, O_PATH; for open, pipe2, dup3 and F_SETFL.
int open_flags(std::uint32_t flags);
int eventfd_flags(std::uint32_t flags);
int inotify_flags(std::uint32_t flags);
/// For timerfd_create.
int timerfd_flags(std::uint32_t flags);
/// For timerfd_settime.
int timer_setting_flags(std::uint32_t flags);
/// For signalfd.
int signalfd_flags(std::uint32_t flags);
/// Type and flags of socket and socketpair, flags of accept4.
int socket_type(std::uint32_t flags);
/// For send and recv.
int message_flags(std::uint32_t flags);
/// The name of a SocketOption at level SOL_SOCKET.
int socket_option(std::int32_t option);
/// For receive_fd.
int receive_flags(std::uint32_t flags);
/// For clone and unshare.
int clone_flags(std::uint32_t flags);
int close_range_flags(std::uint32_t flags);
int descriptor_flags(std::uint32_t flags);
/// The command of an fcntl operation; a number that is no FcntlCommand is a command nobody knows.
int fcntl_command(std::int32_t command);
/// struct epoll_params, which older headers do not have.
struct EpollParams {
    std::uint32_t busy_poll_usecs;
    std::uint16_t busy_poll_budget;
    std::uint8_t prefer_busy_poll;
    std::uint8_t pad;
};

/// The request of an ioctl operation, which has the generic number for those that have a name.
unsigned long ioctl_request(std::uint32_t request);

/// What F_GETFL gave, as flag::k... bits. Bits that the vocabulary has no name for are dropped.
std::uint32_t status_flags(int flags);

}  // namespace epollcheck::abi
