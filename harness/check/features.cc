// Features of the machine. See features.h.

#include "harness/check/features.h"

#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr char kNoOther[] = "this kernel has no such files, or does not permit them to this user";

template <OtherKind kind>
bool has_other(const Calibration& calibration) {
    return (calibration.other_kinds >> static_cast<int>(kind) & 1) != 0;
}

constexpr Feature kFeatures[] = {
    {"epoll_pwait2", "the system call epoll_pwait2(2), Linux 5.11",
     "this kernel has no epoll_pwait2",
     [](const Calibration& calibration) { return calibration.has_epoll_pwait2; }},
    {"loopback", "AF_INET over the loopback device", "this machine has no loopback network",
     [](const Calibration& calibration) { return calibration.has_loopback; }},
    {"inotify", "inotify(7): CONFIG_INOTIFY_USER", "this kernel has no inotify",
     [](const Calibration& calibration) { return calibration.has_inotify; }},
    {"pidfd", "pidfd_open(2) and waitid(2) with P_PIDFD, Linux 5.4", "this kernel has no pidfd",
     [](const Calibration& calibration) { return calibration.has_pidfd; }},
    {"pty", "pseudo terminals: /dev/ptmx, and TIOCGPTPEER of Linux 4.13",
     "this machine has no usable /dev/ptmx, or its kernel no TIOCGPTPEER",
     [](const Calibration& calibration) { return calibration.has_terminals; }},
    {"block-device", "a block device that may be opened for reading: /dev/loop0",
     "/dev/loop0 cannot be opened here",
     [](const Calibration& calibration) { return calibration.has_block_device; }},
    {"unix-out-of-band", "MSG_OOB on unix stream sockets, Linux 5.15 with CONFIG_AF_UNIX_OOB",
     "unix stream sockets of this kernel have no out-of-band data",
     [](const Calibration& calibration) { return calibration.has_unix_out_of_band; }},
    {"proc", "/proc, where fdinfo shows interest lists", "/proc is not mounted",
     [](const Calibration& calibration) { return calibration.has_proc; }},
    {"kcmp", "the system call kcmp(2), CONFIG_KCMP, and that no sandbox forbids it",
     "this kernel has no kcmp, or a sandbox forbids it",
     [](const Calibration& calibration) { return calibration.kcmp_error == 0; }},
    {"close_range", "close_range(2), Linux 5.9",
     "this kernel has no close_range, or a sandbox forbids it",
     [](const Calibration& calibration) {
         return calibration.close_range_error == 0 ||
                calibration.close_range_error == error::kEINVAL;
     }},
    {"close_range-cloexec", "close_range(2) with CLOSE_RANGE_CLOEXEC, Linux 5.11",
     "close_range does not know CLOSE_RANGE_CLOEXEC here",
     [](const Calibration& calibration) { return calibration.close_range_error == 0; }},
    {"close_range-unshare", "close_range(2) with CLOSE_RANGE_UNSHARE, Linux 5.9",
     "close_range does not know CLOSE_RANGE_UNSHARE here",
     [](const Calibration& calibration) { return calibration.has_range_unshare; }},
    {"packet-pipe", "pipes that keep writes apart: O_DIRECT of pipe2(2), Linux 3.4",
     "pipe2 does not know O_DIRECT here",
     [](const Calibration& calibration) { return calibration.has_packet_pipes; }},
    {"unshare", "unshare(CLONE_FILES), and that no sandbox forbids it", "a sandbox forbids unshare",
     [](const Calibration& calibration) { return calibration.unshare_error == 0; }},
    {"fork", "a second process of a program: fork(2)", "no second process can be made here",
     [](const Calibration& calibration) { return calibration.has_fork; }},
    {"shared-table", "a second process with the same descriptor table: clone(2) with CLONE_FILES",
     "clone does not make a process that shares the descriptor table here (CLONE_FILES alone)",
     [](const Calibration& calibration) { return calibration.has_shared_table; }},
    {"kernel-address", "an address that epoll_wait refuses as a buffer before it is used",
     "no address is outside the user's range here, as in a 32-bit process of a 64-bit kernel",
     [](const Calibration& calibration) { return calibration.has_kernel_address; }},
    {"exec", "/proc/self/exe, which programs execute in their second process",
     "/proc/self/exe cannot be executed",
     [](const Calibration& calibration) { return calibration.may_execute; }},
    {"wakeup", "EPOLLWAKEUP: CONFIG_PM_SLEEP and the capability CAP_BLOCK_SUSPEND",
     "this kernel does not support EPOLLWAKEUP, or does not permit it to this user",
     [](const Calibration& calibration) { return calibration.keeps_wakeup; }},
    {"io_uring-epoll-ctl", "IORING_OP_EPOLL_CTL of io_uring, Linux 5.6",
     "io_uring has no EPOLL_CTL here, or is not permitted (/proc/sys/kernel/io_uring_disabled)",
     [](const Calibration& calibration) { return calibration.has_ring_control; }},
    {"io_uring-epoll-wait", "IORING_OP_EPOLL_WAIT of io_uring, Linux 6.15",
     "io_uring has no EPOLL_WAIT here, or is not permitted (/proc/sys/kernel/io_uring_disabled)",
     [](const Calibration& calibration) { return calibration.has_ring_wait; }},
    {"io_uring", "io_uring with polls that go on (IORING_POLL_ADD_MULTI), Linux 5.13",
     "io_uring has no polls that go on, or is not permitted (/proc/sys/kernel/io_uring_disabled)",
     [](const Calibration& calibration) { return calibration.has_rings; }},
    {"threads", "threads, of which /proc tells whether they sleep",
     "the target has no threads, or /proc/self/task does not tell whether they sleep",
     [](const Calibration& calibration) { return calibration.has_threads; }},
    {"paused-harvest", "userfaultfd(2) for faults of the kernel, which stops a harvest half-way",
     "userfaultfd is not there or not permitted (CAP_SYS_PTRACE, access to "
     "/dev/userfaultfd, or /proc/sys/vm/unprivileged_userfaultfd set to 1)",
     [](const Calibration& calibration) { return calibration.has_paused_harvest; }},
    {"busy-poll", "EPIOCSPARAMS and EPIOCGPARAMS, Linux 6.9 with CONFIG_NET_RX_BUSY_POLL",
     "epoll instances of this kernel have no busy poll parameters",
     [](const Calibration& calibration) { return calibration.has_busy_poll; }},
    {"budget-privilege", "CAP_NET_ADMIN, for a busy poll budget above 64",
     "this user may not set a busy poll budget above 64",
     [](const Calibration& calibration) { return calibration.may_raise_budget; }},
    {"no-budget-privilege", "no CAP_NET_ADMIN, so that a busy poll budget above 64 is refused",
     "this user may set any busy poll budget (CAP_NET_ADMIN)",
     [](const Calibration& calibration) { return !calibration.may_raise_budget; }},
    {"watch-limit", "the privilege to run as an account whose watches can be used up",
     "using up an account's watches needs root, and /proc/sys/fs/epoll/max_user_watches at or "
     "below 250000",
     [](const Calibration& calibration) { return calibration.may_limit_watches; }},
    {"mount-namespace", "CAP_SYS_ADMIN, for mounts that nobody else sees",
     "a mount namespace of its own is not permitted here, or /proc/self/mounts does not tell",
     [](const Calibration& calibration) { return calibration.may_mount; }},
    {"domain-name", "CAP_SYS_ADMIN, and /proc/sys/kernel/domainname, which tells of changes",
     "this user may not set the domain name, or /proc/sys/kernel/domainname does not tell",
     [](const Calibration& calibration) { return calibration.may_set_domain_name; }},
    {"netlink", "sockets of netlink(7)", kNoOther, has_other<OtherKind::kNetlink>},
    {"packet", "sockets of packet(7), and CAP_NET_RAW", kNoOther, has_other<OtherKind::kPacket>},
    {"vsock", "sockets of vsock(7)", kNoOther, has_other<OtherKind::kVsock>},
    {"perf_event", "perf_event_open(2), if perf_event_paranoid permits it", kNoOther,
     has_other<OtherKind::kPerfEvent>},
    {"fanotify", "fanotify(7), and CAP_SYS_ADMIN", kNoOther, has_other<OtherKind::kFanotify>},
    {"userfaultfd", "userfaultfd(2)", kNoOther, has_other<OtherKind::kUserfault>},
    {"message_queue", "mq_open(3)", kNoOther, has_other<OtherKind::kMessageQueue>},
    {"tun", "/dev/net/tun", kNoOther, has_other<OtherKind::kTun>},
    {"fuse", "/dev/fuse", kNoOther, has_other<OtherKind::kFuse>},
    {"clock-step", "CAP_SYS_TIME, and a clock that no NTP daemon keeps",
     "setting the clock by a nanosecond needs CAP_SYS_TIME, and is not done to a clock that NTP "
     "keeps",
     [](const Calibration& calibration) { return calibration.may_step_clock; }},
};

/// The name of the feature that `operation` cannot be run, or not be judged, without; or null.
const char* need_name(const Operation& operation) {
    if (operation.pointer == Pointer::kPaused) {
        return "paused-harvest";
    }
    switch (operation.kind) {
        case OperationKind::kEpollPwait2:
            return "epoll_pwait2";
        case OperationKind::kIoUringCtl:
            return "io_uring-epoll-ctl";
        case OperationKind::kIoUringWait:
        case OperationKind::kRingWait:
        case OperationKind::kRingTimedWait:
            return "io_uring-epoll-wait";
        case OperationKind::kRingSetup:
        case OperationKind::kRingNop:
        case OperationKind::kRingPoll:
        case OperationKind::kRingPollMany:
        case OperationKind::kRingCancel:
        case OperationKind::kRingReap:
            return "io_uring";
        case OperationKind::kFdinfo:
            return "proc";
        case OperationKind::kOpen:
            return operation.number == static_cast<std::int32_t>(Path::kBlockDevice)
                       ? "block-device"
                       : nullptr;
        case OperationKind::kSocket:
            return operation.number == static_cast<std::int32_t>(Domain::kInet) ? "loopback"
                                                                                : nullptr;
        case OperationKind::kOpenpty:
            return "pty";
        case OperationKind::kSpawn:
        case OperationKind::kKillChild:
            return "pidfd";
        case OperationKind::kInotifyInit1:
            return "inotify";
        case OperationKind::kFork:
            return "fork";
        case OperationKind::kClone:
            return (operation.flags & flag::kCloneFiles) != 0 ? "shared-table" : "fork";
        case OperationKind::kUnshare:
            return "unshare";
        case OperationKind::kExec:
            return "exec";
        case OperationKind::kAnnounce:
            return operation.number == static_cast<std::int32_t>(Path::kMounts) ? "mount-namespace"
                                                                                : "domain-name";
        case OperationKind::kOpenOther:
            return other_kind_names()[static_cast<std::size_t>(operation.number)].data();
        case OperationKind::kLimitWatches:
            return "watch-limit";
        case OperationKind::kStepClock:
            return "clock-step";
        default:
            return operation.thread != 0 ? "threads" : nullptr;
    }
}

}  // namespace

std::span<const Feature> features() { return kFeatures; }

const Feature* feature_named(std::string_view name) {
    for (const Feature& feature : kFeatures) {
        if (feature.name == name) {
            return &feature;
        }
    }
    return nullptr;
}

const Feature* unmet_need(std::span<const std::string> needs, const Calibration& calibration) {
    for (const std::string& need : needs) {
        const Feature* feature = feature_named(need);
        if (feature != nullptr && !feature->present(calibration)) {
            return feature;
        }
    }
    return nullptr;
}

const Feature* need_of(const Operation& operation) {
    const char* const name = need_name(operation);
    return name == nullptr ? nullptr : feature_named(name);
}

const Feature* unmet_need(std::span<const Operation> operations, const Calibration& calibration) {
    for (const Operation& operation : operations) {
        const Feature* const feature = need_of(operation);
        if (feature != nullptr && !feature->present(calibration)) {
            return feature;
        }
    }
    return nullptr;
}

}  // namespace epollcheck
