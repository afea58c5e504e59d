// Kinds of files that are only looked at when they are fresh. See other.h.

#include "model/kinds/other.h"

#include "model/kinds/descriptors.h"

namespace epollcheck {

namespace {

struct FreshState {
    OtherKind kind;
    EventMask mask;
};

constexpr FreshState kFresh[] = {
    {OtherKind::kNetlink, event::kSocketWritable},  // datagram_poll
    {OtherKind::kPacket, event::kSocketWritable},   // packet_poll
    {OtherKind::kVsock, event::kWritable},          // vsock_poll: not connected
    {OtherKind::kPerfEvent, event::kHup},           // perf_poll: no buffer is mapped
    {OtherKind::kFanotify, 0},                      // fanotify_poll: nothing is queued
    {OtherKind::kUserfault, event::kErr},           // userfaultfd_poll: before the handshake
    {OtherKind::kMessageQueue, event::kWritable},   // mqueue_poll_file: empty, not full
    {OtherKind::kTun, event::kErr},                 // tun_chr_poll: without a device
    {OtherKind::kFuse, event::kErr},                // fuse_dev_poll: not mounted
};
static_assert(sizeof kFresh / sizeof *kFresh == kOtherKinds);

/// Calls that are about descriptors, or that only look at the file.
bool leaves_file_alone(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kEpollCtl:
        case OperationKind::kIoUringCtl:
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
        case OperationKind::kIoUringWait:
        case OperationKind::kPoll:
        case OperationKind::kPpoll:
        case OperationKind::kSelect:
        case OperationKind::kPselect:
        case OperationKind::kSettle:
        case OperationKind::kClose:
        case OperationKind::kCloseRange:
        case OperationKind::kVforkClose:
        case OperationKind::kDup:
        case OperationKind::kDup2:
        case OperationKind::kDup3:
        case OperationKind::kKcmpFile:
        case OperationKind::kKcmpEpoll:
        case OperationKind::kFdinfo:
            return true;
        default:
            return false;
    }
}

bool is_other(Transition& transition, const Descriptor& descriptor) {
    const int file = file_of(transition, descriptor);
    return file >= 0 && transition.world.files[file].kind == FileKind::kOther;
}

}  // namespace

Result open_other(Transition& transition, const Operation& operation) {
    if (operation.number < 0 || operation.number >= kOtherKinds ||
        (transition.settings.calibration->other_kinds >> operation.number & 1) == 0) {
        return transition.give_up("a kind of file that cannot be opened here");
    }
    return install(transition, new_file(transition, FileKind::kOther, operation.number), true);
}

MaskRange other_mask(Transition& transition, const OpenFile& file) {
    transition.decided_by(Rule::kD84);
    const EventMask fresh = kFresh[file.object].mask;
    if (transition.has(Defect::kOtherKindIsDefault)) {
        return MaskRange::exactly(event::kReadable | event::kWritable);
    }
    return MaskRange::exactly(fresh);
}

bool is_beyond_other_kinds(Transition& transition, const Operation& operation) {
    return !leaves_file_alone(operation) &&
           (is_other(transition, operation.fd) || is_other(transition, operation.other_fd));
}

}  // namespace epollcheck
