// The operation table: for each kind of operation its name, its arguments and its result.
//
// The parser, the printer, the generator and the C emitter all read this one table, so adding an
// operation to the vocabulary is adding a row. Flags have the names of the C headers; their values
// are those of Linux on every architecture that Debian supports where they agree, and the executor
// translates where they do not (see harness/executor/abi.h).

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/vocabulary/operation.h"

namespace epollcheck {

/// Flags of creation calls, in one namespace of our own: the executor maps them to the target's.
namespace flag {

inline constexpr std::uint32_t kCloexec = 1U << 0;
inline constexpr std::uint32_t kNonblock = 1U << 1;
inline constexpr std::uint32_t kDirect = 1U << 2;         // O_DIRECT: packet mode of a pipe
inline constexpr std::uint32_t kSemaphore = 1U << 3;      // EFD_SEMAPHORE
inline constexpr std::uint32_t kWriteOnly = 1U << 4;      // O_WRONLY
inline constexpr std::uint32_t kReadWrite = 1U << 5;      // O_RDWR; neither of the two: O_RDONLY
inline constexpr std::uint32_t kPath = 1U << 6;           // O_PATH
inline constexpr std::uint32_t kStream = 1U << 7;         // SOCK_STREAM
inline constexpr std::uint32_t kDatagram = 1U << 8;       // SOCK_DGRAM
inline constexpr std::uint32_t kSeqpacket = 1U << 9;      // SOCK_SEQPACKET
inline constexpr std::uint32_t kPeek = 1U << 10;          // MSG_PEEK
inline constexpr std::uint32_t kOutOfBand = 1U << 11;     // MSG_OOB
inline constexpr std::uint32_t kDontWait = 1U << 12;      // MSG_DONTWAIT
inline constexpr std::uint32_t kAbsolute = 1U << 13;      // TFD_TIMER_ABSTIME
inline constexpr std::uint32_t kCancelOnSet = 1U << 14;   // TFD_TIMER_CANCEL_ON_SET
inline constexpr std::uint32_t kCloneFiles = 1U << 15;    // CLONE_FILES
inline constexpr std::uint32_t kRangeUnshare = 1U << 16;  // CLOSE_RANGE_UNSHARE
inline constexpr std::uint32_t kCanonical = 1U << 17;     // ICANON
inline constexpr std::uint32_t kUnknown = 1U << 31;       // a flag that no call knows

}  // namespace flag

/// Flags of inotify_add_watch and of the events that it asks for: the numbers of Linux, which are
/// the same on every architecture (include/uapi/linux/inotify.h).
namespace watch {

inline constexpr std::uint32_t kModify = 0x2;
inline constexpr std::uint32_t kCreate = 0x100;
inline constexpr std::uint32_t kDelete = 0x200;
inline constexpr std::uint32_t kIgnored = 0x8000;       // an event only: the watch is gone
inline constexpr std::uint32_t kMaskCreate = 1U << 28;  // fails if there is such a watch
inline constexpr std::uint32_t kMaskAdd = 1U << 29;     // joins the events of such a watch

}  // namespace watch

/// Signals that programs name, in Operation::signals, in the order in which pending ones are taken.
/// Programs can send all but the last two to themselves.
namespace signal {

inline constexpr std::uint8_t kUser1 = 1U << 0;      // SIGUSR1
inline constexpr std::uint8_t kUser2 = 1U << 1;      // SIGUSR2
inline constexpr std::uint8_t kRealTime = 1U << 2;   // SIGRTMIN: each one that is sent is pending
inline constexpr std::uint8_t kRealTime1 = 1U << 3;  // SIGRTMIN + 1
inline constexpr std::uint8_t kUrgent = 1U << 4;     // SIGURG, which the process ignores
inline constexpr std::uint8_t kKill = 1U << 5;       // SIGKILL
inline constexpr std::uint8_t kStop = 1U << 6;       // SIGSTOP

}  // namespace signal

/// The signals that can be pending: each has a handler, and is blocked when a program starts.
inline constexpr std::uint8_t kOwnSignals =
    signal::kUser1 | signal::kUser2 | signal::kRealTime | signal::kRealTime1;
/// The signals that a program can send.
inline constexpr std::uint8_t kSentSignals = kOwnSignals | signal::kUrgent;

/// The `how` of shutdown, in Operation::flags.
inline constexpr std::uint32_t kShutRead = 0;
inline constexpr std::uint32_t kShutWrite = 1;
inline constexpr std::uint32_t kShutBoth = 2;

/// Requests of ioctl that have a name, in Operation::flags (include/uapi/asm-generic/ioctls.h; the
/// executor translates them on architectures with other numbers).
inline constexpr std::uint32_t kRequestNonblock = 0x5421;  // FIONBIO
inline constexpr std::uint32_t kRequestAsync = 0x5452;     // FIOASYNC
/// Busy poll parameters of an epoll instance (include/uapi/linux/eventpoll.h, Linux 6.9).
inline constexpr std::uint32_t kRequestSetParams = 0x40088a01;  // EPIOCSPARAMS
inline constexpr std::uint32_t kRequestGetParams = 0x80088a02;  // EPIOCGPARAMS

/// struct epoll_params as one number, in Operation::value and in results: no order of bytes
/// matters.
struct BusyPollParams {
    std::uint32_t usecs = 0;
    std::uint16_t budget = 0;
    std::uint8_t prefer = 0;
    std::uint8_t pad = 0;

    static constexpr BusyPollParams of(std::uint64_t packed) {
        return {static_cast<std::uint32_t>(packed), static_cast<std::uint16_t>(packed >> 32),
                static_cast<std::uint8_t>(packed >> 48), static_cast<std::uint8_t>(packed >> 56)};
    }
    [[nodiscard]] constexpr std::uint64_t packed() const {
        return usecs | std::uint64_t{budget} << 32 | std::uint64_t{prefer} << 48 |
               std::uint64_t{pad} << 56;
    }
};

enum class ArgumentType : std::uint8_t {
    kNone,
    kDescriptor,       // Operation::fd
    kOtherDescriptor,  // Operation::other_fd
    kNewPair,          // [a, b]: Operation::bound
    kFlags,            // Operation::flags, names of ArgumentSpec::flags
    kEventMask,        // Operation::flags
    kEventArgument,    // {mask, data}, or NULL or BAD: flags, value, pointer
    kCtlOperation,     // Operation::number: ADD, MOD, DEL or a number
    kNumber,           // Operation::number, signed
    kValue,            // Operation::value, unsigned
    kLength,           // Operation::length
    kTransfer,         // a length, or for one 8-byte number `u64` (read), `{n}` (write)
    kTimeout,          // Operation::timeout_ms
    kTimespec,         // {seconds, nanoseconds}, or NULL or BAD
    kFcntlCommand,     // Operation::number, then its argument in value where it takes one
    kPath,             // Operation::number, quoted
    kDomain,           // AF_UNIX or AF_INET: Operation::number
    kHow,              // SHUT_RD, SHUT_WR, SHUT_RDWR or a number: Operation::flags
    kSocketOption,     // SO_ERROR
    kSettableOption,   // SO_RCVLOWAT, SO_SNDBUF, SO_LINGER, SO_OOBINLINE: Operation::number
    kClock,            // CLOCK_REALTIME, CLOCK_MONOTONIC or a number: Operation::number
    kTimerSetting,  // {ns until expiry, ns of the period}: value, timeout_nanoseconds; or NULL ...
    kRequest,       // of ioctl: a name or a number: Operation::flags; then {params} or a pointer
    kProcess,       // P1, P2: Operation::number
    kThread,        // T1, T2 ... or P2: Operation::number, an index (strand.h)
    kSignals,       // Operation::signals, names of ArgumentSpec::flags
    kOtherKind,     // "netlink", "perf_event" ...: Operation::number
    kMaskHow,       // SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK: Operation::number
};

/// Arguments that are written `name=value` after the others and left out when they are usual.
enum class OptionalArguments : std::uint8_t {
    kNone,
    kBuffer,         // buffer=NULL|BAD|KERNEL|room(N)|UNALIGNED|PAUSED
    kWait,           // and arriving=SIGUSR1
    kBufferAndMask,  // and mask=EMPTY|SIGUSR1|BAD, sigsetsize=N
    kMask,           // mask and sigsetsize alone
};

enum class ResultType : std::uint8_t {
    kZero,         // 0
    kCount,        // a number of bytes, or the payload {n} of a one-number read
    kDescriptor,   // a new descriptor, which a handle names
    kPair,         // two new descriptors
    kEvents,       // [data:MASK, ...]
    kMask,         // revents of poll
    kPayload,      // {n}
    kFlags,        // of F_GETFL
    kSets,         // of select: READ|WRITE|EXCEPT
    kSignals,      // a set of signals
    kParams,       // {usecs, budget, prefer, pad}
    kCompletions,  // [id:0, id:ECANCELED, id:IN|OUT, id:IN+, id:{data:IN}]
    kNothing,      // barrier
};

struct FlagName {
    std::string_view name;
    std::uint32_t bit;
};

struct ArgumentSpec {
    ArgumentType type = ArgumentType::kNone;
    std::span<const FlagName> flags = {};
};

inline constexpr int kMaxArguments = 5;

struct OperationSpec {
    OperationKind kind;
    std::string_view name;
    ResultType result;
    ArgumentSpec arguments[kMaxArguments];
    OptionalArguments optional = OptionalArguments::kNone;
};

/// The row of `kind`.
const OperationSpec& operation_spec(OperationKind kind);
/// All rows, in the order of OperationKind.
std::span<const OperationSpec> operation_table();
/// The row whose operation is called `name`, or null.
const OperationSpec* operation_named(std::string_view name);

/// What `operation` answers; fcntl and getsockopt depend on their command.
ResultType result_type(const Operation& operation);

/// True for operations on an io_uring that the program made.
bool is_about_rings(OperationKind kind);
/// True if a program with it sends itself signals or changes which of them are blocked.
bool is_about_signals(const Operation& operation);

/// Names of enumerated arguments, indexed by their value.
std::span<const std::string_view> other_kind_names();
std::span<const std::string_view> path_names();
/// The names that an argument of `type` has, for types that are names and nothing else.
std::span<const std::string_view> names_of(ArgumentType type);
std::span<const std::string_view> fcntl_command_names();
std::span<const std::string_view> domain_names();
std::span<const std::string_view> socket_option_names();
/// Names of the processes of a program, by their index.
std::span<const std::string_view> process_names();
/// Names of the threads of a program, by their index.
std::span<const std::string_view> thread_names();
/// The flag of F_SETFD.
std::span<const FlagName> descriptor_flag_names();
std::span<const std::string_view> mask_how_names();
/// The three sets of select, by the event::k... that stands for each.
std::span<const FlagName> set_names();
/// All signals that have a name.
std::span<const FlagName> signal_names();
/// Names of clocks, indexed by their number, the same on every Linux.
std::span<const std::string_view> clock_names();
/// Names of the flags in the result of F_GETFL.
std::span<const FlagName> status_flag_names();

}  // namespace epollcheck
