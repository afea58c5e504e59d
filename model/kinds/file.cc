// The table that leads from a file to its kind. See file.h.

#include "model/kinds/file.h"

#include <limits>

#include "model/eventpoll/interest_list.h"
#include "model/eventpoll/poll_instance.h"
#include "model/kinds/announcement.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/eventfd.h"
#include "model/kinds/inet_socket.h"
#include "model/kinds/inode.h"
#include "model/kinds/inotify.h"
#include "model/kinds/other.h"
#include "model/kinds/pidfd.h"
#include "model/kinds/pipe.h"
#include "model/kinds/ring.h"
#include "model/kinds/signalfd.h"
#include "model/kinds/terminal.h"
#include "model/kinds/timerfd.h"
#include "model/kinds/unix_socket.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

/// What poll(2) says of a file without a poll method (R-C13b).
constexpr EventMask kAlwaysReady = event::kReadable | event::kWritable;
/// Requests on an epoll file that Linux knows at the level of all files.
constexpr std::uint32_t kFionbio = 0x5421;
constexpr std::uint32_t kFioasync = 0x5452;

/// st_mode of an epoll file: permissions, but no type (anon_inode_getfile of fs/anon_inodes.c).
constexpr int kPrivateMode = 0600;
constexpr int kRegularType = 0100000;

bool is_socket_call(OperationKind kind) {
    return kind == OperationKind::kSend || kind == OperationKind::kRecv;
}

/// False for kinds without a read or a write method.
bool has_transfer(FileKind kind, bool writes) {
    return kind != FileKind::kPidfd && kind != FileKind::kRing &&
           !(writes && (kind == FileKind::kTimerfd || kind == FileKind::kSignalfd));
}

/// The checks of vfs_read and vfs_write before the kind of file is asked. Answers the file, or -1.
int transfer_target(Transition& transition, const Operation& operation, bool writes,
                    ErrorList& errors) {
    const int index = open_file(transition, operation.fd);
    if (index < 0) {
        errors.add(error::kEBADF, Rule::kNone);
        return -1;
    }
    const OpenFile& file = transition.world.files[index];
    if (is_socket_call(operation.kind)) {
        if (file.kind != FileKind::kSocket && file.kind != FileKind::kInetSocket) {
            errors.add(error::kENOTSOCK, Rule::kNone);
        }
        return index;
    }
    if (writes ? !file.writable : !file.readable) {
        errors.add(error::kEBADF, Rule::kNone);
    } else if (file.kind == FileKind::kEpoll) {
        const bool again = transition.has(Defect::kEpollReadIsEagain);
        errors.add(again ? error::kEAGAIN : error::kEINVAL, Rule::kB33);
    } else if (!has_transfer(file.kind, writes)) {
        errors.add(error::kEINVAL, Rule::kNone);
    } else if (operation.pointer == Pointer::kKernel &&
               transition.settings.calibration->has_kernel_address) {
        errors.add(error::kEFAULT, Rule::kNone);
    }
    return index;
}

Result zero_or(int error, bool succeeds) {
    return succeeds ? Result::of_value(0) : Result::of_error(error);
}

/// An ioctl that an epoll file does not know. Which of two errors it gets is open below tier exact.
Result refuse_request(Transition& transition, std::uint32_t request) {
    const bool is_new =
        transition.has(VersionDifference::kV41) != transition.has(Defect::kEpollIoctlErrorsSwapped);
    const bool new_error = is_new && request != kFioasync;
    ErrorList errors;
    errors.add(new_error ? error::kEINVAL : error::kENOTTY, Rule::kB34);
    errors.add(new_error ? error::kENOTTY : error::kEINVAL, Rule::kB34);
    return transition.fail_with(errors, !transition.enforces(Rule::kB34));
}

MaskRange mask_of_kind(Transition& transition, int index, EventMask requested) {
    const OpenFile& file = transition.world.files[index];
    switch (file.kind) {
        case FileKind::kEpoll:
            return poll_instance(transition, file.object);
        case FileKind::kPipe:
            return pipe_mask(transition, file);
        case FileKind::kEventfd:
            return eventfd_mask(transition, file);
        case FileKind::kSocket:
            return socket_mask(transition, file.object, requested);
        case FileKind::kInetSocket:
            return inet_mask(transition, file.object);
        case FileKind::kInotify:
            return inotify_mask(transition, file);
        case FileKind::kPidfd:
            return pidfd_mask(transition, file);
        case FileKind::kTimerfd:
            return timerfd_mask(transition, file);
        case FileKind::kSignalfd:
            return signalfd_mask(transition, file);
        case FileKind::kTerminal:
            return terminal_mask(transition, file);
        case FileKind::kDevRandom:
            transition.decided_by(Rule::kD82);
            return MaskRange::exactly(event::kReadable);
        case FileKind::kMounts:
        case FileKind::kDomainName:
            return announcing_mask(transition, index);
        case FileKind::kRing:
            return ring_mask(transition, file);
        case FileKind::kOther:
            return other_mask(transition, file);
        default:
            return MaskRange::exactly(kAlwaysReady);
    }
}

}  // namespace

MaskRange file_mask(Transition& transition, int index, EventMask requested) {
    MaskRange mask = mask_of_kind(transition, index, requested);
    if (transition.contract()) {
        mask.possibly = with_equivalents(mask.possibly);
        mask.surely &= ~(event::kRdnorm | event::kWrnorm);
    }
    return mask;
}

bool has_poll(const OpenFile& file) {
    return file.kind != FileKind::kNone && file.kind < FileKind::kRegular;
}

WaitQueues wait_queues(World& world, int index, int process) {
    const OpenFile& file = world.files[index];
    switch (file.kind) {
        case FileKind::kEpoll:
            return {{&world.instances[file.object].pollers, nullptr}};
        case FileKind::kPipe:
            return {{file.readable ? &world.pipes[file.object].read_waiters : nullptr,
                     file.writable ? &world.pipes[file.object].write_waiters : nullptr}};
        case FileKind::kEventfd:
            return {{&world.eventfds[file.object].waiters, nullptr}};
        case FileKind::kSocket:
            return {{&world.sockets[file.object].waiters, nullptr}};
        case FileKind::kInetSocket:
            return {{&world.inet_sockets[file.object].waiters, nullptr}};
        case FileKind::kInotify:
            return {{&world.inotifies[file.object].waiters, nullptr}};
        case FileKind::kPidfd:
            return {{&world.children[file.object].waiters, nullptr}};
        case FileKind::kTimerfd:
            return {{&world.timers[file.object].waiters, nullptr}};
        case FileKind::kSignalfd:
            return {{&world.signals[process].waiters, nullptr}};
        case FileKind::kTerminal:
            return terminal_queues(world, file);
        case FileKind::kMounts:
        case FileKind::kDomainName:
            return {{&announcement_queue(world, file.kind), nullptr}};
        case FileKind::kRing:
            return {{&world.rings[file.object].waiters, nullptr}};
        default:
            return {};
    }
}

bool takes_waiters(const World& world, const OpenFile& file) {
    return file.kind != FileKind::kTerminal || !is_hung_up(world, file);
}

Result read_file(Transition& transition, const Operation& operation) {
    ErrorList errors;
    const int index = transfer_target(transition, operation, false, errors);
    if (errors.any()) {
        return transition.fail(errors);
    }
    OpenFile& file = transition.world.files[index];
    switch (file.kind) {
        case FileKind::kPipe:
            return read_pipe(transition, file, operation);
        case FileKind::kEventfd:
            return read_eventfd(transition, file, operation);
        case FileKind::kSocket:
        case FileKind::kInetSocket:
            // read(2) of nothing does not reach the socket; recv(2) does.
            if (operation.kind == OperationKind::kRead && transfer_length(operation) == 0) {
                return Result::of_value(0);
            }
            return file.kind == FileKind::kSocket ? receive(transition, file, operation)
                                                  : receive_inet(transition, file, operation);
        case FileKind::kInotify:
            return read_inotify(transition, file, operation);
        case FileKind::kTimerfd:
            return read_timerfd(transition, file, operation);
        case FileKind::kSignalfd:
            return read_signalfd(transition, file, operation);
        case FileKind::kTerminal:
            return read_terminal(transition, file, operation);
        default:
            return read_inode(transition, file, operation);
    }
}

Result write_file(Transition& transition, const Operation& operation) {
    ErrorList errors;
    const int index = transfer_target(transition, operation, true, errors);
    if (errors.any()) {
        return transition.fail(errors);
    }
    OpenFile& file = transition.world.files[index];
    switch (file.kind) {
        case FileKind::kPipe:
            return write_pipe(transition, file, operation);
        case FileKind::kEventfd:
            return write_eventfd(transition, file, operation);
        case FileKind::kSocket:
            return send(transition, file, operation);
        case FileKind::kInetSocket:
            return send_inet(transition, file, operation);
        case FileKind::kTerminal:
            return write_terminal(transition, file, operation);
        default:
            return write_inode(transition, file, operation);
    }
}

namespace {

/// EPIOCSPARAMS and EPIOCGPARAMS (R-B35). They never change which events are reported (R-B36).
Result control_busy_poll(Transition& transition, const OpenFile& file, const Operation& operation) {
    const Calibration& calibration = *transition.settings.calibration;
    if (file.kind != FileKind::kEpoll) {
        // Drivers with an error of their own, and terminals that are hung up.
        const bool refuses = file.kind == FileKind::kDevUrandom ||
                             file.kind == FileKind::kDevRandom ||
                             file.kind == FileKind::kBlockDevice;
        const bool hung_up = file.kind == FileKind::kTerminal && is_hung_up(transition.world, file);
        const bool all_refuse = transition.has(Defect::kBusyPollOfOthersInvalid);
        return transition.fail(refuses || all_refuse ? error::kEINVAL
                               : hung_up             ? error::kEIO
                                                     : error::kENOTTY,
                               Rule::kB35);
    }
    if (!calibration.has_busy_poll) {
        return transition.has(VersionDifference::kV41)
                   ? transition.fail(error::kEOPNOTSUPP, Rule::kB35)
                   : refuse_request(transition, operation.flags);
    }
    Instance& instance = transition.world.instances[file.object];
    if (operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kB35);
    }
    transition.decided_by(Rule::kB35);
    if (operation.flags == kRequestGetParams) {
        return Result::of_payload(transition.has(Defect::kBusyPollForgotten) ? 0
                                                                             : instance.busy_poll);
    }
    constexpr std::uint16_t kPrivilegedBudget = 64;  // NAPI_POLL_WEIGHT
    const BusyPollParams params = BusyPollParams::of(operation.value);
    ErrorList errors;
    const bool bad_pad = params.pad != 0 && !transition.has(Defect::kBusyPollPadAccepted);
    const bool bad_time = params.usecs > std::numeric_limits<std::int32_t>::max() &&
                          !transition.has(Defect::kBusyPollTimeUnlimited);
    const bool bad_choice = params.prefer > 1 && !transition.has(Defect::kBusyPollPreferAccepted);
    if (bad_pad || bad_time || bad_choice) {
        errors.add(error::kEINVAL, Rule::kB35);
    }
    if (params.budget > kPrivilegedBudget && !calibration.may_raise_budget) {
        errors.add(error::kEPERM, Rule::kB35);
    }
    if (errors.any()) {
        return transition.fail(errors);
    }
    instance.busy_poll = operation.value;
    return Result::of_value(0);
}

}  // namespace

Result call_on_epoll_file(Transition& transition, const Operation& operation) {
    // The two that only ask what a file is take one of O_PATH, too.
    const bool looks =
        operation.kind == OperationKind::kFstat || operation.kind == OperationKind::kReadlink;
    const int index =
        looks ? file_of(transition, operation.fd) : open_file(transition, operation.fd);
    if (index < 0) {
        const bool by_name = operation.kind == OperationKind::kReadlink;
        return transition.fail(by_name ? error::kENOENT : error::kEBADF, Rule::kNone);
    }
    OpenFile& file = transition.world.files[index];
    if (operation.kind == OperationKind::kIoctl &&
        (operation.flags == kRequestSetParams || operation.flags == kRequestGetParams)) {
        return control_busy_poll(transition, file, operation);
    }
    if (file.kind != FileKind::kEpoll) {
        return transition.give_up("this call is modelled on epoll files only");
    }
    switch (operation.kind) {
        case OperationKind::kLseek:
            return transition.held_to(
                Rule::kB33, zero_or(error::kESPIPE, !transition.has(Defect::kEpollSeekRefused)));
        case OperationKind::kPread:
            return transition.held_to(
                Rule::kB33, zero_or(error::kESPIPE, transition.has(Defect::kEpollPreadWorks)));
        case OperationKind::kMmap:
            return transition.held_to(
                Rule::kB33, zero_or(error::kENODEV, transition.has(Defect::kEpollMmapWorks)));
        case OperationKind::kFstat:
            return transition.held_to(Rule::kB33a,
                                      Result::of_value(transition.has(Defect::kEpollHasFileType)
                                                           ? kPrivateMode | kRegularType
                                                           : kPrivateMode));
        case OperationKind::kReadlink:
            return transition.held_to(
                Rule::kB33a, Result::of_value(transition.has(Defect::kEpollNameless) ? 0 : 1));
        case OperationKind::kFallocate:
            return transition.held_to(
                Rule::kB33a, zero_or(error::kENODEV, transition.has(Defect::kEpollHasRoom)));
        case OperationKind::kIoctl:
            if (operation.flags == kFionbio) {
                file.nonblocking = true;
                return transition.held_to(Rule::kB33, Result::of_value(0));
            }
            return refuse_request(transition, operation.flags);
        default:
            return transition.held_to(
                Rule::kB33, zero_or(error::kEINVAL, transition.has(Defect::kEpollSyncWorks)));
    }
}

Result bytes_read(const Transition& transition, const Operation& operation, std::uint32_t count) {
    if (!operation.as_value || count != transfer_length(operation)) {
        return Result::of_value(count);
    }
    const bool seen =
        transition.observed != nullptr && transition.observed->result.kind == ResultKind::kPayload;
    return Result::of_payload(seen ? static_cast<std::uint64_t>(transition.observed->result.value)
                                   : 0);
}

void release_file(Transition& transition, int index) {
    World& world = transition.world;
    release_items_of_file(transition, index);
    const OpenFile file = world.files[index];
    world.files[index] = OpenFile{};
    switch (file.kind) {
        case FileKind::kEpoll:
            release_instance(transition, file.object);
            break;
        case FileKind::kPipe:
            release_pipe_end(transition, file);
            break;
        case FileKind::kEventfd:
            world.eventfds[file.object] = Eventfd{};
            break;
        case FileKind::kSocket:
            release_socket(transition, file.object);
            break;
        case FileKind::kInetSocket:
            release_inet_socket(transition, file.object);
            break;
        case FileKind::kInotify:
            world.inotifies[file.object] = Inotify{};
            break;
        case FileKind::kTimerfd:
            world.timers[file.object] = Timer{};
            break;
        case FileKind::kPidfd:
            world.children[file.object] = Child{};  // nobody can tell what becomes of it
            break;
        case FileKind::kSignalfd:
            world.signalfds[file.object] = Signalfd{};
            break;
        case FileKind::kTerminal:
            release_terminal(transition, file);
            break;
        case FileKind::kRing:
            release_ring(transition, file.object);
            break;
        default:
            release_inode(world, file);
            break;
    }
}

}  // namespace epollcheck
