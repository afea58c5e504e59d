// Translation of flags between the vocabulary and the C headers. See abi.h.

#include "harness/executor/abi.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <climits>

#include "model/vocabulary/event_mask.h"
#include "model/vocabulary/operation.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::abi {
namespace {

struct Pair {
    std::uint32_t ours;
    int theirs;
};

constexpr int kUnknownBit = INT_MIN;

template <std::size_t size>
int translate(std::uint32_t flags, const Pair (&pairs)[size]) {
    int result = 0;
    for (const Pair& pair : pairs) {
        if ((flags & pair.ours) != 0) {
            result |= pair.theirs;
            flags &= ~pair.ours;
        }
    }
    return flags == 0 ? result : result | kUnknownBit;
}

constexpr Pair kOpenFlags[] = {
    {flag::kCloexec, O_CLOEXEC},  {flag::kNonblock, O_NONBLOCK}, {flag::kDirect, O_DIRECT},
    {flag::kWriteOnly, O_WRONLY}, {flag::kReadWrite, O_RDWR},    {flag::kPath, O_PATH},
};

// The model speaks the generic numbers of events; so must the machine.
static_assert(EPOLLIN == event::kIn && EPOLLRDHUP == event::kRdhup && EPOLLMSG == event::kMsg);
static_assert(POLLIN == event::kIn && POLLRDNORM == event::kRdnorm && POLLRDHUP == event::kRdhup);
static_assert(POLLWRNORM == event::kWrnorm && POLLWRBAND == event::kWrband);
static_assert(EPOLL_CTL_ADD == kCtlAdd && EPOLL_CTL_DEL == kCtlDel && EPOLL_CTL_MOD == kCtlMod);
static_assert(IN_MODIFY == watch::kModify && IN_CREATE == watch::kCreate);
static_assert(IN_DELETE == watch::kDelete && IN_IGNORED == watch::kIgnored);
static_assert(SHUT_RD == kShutRead && SHUT_WR == kShutWrite && SHUT_RDWR == kShutBoth);

}  // namespace

int epoll_create_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {{flag::kCloexec, EPOLL_CLOEXEC}};
    return translate(flags, kPairs);
}

int open_flags(std::uint32_t flags) { return translate(flags, kOpenFlags); }

int eventfd_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {
        {flag::kCloexec, EFD_CLOEXEC},
        {flag::kNonblock, EFD_NONBLOCK},
        {flag::kSemaphore, EFD_SEMAPHORE},
    };
    return translate(flags, kPairs);
}

int inotify_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {{flag::kCloexec, IN_CLOEXEC}, {flag::kNonblock, IN_NONBLOCK}};
    return translate(flags, kPairs);
}

int signalfd_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {{flag::kCloexec, SFD_CLOEXEC},
                                      {flag::kNonblock, SFD_NONBLOCK}};
    return translate(flags, kPairs);
}

int timerfd_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {{flag::kCloexec, TFD_CLOEXEC},
                                      {flag::kNonblock, TFD_NONBLOCK}};
    return translate(flags, kPairs);
}

int timer_setting_flags(std::uint32_t flags) {
    constexpr int kCancelOnSet = 2;  // TFD_TIMER_CANCEL_ON_SET, which older C libraries do not name
    static constexpr Pair kPairs[] = {{flag::kAbsolute, TFD_TIMER_ABSTIME},
                                      {flag::kCancelOnSet, kCancelOnSet}};
    return translate(flags, kPairs);
}

int socket_type(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {
        {flag::kCloexec, SOCK_CLOEXEC},     {flag::kNonblock, SOCK_NONBLOCK},
        {flag::kStream, SOCK_STREAM},       {flag::kDatagram, SOCK_DGRAM},
        {flag::kSeqpacket, SOCK_SEQPACKET},
    };
    return translate(flags, kPairs);
}

int message_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {
        {flag::kPeek, MSG_PEEK},
        {flag::kOutOfBand, MSG_OOB},
        {flag::kDontWait, MSG_DONTWAIT},
    };
    return translate(flags, kPairs);
}

int socket_option(std::int32_t option) {
    switch (static_cast<SocketOption>(option)) {
        case SocketOption::kReceiveLowWater:
            return SO_RCVLOWAT;
        case SocketOption::kSendBuffer:
            return SO_SNDBUF;
        case SocketOption::kLinger:
            return SO_LINGER;
        case SocketOption::kUrgentInline:
            return SO_OOBINLINE;
    }
    return -1;
}

int receive_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {
        {flag::kPeek, MSG_PEEK},
        {flag::kDontWait, MSG_DONTWAIT},
        {flag::kCloexec, MSG_CMSG_CLOEXEC},
    };
    return translate(flags, kPairs);
}

int clone_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {{flag::kCloneFiles, CLONE_FILES}};
    return translate(flags, kPairs);
}

int close_range_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {
        {flag::kRangeUnshare, CLOSE_RANGE_UNSHARE},
        {flag::kCloexec, CLOSE_RANGE_CLOEXEC},
    };
    return translate(flags, kPairs);
}

int descriptor_flags(std::uint32_t flags) {
    static constexpr Pair kPairs[] = {{flag::kCloexec, FD_CLOEXEC}};
    return translate(flags, kPairs);
}

int fcntl_command(std::int32_t command) {
    switch (static_cast<FcntlCommand>(command)) {
        case FcntlCommand::kGetFl:
            return F_GETFL;
        case FcntlCommand::kSetFl:
            return F_SETFL;
        case FcntlCommand::kGetFd:
            return F_GETFD;
        case FcntlCommand::kGetPipeSize:
            return F_GETPIPE_SZ;
        case FcntlCommand::kSetPipeSize:
            return F_SETPIPE_SZ;
        case FcntlCommand::kSetFd:
            return F_SETFD;
    }
    return INT_MAX;
}

unsigned long ioctl_request(std::uint32_t request) {
    switch (request) {
        case kRequestNonblock:
            return FIONBIO;
        case kRequestAsync:
            return FIOASYNC;
        case kRequestSetParams:
            return _IOW(0x8a, 0x01, EpollParams);
        case kRequestGetParams:
            return _IOR(0x8a, 0x02, EpollParams);
        default:
            return request;
    }
}

std::uint32_t status_flags(int flags) {
    std::uint32_t result = 0;
    for (const Pair& pair : kOpenFlags) {
        if ((flags & pair.theirs) == pair.theirs) {
            result |= pair.ours;
        }
    }
    return result & ~flag::kCloexec;  // a property of the descriptor, which F_GETFL does not tell
}

}  // namespace epollcheck::abi
