// The rows of the operation table. See operation_table.h for what the columns mean and operation.h
// for the fields of an operation that they fill.

#include "model/vocabulary/operation_table.h"

#include <array>

#include "model/vocabulary/program.h"

namespace epollcheck {
namespace {

using enum ArgumentType;
using Kind = OperationKind;
using Optional = OptionalArguments;

// Flags print in the order in which they stand here. A name with the bit 0 says that none of the
// access modes is there.
constexpr std::array kEpollFlags = {FlagName{"EPOLL_CLOEXEC", flag::kCloexec}};
constexpr std::array kDupFlags = {FlagName{"O_CLOEXEC", flag::kCloexec}};
constexpr std::array kPipeFlags = {
    FlagName{"O_NONBLOCK", flag::kNonblock},
    FlagName{"O_CLOEXEC", flag::kCloexec},
    FlagName{"O_DIRECT", flag::kDirect},
};
constexpr std::array kOpenFlags = {
    FlagName{"O_RDONLY", 0},
    FlagName{"O_WRONLY", flag::kWriteOnly},
    FlagName{"O_RDWR", flag::kReadWrite},
    FlagName{"O_NONBLOCK", flag::kNonblock},
    FlagName{"O_CLOEXEC", flag::kCloexec},
    FlagName{"O_DIRECT", flag::kDirect},
    FlagName{"O_PATH", flag::kPath},
};
constexpr std::array kStatusFlags = {
    FlagName{"O_RDONLY", 0},
    FlagName{"O_WRONLY", flag::kWriteOnly},
    FlagName{"O_RDWR", flag::kReadWrite},
    FlagName{"O_NONBLOCK", flag::kNonblock},
    FlagName{"O_DIRECT", flag::kDirect},
    FlagName{"O_PATH", flag::kPath},
};
constexpr std::array kEventfdFlags = {
    FlagName{"EFD_NONBLOCK", flag::kNonblock},
    FlagName{"EFD_CLOEXEC", flag::kCloexec},
    FlagName{"EFD_SEMAPHORE", flag::kSemaphore},
};
constexpr std::array kInotifyFlags = {
    FlagName{"IN_NONBLOCK", flag::kNonblock},
    FlagName{"IN_CLOEXEC", flag::kCloexec},
};
constexpr std::array kTimerFlags = {
    FlagName{"TFD_NONBLOCK", flag::kNonblock},
    FlagName{"TFD_CLOEXEC", flag::kCloexec},
};
constexpr std::array kTimerSettingFlags = {
    FlagName{"TFD_TIMER_ABSTIME", flag::kAbsolute},
    FlagName{"TFD_TIMER_CANCEL_ON_SET", flag::kCancelOnSet},
};
constexpr std::array kSignalfdFlags = {
    FlagName{"SFD_NONBLOCK", flag::kNonblock},
    FlagName{"SFD_CLOEXEC", flag::kCloexec},
};
constexpr std::array kTerminalFlags = {
    FlagName{"O_NONBLOCK", flag::kNonblock},
    FlagName{"O_CLOEXEC", flag::kCloexec},
};
constexpr std::array kTerminalModes = {FlagName{"ICANON", flag::kCanonical}};
constexpr std::array kWatchFlags = {
    FlagName{"IN_ACCESS", 0x1},
    FlagName{"IN_MODIFY", watch::kModify},
    FlagName{"IN_ATTRIB", 0x4},
    FlagName{"IN_CLOSE_WRITE", 0x8},
    FlagName{"IN_CLOSE_NOWRITE", 0x10},
    FlagName{"IN_OPEN", 0x20},
    FlagName{"IN_MOVED_FROM", 0x40},
    FlagName{"IN_MOVED_TO", 0x80},
    FlagName{"IN_CREATE", watch::kCreate},
    FlagName{"IN_DELETE", watch::kDelete},
    FlagName{"IN_DELETE_SELF", 0x400},
    FlagName{"IN_MOVE_SELF", 0x800},
    FlagName{"IN_ONLYDIR", 1U << 24},
    FlagName{"IN_MASK_CREATE", watch::kMaskCreate},
    FlagName{"IN_MASK_ADD", watch::kMaskAdd},
    FlagName{"IN_ONESHOT", 1U << 31},
};
constexpr std::array kSocketFlags = {
    FlagName{"SOCK_STREAM", flag::kStream},       FlagName{"SOCK_DGRAM", flag::kDatagram},
    FlagName{"SOCK_SEQPACKET", flag::kSeqpacket}, FlagName{"SOCK_NONBLOCK", flag::kNonblock},
    FlagName{"SOCK_CLOEXEC", flag::kCloexec},
};
constexpr std::array kAcceptFlags = {
    FlagName{"SOCK_NONBLOCK", flag::kNonblock},
    FlagName{"SOCK_CLOEXEC", flag::kCloexec},
};
constexpr std::array kMessageFlags = {
    FlagName{"MSG_PEEK", flag::kPeek},
    FlagName{"MSG_OOB", flag::kOutOfBand},
    FlagName{"MSG_DONTWAIT", flag::kDontWait},
};

constexpr std::array kCloneFlags = {FlagName{"CLONE_FILES", flag::kCloneFiles}};
constexpr std::array kCloseRangeFlags = {
    FlagName{"CLOSE_RANGE_UNSHARE", flag::kRangeUnshare},
    FlagName{"CLOSE_RANGE_CLOEXEC", flag::kCloexec},
};
constexpr std::array kReceiveFlags = {
    FlagName{"MSG_PEEK", flag::kPeek},
    FlagName{"MSG_DONTWAIT", flag::kDontWait},
    FlagName{"MSG_CMSG_CLOEXEC", flag::kCloexec},
};
constexpr std::array kDescriptorFlagNames = {FlagName{"FD_CLOEXEC", flag::kCloexec}};
constexpr std::array kSetNames = {
    FlagName{"READ", event::kIn},
    FlagName{"WRITE", event::kOut},
    FlagName{"EXCEPT", event::kPri},
};
constexpr std::array kSignalNames = {
    FlagName{"SIGUSR1", signal::kUser1},     FlagName{"SIGUSR2", signal::kUser2},
    FlagName{"SIGRTMIN", signal::kRealTime}, FlagName{"SIGRTMIN_1", signal::kRealTime1},
    FlagName{"SIGURG", signal::kUrgent},     FlagName{"SIGKILL", signal::kKill},
    FlagName{"SIGSTOP", signal::kStop},
};

constexpr std::array<OperationSpec, kOperationKinds> kTable = {{
    {Kind::kEpollCreate, "epoll_create", ResultType::kDescriptor, {{kNumber}}},
    {Kind::kEpollCreate1, "epoll_create1", ResultType::kDescriptor, {{kFlags, kEpollFlags}}},
    {Kind::kEpollCtl,
     "epoll_ctl",
     ResultType::kZero,
     {{kDescriptor}, {kCtlOperation}, {kOtherDescriptor}, {kEventArgument}}},
    {Kind::kEpollWait,
     "epoll_wait",
     ResultType::kEvents,
     {{kDescriptor}, {kNumber}, {kTimeout}},
     Optional::kWait},
    {Kind::kEpollPwait,
     "epoll_pwait",
     ResultType::kEvents,
     {{kDescriptor}, {kNumber}, {kTimeout}},
     Optional::kBufferAndMask},
    {Kind::kEpollPwait2,
     "epoll_pwait2",
     ResultType::kEvents,
     {{kDescriptor}, {kNumber}, {kTimespec}},
     Optional::kBufferAndMask},
    {Kind::kIoUringCtl,
     "io_uring_epoll_ctl",
     ResultType::kZero,
     {{kDescriptor}, {kCtlOperation}, {kOtherDescriptor}, {kEventArgument}}},
    {Kind::kIoUringWait,
     "io_uring_epoll_wait",
     ResultType::kEvents,
     {{kDescriptor}, {kNumber}},
     Optional::kBuffer},
    {Kind::kPoll, "poll", ResultType::kMask, {{kDescriptor}, {kEventMask}}},
    {Kind::kPpoll,
     "ppoll",
     ResultType::kMask,
     {{kDescriptor}, {kEventMask}, {kTimespec}},
     Optional::kMask},
    {Kind::kSelect, "select", ResultType::kSets, {{kDescriptor}, {kFlags, kSetNames}}},
    {Kind::kPselect,
     "pselect",
     ResultType::kSets,
     {{kDescriptor}, {kFlags, kSetNames}, {kTimespec}},
     Optional::kMask},
    {Kind::kFdinfo, "fdinfo", ResultType::kEvents, {{kDescriptor}}},
    {Kind::kClose, "close", ResultType::kZero, {{kDescriptor}}},
    {Kind::kDup, "dup", ResultType::kDescriptor, {{kDescriptor}}},
    {Kind::kDup2, "dup2", ResultType::kDescriptor, {{kDescriptor}, {kOtherDescriptor}}},
    {Kind::kDup3,
     "dup3",
     ResultType::kDescriptor,
     {{kDescriptor}, {kOtherDescriptor}, {kFlags, kDupFlags}}},
    {Kind::kFcntl, "fcntl", ResultType::kCount, {{kDescriptor}, {kFcntlCommand}}},
    {Kind::kRead, "read", ResultType::kCount, {{kDescriptor}, {kTransfer}}, Optional::kBuffer},
    {Kind::kWrite, "write", ResultType::kCount, {{kDescriptor}, {kTransfer}}, Optional::kBuffer},
    {Kind::kPipe2, "pipe2", ResultType::kPair, {{kNewPair}, {kFlags, kPipeFlags}}},
    {Kind::kOpen, "open", ResultType::kDescriptor, {{kPath}, {kFlags, kOpenFlags}}},
    {Kind::kMemfdCreate, "memfd_create", ResultType::kDescriptor, {}},
    {Kind::kEventfd, "eventfd", ResultType::kDescriptor, {{kValue}, {kFlags, kEventfdFlags}}},
    {Kind::kSocket, "socket", ResultType::kDescriptor, {{kDomain}, {kFlags, kSocketFlags}}},
    {Kind::kSocketpair,
     "socketpair",
     ResultType::kPair,
     {{kDomain}, {kFlags, kSocketFlags}, {kNewPair}}},
    {Kind::kBind, "bind", ResultType::kZero, {{kDescriptor}}},
    {Kind::kListen, "listen", ResultType::kZero, {{kDescriptor}, {kNumber}}},
    {Kind::kConnect, "connect", ResultType::kZero, {{kDescriptor}, {kOtherDescriptor}}},
    {Kind::kAccept4, "accept4", ResultType::kDescriptor, {{kDescriptor}, {kFlags, kAcceptFlags}}},
    {Kind::kSend, "send", ResultType::kCount, {{kDescriptor}, {kLength}, {kFlags, kMessageFlags}}},
    {Kind::kRecv, "recv", ResultType::kCount, {{kDescriptor}, {kLength}, {kFlags, kMessageFlags}}},
    {Kind::kShutdown, "shutdown", ResultType::kZero, {{kDescriptor}, {kHow}}},
    {Kind::kGetsockopt, "getsockopt", ResultType::kPayload, {{kDescriptor}, {kSocketOption}}},
    {Kind::kSetsockopt,
     "setsockopt",
     ResultType::kZero,
     {{kDescriptor}, {kSettableOption}, {kValue}}},
    {Kind::kLseek, "lseek", ResultType::kZero, {{kDescriptor}}},
    {Kind::kPread, "pread", ResultType::kCount, {{kDescriptor}}},
    {Kind::kMmap, "mmap", ResultType::kZero, {{kDescriptor}}},
    {Kind::kFsync, "fsync", ResultType::kZero, {{kDescriptor}}},
    {Kind::kFtruncate, "ftruncate", ResultType::kZero, {{kDescriptor}}},
    {Kind::kIoctl, "ioctl", ResultType::kZero, {{kDescriptor}, {kRequest}}},
    {Kind::kFork, "fork", ResultType::kZero, {}},
    {Kind::kClone, "clone", ResultType::kZero, {{kFlags, kCloneFlags}}},
    {Kind::kExec, "exec", ResultType::kZero, {}},
    {Kind::kExit, "exit", ResultType::kZero, {}},
    {Kind::kUnshare, "unshare", ResultType::kZero, {{kFlags, kCloneFlags}}},
    {Kind::kCloseRange,
     "close_range",
     ResultType::kZero,
     {{kDescriptor}, {kOtherDescriptor}, {kFlags, kCloseRangeFlags}}},
    {Kind::kSendFd, "send_fd", ResultType::kCount, {{kDescriptor}, {kOtherDescriptor}}},
    {Kind::kRecvFd, "recv_fd", ResultType::kDescriptor, {{kDescriptor}, {kFlags, kReceiveFlags}}},
    {Kind::kKcmpFile,
     "kcmp_file",
     ResultType::kCount,
     {{kDescriptor}, {kProcess}, {kOtherDescriptor}}},
    {Kind::kKcmpEpoll,
     "kcmp_epoll",
     ResultType::kCount,
     {{kDescriptor}, {kOtherDescriptor}, {kNumber}}},
    {Kind::kKill, "kill", ResultType::kZero, {{kSignals, kSignalNames}}},
    {Kind::kTgkill, "tgkill", ResultType::kZero, {{kSignals, kSignalNames}}},
    {Kind::kSigprocmask,
     "sigprocmask",
     ResultType::kSignals,
     {{kMaskHow}, {kSignals, kSignalNames}}},
    {Kind::kSigpending, "sigpending", ResultType::kSignals, {}},
    {Kind::kLimitWatches, "limit_watches", ResultType::kZero, {{kNumber}}},
    {Kind::kLimitDescriptors, "limit_descriptors", ResultType::kZero, {{kNumber}}},
    {Kind::kStepClock, "step_clock", ResultType::kZero, {{kNumber}}},
    {Kind::kInotifyInit1, "inotify_init1", ResultType::kDescriptor, {{kFlags, kInotifyFlags}}},
    {Kind::kInotifyAddWatch,
     "inotify_add_watch",
     ResultType::kCount,
     {{kDescriptor}, {kPath}, {kFlags, kWatchFlags}}},
    {Kind::kInotifyRmWatch, "inotify_rm_watch", ResultType::kZero, {{kDescriptor}, {kNumber}}},
    {Kind::kMknod, "mknod", ResultType::kZero, {{kPath}}},
    {Kind::kTruncate, "truncate", ResultType::kZero, {{kPath}}},
    {Kind::kUnlink, "unlink", ResultType::kZero, {{kPath}}},
    {Kind::kSpawn, "spawn", ResultType::kDescriptor, {}},
    {Kind::kKillChild, "kill_child", ResultType::kZero, {{kDescriptor}}},
    {Kind::kReap, "reap", ResultType::kZero, {{kDescriptor}}},
    {Kind::kSettle, "settle", ResultType::kMask, {{kDescriptor}, {kEventMask}}},
    {Kind::kTimerfdCreate,
     "timerfd_create",
     ResultType::kDescriptor,
     {{kClock}, {kFlags, kTimerFlags}}},
    {Kind::kTimerfdSettime,
     "timerfd_settime",
     ResultType::kZero,
     {{kDescriptor}, {kFlags, kTimerSettingFlags}, {kTimerSetting}}},
    {Kind::kTimerfdGettime, "timerfd_gettime", ResultType::kCount, {{kDescriptor}}},
    {Kind::kFill, "fill", ResultType::kCount, {{kDescriptor}}},
    {Kind::kDrain, "drain", ResultType::kCount, {{kDescriptor}}},
    {Kind::kSignalfd,
     "signalfd",
     ResultType::kDescriptor,
     {{kSignals, kSignalNames}, {kFlags, kSignalfdFlags}}},
    {Kind::kSignalfdMask,
     "signalfd_mask",
     ResultType::kZero,
     {{kDescriptor}, {kSignals, kSignalNames}}},
    {Kind::kOpenpty, "openpty", ResultType::kPair, {{kNewPair}, {kFlags, kTerminalFlags}}},
    {Kind::kOpenSlave,
     "open_slave",
     ResultType::kDescriptor,
     {{kDescriptor}, {kFlags, kTerminalFlags}}},
    {Kind::kTcsetattr, "tcsetattr", ResultType::kZero, {{kDescriptor}, {kFlags, kTerminalModes}}},
    {Kind::kWriteLine, "write_line", ResultType::kCount, {{kDescriptor}, {kLength}}},
    {Kind::kFstat, "fstat", ResultType::kCount, {{kDescriptor}}},
    {Kind::kReadlink, "readlink", ResultType::kCount, {{kDescriptor}}},
    {Kind::kFallocate, "fallocate", ResultType::kZero, {{kDescriptor}}},
    {Kind::kAnnounce, "announce", ResultType::kZero, {{kPath}}},
    {Kind::kVforkClose, "vfork_close", ResultType::kZero, {{kDescriptor}}},
    {Kind::kOpenOther, "open_other", ResultType::kDescriptor, {{kOtherKind}}},
    {Kind::kRingSetup, "io_uring_setup", ResultType::kDescriptor, {}},
    {Kind::kRingNop, "uring_nop", ResultType::kZero, {{kDescriptor}, {kValue}}},
    {Kind::kRingPoll,
     "uring_poll",
     ResultType::kZero,
     {{kDescriptor}, {kOtherDescriptor}, {kEventMask}, {kValue}}},
    {Kind::kRingPollMany,
     "uring_poll_many",
     ResultType::kZero,
     {{kDescriptor}, {kOtherDescriptor}, {kEventMask}, {kValue}}},
    {Kind::kRingWait,
     "uring_wait",
     ResultType::kZero,
     {{kDescriptor}, {kOtherDescriptor}, {kValue}}},
    {Kind::kRingTimedWait,
     "uring_timed_wait",
     ResultType::kZero,
     {{kDescriptor}, {kOtherDescriptor}, {kValue}, {kNumber}}},
    {Kind::kRingCancel, "uring_cancel", ResultType::kZero, {{kDescriptor}, {kNumber}, {kValue}}},
    {Kind::kRingReap, "uring_reap", ResultType::kCompletions, {{kDescriptor}}},
    {Kind::kAwait, "await", ResultType::kZero, {{kThread}}},
    {Kind::kResume, "resume", ResultType::kZero, {{kThread}}},
    {Kind::kInterrupt, "interrupt", ResultType::kZero, {{kThread}}},
    {Kind::kBarrier, "barrier", ResultType::kNothing, {}},
}};

consteval bool is_in_order_of_kinds() {
    for (int i = 0; i < kOperationKinds; ++i) {
        if (static_cast<int>(kTable[i].kind) != i || kTable[i].name.empty()) return false;
    }
    return true;
}
static_assert(is_in_order_of_kinds(), "operation_spec() takes the kind as an index");

}  // namespace

const OperationSpec& operation_spec(OperationKind kind) {
    return kTable[static_cast<std::size_t>(kind)];
}

std::span<const OperationSpec> operation_table() { return kTable; }

const OperationSpec* operation_named(std::string_view name) {
    for (const OperationSpec& spec : kTable) {
        if (spec.name == name) return &spec;
    }
    return nullptr;
}

ResultType result_type(const Operation& operation) {
    if (operation.kind == OperationKind::kFcntl) {
        switch (static_cast<FcntlCommand>(operation.number)) {
            case FcntlCommand::kGetFl:
                return ResultType::kFlags;
            case FcntlCommand::kSetFl:
            case FcntlCommand::kSetFd:
                return ResultType::kZero;
            case FcntlCommand::kGetFd:
            case FcntlCommand::kGetPipeSize:
            case FcntlCommand::kSetPipeSize:
                return ResultType::kCount;
        }
    }
    if (operation.kind == OperationKind::kIoctl && operation.flags == kRequestGetParams) {
        return ResultType::kParams;
    }
    return operation_spec(operation.kind).result;
}

std::span<const std::string_view> path_names() {
    static constexpr std::array<std::string_view, 14> kNames = {
        "fifo",
        "fifo2",
        "file",
        "directory",
        "/dev/null",
        "/dev/zero",
        "/dev/full",
        "/dev/urandom",
        "/dev/random",
        "/proc/self/mounts",
        "/proc/sys/kernel/domainname",
        "/dev/loop0",
        "directory/a",
        "directory/b",
    };
    static_assert(kNames.size() == static_cast<std::size_t>(Path::kEntryB) + 1);
    return kNames;
}

std::span<const std::string_view> other_kind_names() {
    static constexpr std::array<std::string_view, kOtherKinds> kNames = {
        "netlink",     "packet",        "vsock", "perf_event", "fanotify",
        "userfaultfd", "message_queue", "tun",   "fuse",
    };
    return kNames;
}

std::span<const std::string_view> fcntl_command_names() {
    static constexpr std::array<std::string_view, 6> kNames = {
        "F_GETFL", "F_SETFL", "F_GETFD", "F_GETPIPE_SZ", "F_SETPIPE_SZ", "F_SETFD",
    };
    static_assert(kNames.size() == static_cast<std::size_t>(FcntlCommand::kSetFd) + 1);
    return kNames;
}

std::span<const std::string_view> domain_names() {
    static constexpr std::array<std::string_view, 2> kNames = {"AF_UNIX", "AF_INET"};
    static_assert(kNames.size() == static_cast<std::size_t>(Domain::kInet) + 1);
    return kNames;
}

std::span<const std::string_view> socket_option_names() {
    static constexpr std::array<std::string_view, 4> kNames = {"SO_RCVLOWAT", "SO_SNDBUF",
                                                               "SO_LINGER", "SO_OOBINLINE"};
    static_assert(kNames.size() == static_cast<std::size_t>(SocketOption::kUrgentInline) + 1);
    return kNames;
}

std::span<const std::string_view> process_names() {
    static constexpr std::array<std::string_view, kMaxProcesses> kNames = {"P1", "P2"};
    return kNames;
}

/// The second process is one more, after all threads: kAboutSecondProcess of strand.h.
std::span<const std::string_view> thread_names() {
    static constexpr std::array<std::string_view, kMaxThreads + 1> kNames = {
        "T1",  "T2",  "T3",  "T4",  "T5",  "T6",  "T7",  "T8", "T9",
        "T10", "T11", "T12", "T13", "T14", "T15", "T16", "P2"};
    return kNames;
}

std::span<const FlagName> descriptor_flag_names() { return kDescriptorFlagNames; }

std::span<const std::string_view> mask_how_names() {
    static constexpr std::array<std::string_view, 3> kNames = {"SIG_BLOCK", "SIG_UNBLOCK",
                                                               "SIG_SETMASK"};
    static_assert(kNames.size() == static_cast<std::size_t>(MaskHow::kSet) + 1);
    return kNames;
}

std::span<const FlagName> set_names() { return kSetNames; }

std::span<const FlagName> signal_names() { return kSignalNames; }

std::span<const std::string_view> names_of(ArgumentType type) {
    switch (type) {
        case ArgumentType::kDomain:
            return domain_names();
        case ArgumentType::kSettableOption:
            return socket_option_names();
        case ArgumentType::kProcess:
            return process_names();
        case ArgumentType::kThread:
            return thread_names();
        case ArgumentType::kMaskHow:
            return mask_how_names();
        case ArgumentType::kOtherKind:
            return other_kind_names();
        default:
            return {};
    }
}

std::span<const std::string_view> clock_names() {
    static constexpr std::array<std::string_view, 2> kNames = {"CLOCK_REALTIME", "CLOCK_MONOTONIC"};
    return kNames;
}

std::span<const FlagName> status_flag_names() { return kStatusFlags; }

bool is_about_rings(OperationKind kind) {
    return kind >= OperationKind::kRingSetup && kind <= OperationKind::kRingReap;
}

bool is_about_signals(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kSignalfd:
        case OperationKind::kSignalfdMask:
        case OperationKind::kKill:
        case OperationKind::kTgkill:
        case OperationKind::kSigprocmask:
        case OperationKind::kSigpending:
            return true;
        default:
            return operation.arriving != 0;
    }
}

}  // namespace epollcheck
