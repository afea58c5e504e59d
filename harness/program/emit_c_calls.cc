// The table of calls in C. See emit_c_calls.h.
//
// A template is a C expression with a word like $fd where an argument stands; which words there are
// is in `argument_of`. Calls are those of the C library, so that what is tested is what programs
// use; syscall(2) makes those that the library does not have everywhere, or in which it would look
// at arguments that are wrong on purpose.

#include "harness/program/emit_c_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "harness/program/emit_c_helpers.h"
#include "harness/program/emit_c_values.h"
#include "harness/program/value_text.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

using Kind = OperationKind;

struct Row {
    Kind kind;
    std::string_view text;
};

constexpr Row kRows[] = {
    {Kind::kEpollCreate, "epoll_create($number)"},
    {Kind::kEpollCreate1, "epoll_create1($flags)"},
    {Kind::kEpollCtl, "epoll_ctl($fd, $ctl, $other, $event)"},
    {Kind::kEpollWait, "epoll_wait($fd, $ready, $most, $timeout)"},
    {Kind::kEpollPwait, "epoll_pwait($fd, $ready, $most, $timeout, $mask)"},
    {Kind::kEpollPwait2,
     "(int)syscall(SYS_epoll_pwait2, $fd, $ready, $number, $time64, $mask, (size_t)$size)"},
    {Kind::kIoUringCtl, "ring_control($fd, $ctl, $other, $event)"},
    {Kind::kIoUringWait, "ring_wait($fd, $ready, $number)"},
    {Kind::kPoll, "poll_one($fd, $poll)"},
    {Kind::kPpoll, "ppoll_one($fd, $poll, $timespec, $mask)"},
    {Kind::kSelect, "select_one($fd, $sets)"},
    {Kind::kPselect, "pselect_one($fd, $sets, $timespec, $mask)"},
    {Kind::kFdinfo, "interest_list($fd, ready)"},
    {Kind::kClose, "close($fd)"},
    {Kind::kDup, "dup($fd)"},
    {Kind::kDup2, "dup2($fd, $other)"},
    {Kind::kDup3, "dup3($fd, $other, $flags)"},
    {Kind::kFcntl, "fcntl($fd, $command)"},
    {Kind::kRead, "read($fd, $sink, $length)"},
    {Kind::kWrite, "write($fd, $zeros, $length)"},
    {Kind::kPipe2, "pipe2(pair, $flags)"},
    {Kind::kOpen, "open($path, $flags)"},
    {Kind::kMemfdCreate, "memfd_create(\"memory\", 0)"},
    {Kind::kEventfd, "eventfd($value, $flags)"},
    {Kind::kSocket, "socket($domain, $flags, 0)"},
    {Kind::kSocketpair, "socketpair($domain, $flags, 0, pair)"},
    {Kind::kBind, "bind_socket($fd)"},
    {Kind::kListen, "listen($fd, $number)"},
    {Kind::kConnect, "connect_to($fd, $other)"},
    {Kind::kAccept4, "accept4($fd, NULL, NULL, $flags)"},
    {Kind::kSend, "send($fd, $zeros, $length, $flags)"},
    {Kind::kRecv, "recv($fd, sink, $length, $flags)"},
    {Kind::kShutdown, "shutdown($fd, $how)"},
    {Kind::kGetsockopt, "socket_error($fd)"},
    {Kind::kSetsockopt, "setsockopt($fd, SOL_SOCKET, $option, &(int){$value}, sizeof(int))"},
    {Kind::kLseek, "lseek($fd, 0, SEEK_CUR)"},
    {Kind::kPread, "pread($fd, sink, 1, 0)"},
    {Kind::kMmap, "map_and_unmap($fd)"},
    {Kind::kFsync, "fsync($fd)"},
    {Kind::kFtruncate, "ftruncate($fd, 0)"},
    {Kind::kIoctl, "ioctl($fd, $request)"},
    {Kind::kFork, "became(fork())"},
    {Kind::kClone, "clone_second($flags)"},
    {Kind::kExec, "execute_again($step)"},
    {Kind::kExit, "(common->done = $step, _exit(0))"},
    {Kind::kUnshare, "unshare($flags)"},
    {Kind::kCloseRange,
     "(int)syscall(SYS_close_range, (unsigned)$fd, (unsigned)$other, (unsigned)($flags))"},
    {Kind::kSendFd, "send_fd($fd, $other)"},
    {Kind::kRecvFd, "receive_fd($fd, $flags)"},
    {Kind::kKcmpFile, "compare_files($fd, $process, $other)"},
    {Kind::kKcmpEpoll, "compare_item($fd, $other, $number)"},
    {Kind::kKill, "kill_each($signals)"},
    {Kind::kTgkill, "raise_each($signals)"},
    {Kind::kSigprocmask, "change_mask($maskhow, $set)"},
    {Kind::kSigpending, "pending_signals()"},
    {Kind::kLimitWatches, "limit_watches($number)"},
    {Kind::kLimitDescriptors, "limit_descriptors($number)"},
    {Kind::kStepClock, "step_clock($number)"},
    {Kind::kInotifyInit1, "inotify_init1($flags)"},
    {Kind::kInotifyAddWatch, "inotify_add_watch($fd, $path, $watch)"},
    {Kind::kInotifyRmWatch, "inotify_rm_watch($fd, $number)"},
    {Kind::kMknod, "mknod($path, S_IFREG | 0600, 0)"},
    {Kind::kTruncate, "truncate($path, 0)"},
    {Kind::kUnlink, "unlink($path)"},
    {Kind::kSpawn, "spawn_child()"},
    {Kind::kKillChild, "kill_child($fd)"},
    {Kind::kReap, "reap_child($fd)"},
    {Kind::kSettle, "settle($fd, $poll, $patience)"},
    {Kind::kTimerfdCreate, "timerfd_create($clock, $flags)"},
    {Kind::kTimerfdSettime, "timerfd_settime($fd, $flags, $setting, NULL)"},
    {Kind::kTimerfdGettime, "time_remains($fd)"},
    {Kind::kFill, "move_all($fd, 1)"},
    {Kind::kDrain, "move_all($fd, 0)"},
    {Kind::kSignalfd, "signalfd(-1, $set, $flags)"},
    {Kind::kSignalfdMask, "change_signalfd($fd, $set)"},
    {Kind::kOpenpty, "open_terminal(pair, $flags)"},
    {Kind::kOpenSlave, "open_slave($fd, $flags)"},
    {Kind::kTcsetattr, "set_mode($fd, $flags)"},
    {Kind::kWriteLine, "write($fd, letters($length, '\\n'), $length)"},
    {Kind::kFstat, "mode_of($fd)"},
    {Kind::kReadlink, "is_named_eventpoll($fd)"},
    {Kind::kFallocate, "fallocate($fd, 0, 0, 1)"},
    {Kind::kAnnounce, "announce_domain_name()"},
    {Kind::kVforkClose, "vfork_close($fd)"},
    {Kind::kOpenOther, "$otherkind"},
    {Kind::kAwait, "await($thread)"},
    {Kind::kResume, "resume($thread)"},
    {Kind::kBarrier, ""},
};

/// Why operations cannot be emitted at all, or null.
const char* obstacle(const Operation& operation) {
    if (operation.kind == Kind::kInterrupt) {
        return "the signals of a C file are for calls that wait for ever";
    }
    if (is_about_rings(operation.kind)) {
        return "a ring with requests under way takes more than a short C file has room for";
    }
    if (std::ranges::find(kRows, operation.kind, &Row::kind) == std::end(kRows)) {
        return "no call is known for it (emit_c_calls.cc)";
    }
    if (operation.arriving == signal::kStop) {
        return "a process that is stopped while it waits needs another one that knows when";
    }
    const bool ends = operation.kind == Kind::kExec || operation.kind == Kind::kExit;
    return ends && operation.process == 0 ? "only the second process of a program can end"
                                          : nullptr;
}

/// True for files that not every machine has. Opening them without an access mode fails nowhere.
bool is_device(const Operation& operation) {
    if (operation.kind != Kind::kOpen) return false;
    const auto path = static_cast<Path>(operation.number);
    return path >= Path::kDevNull && path <= Path::kBlockDevice;
}

bool is_wrong(Pointer pointer) { return pointer == Pointer::kBad || pointer == Pointer::kKernel; }

/// True if the library must not see the time-out and the mask of ppoll or pselect.
bool needs_raw_call(const Operation& operation) {
    return operation.signal_set_size != Operation().signal_set_size ||
           is_wrong(operation.mask_pointer) || is_wrong(operation.timeout_pointer);
}

std::string_view template_of(const CProgram& program, const Operation& operation) {
    const bool raw = needs_raw_call(operation);
    switch (operation.kind) {
        case Kind::kEpollPwait:
            if (operation.signal_set_size == Operation().signal_set_size) break;
            return "(int)syscall(SYS_epoll_pwait, $fd, $ready, $number, $timeout, $mask, "
                   "(size_t)$size)";
        case Kind::kPpoll:
            if (!raw) break;
            return "raw_ppoll_one($fd, $poll, $time64, $mask, $size)";
        case Kind::kPselect:
            if (!raw) break;
            return "raw_pselect_one($fd, $sets, $time64, $mask, $size)";
        case Kind::kRead:
            if (!operation.as_value) break;
            return operation.pointer == Pointer::kGood ? "read($fd, &value, 8)"
                                                       : "read($fd, $sink, 8)";
        case Kind::kWrite:
            if (operation.as_value && operation.pointer == Pointer::kGood) {
                return "write($fd, &(uint64_t){$value}, 8)";
            }
            if (operation.as_value) return "write($fd, $zeros, 8)";
            break;
        case Kind::kKill:
            if (std::has_single_bit(operation.signals)) return "kill(getpid(), $signal)";
            break;
        case Kind::kTgkill:
            if (std::has_single_bit(operation.signals)) return "raise($signal)";
            break;
        case Kind::kAnnounce:
            if (operation.number != static_cast<std::int32_t>(Path::kMounts)) break;
            return "announce_mount()";
        case Kind::kBind:
            return program.mixed  ? "bind_mixed($fd)"
                   : program.inet ? "bind_loopback($fd)"
                                  : "bind_socket($fd)";
        case Kind::kSetsockopt:
            if (operation.number != static_cast<std::int32_t>(SocketOption::kLinger)) break;
            return "setsockopt($fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, $value}, "
                   "sizeof(struct linger))";
        case Kind::kConnect:
            if (operation.other_fd == Descriptor()) return "disconnect($fd)";
            return program.mixed  ? "connect_mixed($fd, $other)"
                   : program.inet ? "connect_loopback($fd, $other)"
                                  : "connect_to($fd, $other)";
        default:
            break;
    }
    const auto* const row = std::ranges::find(kRows, operation.kind, &Row::kind);
    return row == std::end(kRows) ? std::string_view() : row->text;
}

std::string descriptor_of(const Descriptor& descriptor, const CProgram& program) {
    return descriptor.handle == kNoHandle
               ? std::to_string(descriptor.number)
               : program.names[static_cast<std::size_t>(descriptor.handle)];
}

std::string flags_of(const Operation& operation) {
    for (const ArgumentSpec& spec : operation_spec(operation.kind).arguments) {
        if (spec.type == ArgumentType::kFlags) return c_flags(operation.flags, spec.flags);
    }
    return "0";
}

std::string watch_flags_of(const Operation& operation) {
    for (const ArgumentSpec& spec : operation_spec(operation.kind).arguments) {
        if (spec.type == ArgumentType::kFlags) return c_real_flags(operation.flags, spec.flags);
    }
    return "0";
}

/// True if the events fit into `ready`.
bool has_usual_size(const Operation& operation) {
    return operation.number > 0 && operation.number <= 64;
}

std::string most_events(const Operation& operation) {
    return has_usual_size(operation) ? std::to_string(operation.number)
                                     : fmt::format("hide_number({})", operation.number);
}

std::string events_buffer(const Operation& operation) {
    switch (operation.pointer) {
        case Pointer::kGood:
            return has_usual_size(operation) ? "ready" : "hide(ready)";
        case Pointer::kRoom:
            return fmt::format("room({}, {})", operation.room, operation.room_bytes);
        case Pointer::kUnaligned:
            return "unaligned()";
        case Pointer::kPaused:
            return "paused()";
        default:
            return c_pointer(operation.pointer, "");
    }
}

std::string timespec_of(const Operation& operation, std::string_view helper) {
    if (operation.timeout_pointer == Pointer::kNull) return "NULL";
    return c_pointer(operation.timeout_pointer,
                     fmt::format("{}({}, {})", helper, operation.timeout_seconds,
                                 operation.timeout_nanoseconds));
}

std::string set_of(const Operation& operation) {
    return operation.signals == 0 ? "&(sigset_t){0}"
                                  : fmt::format("set_of({})", c_signals(operation.signals));
}

std::string mask_of(const Operation& operation) {
    if (operation.mask_pointer == Pointer::kNull) return "NULL";
    return c_pointer(operation.mask_pointer, set_of(operation));
}

std::string command_of(const Operation& operation) {
    const std::string_view name = fcntl_command_names()[static_cast<std::size_t>(operation.number)];
    switch (static_cast<FcntlCommand>(operation.number)) {
        case FcntlCommand::kSetFl:
            return fmt::format("{}, {}", name,
                               c_flags(operation.value, status_flag_names().subspan(1)));
        case FcntlCommand::kSetFd:
            return fmt::format("{}, {}", name, c_flags(operation.value, descriptor_flag_names()));
        case FcntlCommand::kSetPipeSize:
            return fmt::format("{}, {}", name, c_number(operation.value));
        default:
            return std::string(name);
    }
}

std::string request_of(const Operation& operation) {
    const BusyPollParams given = BusyPollParams::of(operation.value);
    const std::string params =
        c_pointer(operation.pointer, fmt::format("params_of({}, {}, {}, {})", given.usecs,
                                                 given.budget, given.prefer, given.pad));
    switch (operation.flags) {
        case kRequestNonblock:
            return "FIONBIO, ones()";
        case kRequestAsync:
            return "FIOASYNC, ones()";
        case kRequestSetParams:
            return "EPIOCSPARAMS, " + params;
        case kRequestGetParams:
            return "EPIOCGPARAMS, " + params;
        default:
            return fmt::format("{:#x}u, ones()", operation.flags);
    }
}

std::string how_of(std::uint32_t how) {
    constexpr std::array kNames = {"SHUT_RD", "SHUT_WR", "SHUT_RDWR"};
    return how < kNames.size() ? kNames[how] : std::to_string(static_cast<int>(how));
}

std::string ctl_of(std::int32_t number) {
    switch (number) {
        case kCtlAdd:
            return "EPOLL_CTL_ADD";
        case kCtlDel:
            return "EPOLL_CTL_DEL";
        case kCtlMod:
            return "EPOLL_CTL_MOD";
        default:
            return std::to_string(number);
    }
}

/// The call that opens a file of a rare kind.
std::string other_kind_of(std::int32_t number) {
    constexpr std::array kCalls = {
        "socket(AF_NETLINK, SOCK_RAW, 0)",
        "socket(AF_PACKET, SOCK_RAW, 0)",
        "socket(AF_VSOCK, SOCK_STREAM, 0)",
        "open_performance_counter()",
        "fanotify_init(FAN_CLASS_NOTIF, O_RDONLY)",
        "(int)syscall(SYS_userfaultfd, O_NONBLOCK)",
        "open_message_queue()",
        "open(\"/dev/net/tun\", O_RDWR)",
        "open(\"/dev/fuse\", O_RDWR)",
    };
    static_assert(kCalls.size() == kOtherKinds);
    return kCalls[static_cast<std::size_t>(number)];
}

std::string name_of(std::span<const std::string_view> names, std::int32_t index) {
    const bool known = index >= 0 && static_cast<std::size_t>(index) < names.size();
    return known ? std::string(names[static_cast<std::size_t>(index)]) : std::to_string(index);
}

/// What is written: a literal if it is short, and too short for an eventfd, which looks at it.
std::string zeros_of(const CProgram& program, const Operation& operation) {
    constexpr std::uint32_t kMostLetters = 16384;  // of the helper
    constexpr std::uint32_t kShort = sizeof(std::uint64_t) - 1;
    const std::int16_t handle = operation.fd.handle;
    if (handle != kNoHandle && program.terminal[static_cast<std::size_t>(handle)] &&
        operation.pointer == Pointer::kGood && operation.length <= kMostLetters) {
        return fmt::format("letters({}, 'a')", operation.length);
    }
    const bool is_short = operation.length > 0 && operation.length <= kShort;
    return c_pointer(operation.pointer,
                     is_short ? c_string(std::string(operation.length, 'x')) : "zeros");
}

/// How long a settle waits: until what is expected has come, or long enough to see that nothing
/// does.
std::string patience_of(const CProgram& program, const AllowedAnswers& allowed) {
    const auto is_ready = [](const Answer& answer) {
        return answer.result.kind == ResultKind::kValue && answer.result.value != 0;
    };
    const bool expects = std::ranges::any_of(allowed.usual, is_ready) ||
                         std::ranges::any_of(allowed.unclear, is_ready) || allowed.forbidden;
    return expects ? "10000" : program.timers ? "1500" : "300";  // milliseconds
}

std::string process_of(const CProgram& program, const Operation& operation) {
    return program.processes ? fmt::format("common->ids[{}]", operation.number) : "getpid()";
}

std::string event_of(const Operation& operation) {
    if (operation.pointer == Pointer::kNull) return "NULL";
    return c_pointer(operation.pointer,
                     fmt::format("EVENT({}, {})", c_events(operation.flags, "EPOLL"),
                                 c_number(operation.value)));
}

std::string argument_of(std::string_view word, const CProgram& program, const Operation& operation,
                        const AllowedAnswers& allowed) {
    if (word == "fd") return descriptor_of(operation.fd, program);
    if (word == "other") return descriptor_of(operation.other_fd, program);
    if (word == "flags") return flags_of(operation);
    if (word == "watch") return watch_flags_of(operation);
    if (word == "number") return std::to_string(operation.number);
    if (word == "thread") return std::to_string(operation.number + 1);
    if (word == "most") return most_events(operation);
    if (word == "value") return c_number(operation.value);
    if (word == "length") return std::to_string(operation.length);
    if (word == "size") return std::to_string(operation.signal_set_size);
    if (word == "timeout") return std::to_string(static_cast<int>(operation.timeout_ms));
    if (word == "ctl") return ctl_of(operation.number);
    if (word == "event") return event_of(operation);
    if (word == "ready") return events_buffer(operation);
    if (word == "sink") return c_pointer(operation.pointer, "sink");
    if (word == "zeros") return zeros_of(program, operation);
    if (word == "time64") return timespec_of(operation, "time64");
    if (word == "timespec") return timespec_of(operation, "timespec_of");
    if (word == "mask") return mask_of(operation);
    if (word == "set") return set_of(operation);
    if (word == "poll") return c_events(operation.flags, "POLL");
    if (word == "sets") return c_flags(operation.flags, set_names());
    if (word == "command") return command_of(operation);
    if (word == "request") return request_of(operation);
    if (word == "path") return c_string(name_of(path_names(), operation.number));
    if (word == "domain") return name_of(domain_names(), operation.number);
    if (word == "how") return how_of(operation.flags);
    if (word == "option") return name_of(socket_option_names(), operation.number);
    if (word == "signals") return c_signals(operation.signals);
    if (word == "signal") return c_signal(operation.signals);
    if (word == "maskhow") return name_of(mask_how_names(), operation.number);
    if (word == "clock") return name_of(clock_names(), operation.number);
    if (word == "process") return process_of(program, operation);
    if (word == "otherkind") return other_kind_of(operation.number);
    if (word == "patience") return patience_of(program, allowed);
    return c_pointer(operation.pointer, fmt::format("set_timer({}, {})", c_number(operation.value),
                                                    operation.timeout_nanoseconds));  // "setting"
}

std::string filled(std::string_view text, const CProgram& program, const Operation& operation,
                   const AllowedAnswers& allowed) {
    std::string result;
    for (auto at = text.find('$'); at != std::string_view::npos; at = text.find('$')) {
        result += text.substr(0, at);
        text.remove_prefix(at + 1);
        const std::size_t end =
            std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), text.size());
        const std::string_view word = text.substr(0, end);
        result += word == "step" ? "$step" : argument_of(word, program, operation, allowed);
        text.remove_prefix(end);
    }
    return result + std::string(text);
}

CShows shown_by(const Operation& operation) {
    switch (operation.kind) {
        case Kind::kRecvFd:
            return CShows::kReceived;
        case Kind::kGetsockopt:
            return CShows::kErrorOf;
        case Kind::kRead:
            return operation.as_value && operation.pointer == Pointer::kGood ? CShows::kPayload
                                                                             : CShows::kNumber;
        default:
            break;
    }
    switch (result_type(operation)) {
        case ResultType::kEvents:
            return operation.pointer == Pointer::kRoom || operation.pointer == Pointer::kUnaligned
                       ? CShows::kStoredEvents
                       : CShows::kEvents;
        case ResultType::kMask:
            return CShows::kMask;
        case ResultType::kFlags:
            return CShows::kFlags;
        case ResultType::kSets:
            return CShows::kSets;
        case ResultType::kParams:
            return CShows::kParams;
        default:
            return CShows::kNumber;
    }
}

/// True if an error may only say that there is no such thing on the machine.
bool may_be_lacking(const Operation& operation) {
    switch (operation.kind) {
        case Kind::kEpollPwait2:
        case Kind::kCloseRange:
        case Kind::kMemfdCreate:
        case Kind::kKcmpFile:
        case Kind::kKcmpEpoll:
        case Kind::kSpawn:
        case Kind::kOpenOther:
        case Kind::kAnnounce:
            return true;
        default:
            return false;
    }
}

bool may_fail(const AllowedAnswers& allowed) {
    const auto fails = [](const Answer& answer) {
        return answer.result.kind == ResultKind::kError;
    };
    return allowed.open || allowed.forbidden || std::ranges::any_of(allowed.usual, fails) ||
           std::ranges::any_of(allowed.unclear, fails);
}

/// Makes the call give its descriptors to the variables of the handles that it binds.
void bind_handles(const CProgram& program, const Operation& operation,
                  const AllowedAnswers& allowed, CCall& call) {
    const auto name_of_bound = [&](int i) {
        const std::int16_t bound = operation.bound[i];
        const bool counts = bound != kNoHandle && program.used[static_cast<std::size_t>(bound)];
        return counts ? program.names[static_cast<std::size_t>(bound)] : std::string();
    };
    const bool rebinds = operation.kind == Kind::kDup2 || operation.kind == Kind::kDup3;
    if (rebinds) return;  // the variable has that number already
    if (result_type(operation) == ResultType::kPair) {
        for (int i = 0; i < 2; ++i) {
            if (const std::string name = name_of_bound(i); !name.empty()) {
                call.after +=
                    fmt::format("{}{} = pair[{}]", call.after.empty() ? "    " : ", ", name, i);
            }
        }
        if (!call.after.empty()) call.after += ";\n";
        if (may_fail(allowed)) call.text = "(pair[0] = pair[1] = -1, " + call.text + ")";
        return;
    }
    const std::string name = name_of_bound(0);
    if (name.empty()) return;
    if (operation.kind == Kind::kRecvFd) {
        call.after = fmt::format("    {} = received_fd;\n", name);
    } else {
        call.text = fmt::format("{} = {}", name, call.text);
    }
}

/// How long the call may wait.
void add_duration(const Operation& operation, CCall& call) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    constexpr std::int64_t kMillisecond = 1'000'000;
    std::int64_t milliseconds = 0;
    switch (operation.kind) {
        case Kind::kEpollWait:
        case Kind::kEpollPwait:
            milliseconds = static_cast<int>(operation.timeout_ms);
            call.endless = milliseconds < 0 || milliseconds > kEndlessSeconds * 1000;
            call.least_ns = call.endless ? 0 : milliseconds * kMillisecond;
            return;
        case Kind::kEpollPwait2:
        case Kind::kPpoll:
        case Kind::kPselect:
            call.endless = operation.timeout_pointer == Pointer::kNull ||
                           operation.timeout_seconds > kEndlessSeconds;
            if (!call.endless && operation.timeout_pointer == Pointer::kGood) {
                call.least_ns = operation.timeout_seconds * kSecond + operation.timeout_nanoseconds;
            }
            return;
        case Kind::kWrite:
        case Kind::kSend:
            call.whole = std::to_string(operation.as_value ? 8 : operation.length);
            return;
        case Kind::kRecv:
            call.whole = operation.length == 0 ? "1" : "0";  // TCP waits even for no bytes
            return;
        default:
            return;
    }
}

/// Handles that may name a terminal: what openpty and open_slave make, and duplicates of those.
std::vector<bool> find_terminals(const Program& program) {
    std::vector<bool> terminal(program.handles.size(), false);
    const auto mark = [&](std::int16_t handle) {
        if (handle != kNoHandle) terminal[static_cast<std::size_t>(handle)] = true;
    };
    for (const Operation& operation : program.operations) {
        const std::int16_t from = operation.fd.handle;
        const bool duplicates = operation.kind == Kind::kDup || operation.kind == Kind::kDup2 ||
                                operation.kind == Kind::kDup3;
        if (operation.kind == Kind::kOpenpty || operation.kind == Kind::kOpenSlave ||
            (duplicates && from != kNoHandle && terminal[static_cast<std::size_t>(from)])) {
            mark(operation.bound[0]);
            mark(operation.bound[1]);
        }
    }
    return terminal;
}

bool is_reserved(std::string_view name) {
    constexpr std::string_view kWords =
        "auto break case char const continue default do double else enum extern float for goto if "
        "inline int long register restrict return short signed sizeof static struct switch typedef "
        "union unsigned void volatile while main pair errno stdin stdout stderr unix linux asm "
        "n value start ready zeros sink signal printf perror sigaction SETUP EXPECT EVENT IS HAS";
    const auto in_helper = [&](std::span<const CHelper> helpers) {
        return std::ranges::any_of(
            helpers, [&](const CHelper& helper) { return has_word(helper.provides, name); });
    };
    return has_word(kWords, name) || in_helper(basic_c_helpers()) || in_helper(file_c_helpers()) ||
           in_helper(socket_c_helpers()) || in_helper(system_c_helpers()) ||
           in_helper(process_c_helpers()) || in_helper(rare_c_helpers()) ||
           in_helper(thread_c_helpers()) ||
           std::ranges::any_of(kRows, [&](const Row& row) { return has_word(row.text, name); });
}

}  // namespace

CProgram::CProgram(const Program& source)
    : program(source), used(source.handles.size(), false), terminal(find_terminals(source)) {
    for (const std::string& name : source.handles) {
        names.push_back(is_reserved(name) ? name + "_fd" : name);
    }
    bool local = false;
    for (const Operation& operation : source.operations) {
        for (const Descriptor& descriptor : {operation.fd, operation.other_fd}) {
            if (descriptor.handle != kNoHandle) {
                used[static_cast<std::size_t>(descriptor.handle)] = true;
            }
        }
        const bool is_inet = operation.number == static_cast<std::int32_t>(Domain::kInet);
        inet = inet || (operation.kind == Kind::kSocket && is_inet);
        local = local || (operation.kind == Kind::kSocket && !is_inet);
        processes = processes || operation.kind == Kind::kFork || operation.kind == Kind::kClone;
        ring_wait = ring_wait || operation.kind == Kind::kIoUringWait;
        ring = ring || ring_wait || operation.kind == Kind::kIoUringCtl;
        timers = timers || operation.kind == Kind::kTimerfdCreate;
    }
    mixed = inet && local;
}

std::variant<CCall, CannotEmit> c_call(const CProgram& program, std::size_t index,
                                       const AllowedAnswers& allowed) {
    const Operation& operation = program.program.operations[index];
    if (const char* const reason = obstacle(operation)) {
        return CannotEmit{fmt::format("operation {} ({}) cannot be written in C: {}", index + 1,
                                      operation_spec(operation.kind).name, reason)};
    }
    CCall call;
    call.text = filled(template_of(program, operation), program, operation, allowed);
    if (operation.arriving != 0) {
        const std::string arriving = flags_text(operation.arriving, signal_names());
        call.text = fmt::format("(arrive({}), {})", arriving, call.text);
    }
    if (const auto at = call.text.find("$step"); at != std::string::npos) {
        call.text.replace(at, 5, std::to_string(index + 1));
    }
    call.shows = shown_by(operation);
    if (allowed.any_number) {
        call.shows = operation.as_value ? CShows::kAnyPayload : CShows::kAnyCount;
    }
    call.is_pair = result_type(operation) == ResultType::kPair;
    call.gives_blocked = operation.kind == Kind::kIoUringWait;
    call.lacks = is_device(operation) || may_be_lacking(operation);
    add_duration(operation, call);
    bind_handles(program, operation, allowed, call);
    return call;
}

}  // namespace epollcheck
