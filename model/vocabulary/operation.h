// Operations: one system call (or one observation) of a program, as plain data.
//
// An operation is a small trivially copyable record. Which fields a kind uses, how they are called
// and how they are written is data: see operation_table.h. Descriptors are named by handles
// (variables of the program that hold a descriptor number), so that a stale number, a duplicate and
// a number that was reused can all be written naturally.

#pragma once

#include <cstdint>

#include "model/vocabulary/event_mask.h"

namespace epollcheck {

enum class OperationKind : std::uint8_t {
    kEpollCreate,   // epoll_create(2)
    kEpollCreate1,  // epoll_create1(2)
    kEpollCtl,      // epoll_ctl(2)
    kEpollWait,     // epoll_wait(2)
    kEpollPwait,    // epoll_pwait(2)
    kEpollPwait2,   // epoll_pwait2(2)
    kIoUringCtl,    // IORING_OP_EPOLL_CTL of io_uring: epoll_ctl as a request
    kIoUringWait,   // IORING_OP_EPOLL_WAIT of io_uring; has no time-out
    kPoll,          // poll(2) of one descriptor with time-out 0
    kPpoll,         // ppoll(2) of one descriptor
    kSelect,        // select(2) about one descriptor with time-out 0
    kPselect,       // pselect(2) about one descriptor
    kFdinfo,        // /proc/self/fdinfo of an epoll descriptor: its interest list
    kClose,
    kDup,
    kDup2,
    kDup3,
    kFcntl,
    kRead,
    kWrite,
    kPipe2,
    kOpen,
    kMemfdCreate,
    kEventfd,
    kSocket,
    kSocketpair,
    kBind,  // to a fresh address: an abstract one (unix), or one of the loopback network (inet)
    kListen,
    kConnect,  // to the address that another handle is bound to
    kAccept4,
    kSend,
    kRecv,
    kShutdown,
    kGetsockopt,  // of SO_ERROR
    kSetsockopt,
    kLseek,
    kPread,
    kMmap,
    kFsync,
    kFtruncate,
    kIoctl,
    kFork,         // makes the second process, with a copy of the descriptor table
    kClone,        // the same with flags: CLONE_FILES makes the two processes share one table
    kExec,         // execve(2) of the harness's own helper
    kExit,         // the end of the second process
    kUnshare,      // unshare(2) of the descriptor table
    kCloseRange,   // close_range(2)
    kSendFd,       // sendmsg(2) of one byte with one descriptor (SCM_RIGHTS, unix(7))
    kRecvFd,       // recvmsg(2) of one byte and of the descriptor that came with it
    kKcmpFile,     // kcmp(2), KCMP_FILE: do two descriptors name the same open file description?
    kKcmpEpoll,    // kcmp(2), KCMP_EPOLL_TFD: does an item still watch what its number names?
    kKill,         // kill(2): signals to the process itself, one after the other
    kTgkill,       // tgkill(2): signals to the thread itself, one after the other
    kSigprocmask,  // answers which of the program's signals were blocked before
    kSigpending,
    kLimitWatches,      // an account of its own, which may watch only so many descriptors
    kLimitDescriptors,  // RLIMIT_NOFILE: numbers below this one, counted from the program's lowest
    kStepClock,         // the clock of the machine is set so many nanoseconds ahead
    kInotifyInit1,
    kInotifyAddWatch,
    kInotifyRmWatch,
    kMknod,     // makes an empty regular file
    kTruncate,  // truncate(2) to length 0
    kUnlink,
    kSpawn,      // a child process that waits until it is killed: answers a pidfd
    kKillChild,  // pidfd_send_signal(2) of SIGKILL
    kReap,       // waitid(2) with P_PIDFD
    kSettle,     // poll(2) of one descriptor that waits as long as something is under way
    kTimerfdCreate,
    kTimerfdSettime,
    kTimerfdGettime,  // answers 1 if some time remains until the next expiry, else 0
    kFill,            // sends to a TCP connection until it takes no more: the last answer
    kDrain,           // receives from a TCP connection until there is no more: the last answer
    kSignalfd,        // signalfd(2) with -1
    kSignalfdMask,    // signalfd(2) with a descriptor: other signals from now on
    kOpenpty,         // a pseudo terminal: its master and its slave
    kOpenSlave,       // ioctl(2) TIOCGPTPEER on the master
    kTcsetattr,       // tcsetattr(3): raw, or canonical
    kWriteLine,       // write(2) of letters that end with an end of line
    kFstat,           // fstat(2): the type and the permissions of the file
    kReadlink,        // readlink(2) of /proc/self/fd: 1 if the text says eventpoll, else 0
    kFallocate,       // fallocate(2) of one byte
    kAnnounce,        // makes the kernel announce a change of a file of /proc
    kVforkClose,      // vfork(2): the child closes a descriptor and exits
    kOpenOther,       // a file of some other kind, of which a program knows the fresh state only
    kRingSetup,       // io_uring_setup(2): a ring, whose requests the program makes itself
    kRingNop,         // a request that is over at once
    kRingPoll,        // IORING_OP_POLL_ADD: ends with the first wake-up that finds something
    kRingPollMany,    // the same with IORING_POLL_ADD_MULTI: tells of each
    kRingWait,        // IORING_OP_EPOLL_WAIT for one event, under way until there is one
    kRingTimedWait,   // the same linked with a time-out; returns when both are over
    kRingCancel,      // IORING_OP_ASYNC_CANCEL of the request with an id
    kRingReap,        // takes all completions
    kAwait,      // answers 0 when thread `number` sleeps in a call, or makes none up to the next
                 // barrier
    kResume,     // ends the pause of thread `number` in a buffer that is Pointer::kPaused
    kInterrupt,  // sends thread `number` a signal with a handler if it is in a call, and so ends a
                 // wait that has nothing to report
    kBarrier,    // every thread of the program waits here for the others; belongs to none
};
inline constexpr int kOperationKinds = static_cast<int>(OperationKind::kBarrier) + 1;

/// A descriptor argument: the number that a handle holds, or a literal number.
struct Descriptor {
    std::int16_t handle = -1;  // index into Program::handles, or -1 for a literal number
    std::int32_t number = -1;  // the literal, when handle is -1

    friend bool operator==(const Descriptor&, const Descriptor&) = default;
};

/// Where a pointer argument points.
enum class Pointer : std::uint8_t {
    kGood,       // memory of the right size
    kNull,       // NULL
    kBad,        // an unmapped page inside the user address range
    kKernel,     // an address outside the user address range
    kRoom,       // event buffer with room for Operation::room events and room_bytes bytes before an
                 // unmapped page
    kUnaligned,  // event buffer at an odd address
    kPaused,     // event buffer whose memory is not there until kResume says so: the wait stops
                 // where it stores its first event
};

/// Operations that epoll_ctl takes (EPOLL_CTL_*); any other number may stand in Operation::number.
inline constexpr std::int32_t kCtlAdd = 1;
inline constexpr std::int32_t kCtlDel = 2;
inline constexpr std::int32_t kCtlMod = 3;

/// Commands of the fcntl operation, in Operation::number.
enum class FcntlCommand : std::int32_t {
    kGetFl,
    kSetFl,
    kGetFd,
    kGetPipeSize,
    kSetPipeSize,
    kSetFd,
};

/// What sigprocmask does with its set, in Operation::number.
enum class MaskHow : std::int32_t { kBlock, kUnblock, kSet };

/// Files that operations know by name, in Operation::number. The first four are private to the
/// program: made when it first names them, gone when it ends.
enum class Path : std::int32_t {
    kFifo,
    kFifo2,
    kRegularFile,
    kDirectory,
    kDevNull,
    kDevZero,
    kDevFull,
    kDevUrandom,
    kDevRandom,
    kMounts,
    kDomainName,
    kBlockDevice,
    kEntryA,  // a name in the private directory: nothing is there until the program makes it
    kEntryB,
};

/// Families of sockets, in Operation::number.
enum class Domain : std::int32_t { kUnix, kInet };

/// Kinds of files of which nothing is modelled but what a fresh one shows, in Operation::number.
enum class OtherKind : std::int32_t {
    kNetlink,
    kPacket,
    kVsock,
    kPerfEvent,
    kFanotify,
    kUserfault,
    kMessageQueue,
    kTun,
    kFuse,
};
inline constexpr int kOtherKinds = static_cast<int>(OtherKind::kFuse) + 1;

/// Options that setsockopt knows, in Operation::number. Their values are numbers; that of SO_LINGER
/// is the time in seconds, and the option is switched on.
enum class SocketOption : std::int32_t { kReceiveLowWater, kSendBuffer, kLinger, kUrgentInline };

inline constexpr std::int16_t kNoHandle = -1;

/// A wait with a longer time-out counts as one without end: nobody waits for its deadline.
inline constexpr std::int64_t kEndlessSeconds = 3600;

struct Operation {
    OperationKind kind = OperationKind::kBarrier;
    std::uint8_t thread = 0;                         // index of the thread that runs it: T1 is 0
    std::uint8_t process = 0;                        // index of the process that runs it: P1 is 0
    std::int16_t bound[2] = {kNoHandle, kNoHandle};  // handles that name the descriptors it returns
    Descriptor fd = {};                        // the descriptor it is about (epfd for epoll calls)
    Descriptor other_fd = {};                  // ctl's target, dup2's new number, connect's server
    Pointer pointer = Pointer::kGood;          // event argument, event buffer or data buffer
    Pointer timeout_pointer = Pointer::kGood;  // epoll_pwait2: timespec; kNull waits for ever
    Pointer mask_pointer = Pointer::kNull;     // pwait and its like: signal mask (kGood: signals)
    std::uint8_t room = 0;                     // events before the bad page, for Pointer::kRoom
    std::uint8_t room_bytes = 0;               // and bytes of one event more
    std::uint8_t signals = 0;                  // signal::k...: a signal mask, or what is sent
    std::uint8_t arriving = 0;  // signal::k... that is sent while the call waits, or 0
    bool as_value = false;      // read or write of one 8-byte number, `value`; length is 0
    std::uint32_t flags = 0;    // of creation and messages, event mask, how, request
    std::int32_t number = 0;   // ctl operation, maxevents, size, command, path, domain, process ...
    std::uint32_t length = 0;  // bytes to transfer
    std::uint32_t signal_set_size = 8;  // pwait: sigsetsize, bytes
    std::uint64_t value = 0;           // data of ctl, count, number written, fcntl argument, params
    std::int64_t timeout_ms = 0;       // epoll_wait, epoll_pwait
    std::int64_t timeout_seconds = 0;  // epoll_pwait2
    std::int64_t timeout_nanoseconds = 0;  // epoll_pwait2

    friend bool operator==(const Operation&, const Operation&) = default;
};

/// True for the calls that pass a descriptor through a socket, with one byte of data.
constexpr bool passes_descriptor(OperationKind kind) {
    return kind == OperationKind::kSendFd || kind == OperationKind::kRecvFd;
}

/// Bytes that a read or write asks for.
constexpr std::uint32_t transfer_length(const Operation& operation) {
    if (passes_descriptor(operation.kind)) {
        return 1;
    }
    return operation.as_value ? 8 : operation.length;
}

}  // namespace epollcheck
