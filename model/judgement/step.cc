// One step of the model. See step.h.

#include "model/judgement/step.h"

#include <algorithm>
#include <iterator>

#include "model/eventpoll/interest_list.h"
#include "model/eventpoll/ready_list.h"
#include "model/eventpoll/signals.h"
#include "model/eventpoll/wait.h"
#include "model/kinds/announcement.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/elapse.h"
#include "model/kinds/eventfd.h"
#include "model/kinds/file.h"
#include "model/kinds/inet_socket.h"
#include "model/kinds/inode.h"
#include "model/kinds/inotify.h"
#include "model/kinds/other.h"
#include "model/kinds/pidfd.h"
#include "model/kinds/pipe.h"
#include "model/kinds/poll_calls.h"
#include "model/kinds/processes.h"
#include "model/kinds/ring.h"
#include "model/kinds/ring_work.h"
#include "model/kinds/signalfd.h"
#include "model/kinds/terminal.h"
#include "model/kinds/timerfd.h"
#include "model/kinds/unix_connection.h"
#include "model/kinds/unix_socket.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

Result open_path(Transition& transition, const Operation& operation) {
    const auto path = static_cast<Path>(operation.number);
    const bool fifo = path == Path::kFifo || path == Path::kFifo2;
    return fifo && (operation.flags & flag::kPath) == 0 ? open_fifo(transition, operation)
                                                        : open_inode(transition, operation);
}

/// Calls about processes, whole descriptor tables, and what passes between processes.
Result dispatch_to_processes(Transition& transition, const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kFork:
        case OperationKind::kClone:
            return fork_process(transition, operation);
        case OperationKind::kExec:
            return execute_helper(transition);
        case OperationKind::kExit:
            return end_process(transition);
        case OperationKind::kUnshare:
            return unshare_table(transition, operation);
        case OperationKind::kCloseRange:
            return close_range(transition, operation);
        case OperationKind::kVforkClose:
            return close_in_vfork_child(transition, operation);
        case OperationKind::kSendFd:
            return send_descriptor(transition, operation);
        case OperationKind::kRecvFd:
            return receive_descriptor(transition, operation);
        case OperationKind::kKcmpFile:
            return compare_files(transition, operation);
        case OperationKind::kKcmpEpoll:
            return compare_item(transition, operation);
        default:
            return transition.give_up("unknown operation");
    }
}

Result call_on_socket(Transition& transition, const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kBind:
            return bind_socket(transition, operation);
        case OperationKind::kListen:
            return listen_on(transition, operation);
        case OperationKind::kConnect:
            return connect_socket(transition, operation);
        case OperationKind::kAccept4:
            return accept_connection(transition, operation);
        case OperationKind::kShutdown:
            return shut_down(transition, operation);
        default:
            return take_error(transition, operation);
    }
}

/// Signals, and the account that the process uses.
Result call_about_process(Transition& transition, const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kKill:
        case OperationKind::kTgkill:
            return send_signals(transition, operation);
        case OperationKind::kSigprocmask:
            return change_signal_mask(transition, operation);
        case OperationKind::kSigpending:
            return pending_signals(transition);
        case OperationKind::kLimitWatches:
            return limit_watches(transition, operation);
        case OperationKind::kLimitDescriptors:
            return limit_descriptors(transition, operation);
        case OperationKind::kAnnounce:
            return announce(transition, operation);
        case OperationKind::kStepClock:
            return step_clock(transition, operation);
        case OperationKind::kRingSetup:
            return create_ring(transition);
        default:
            return is_about_rings(operation.kind) ? call_on_ring(transition, operation)
                                                  : dispatch_to_processes(transition, operation);
    }
}

/// Calls that are about one kind of file only.
Result dispatch_to_kind(Transition& transition, const Operation& operation) {
    if (is_inet_call(transition, operation)) {
        return call_on_inet_socket(transition, operation);
    }
    switch (operation.kind) {
        case OperationKind::kBind:
        case OperationKind::kListen:
        case OperationKind::kConnect:
        case OperationKind::kAccept4:
        case OperationKind::kShutdown:
        case OperationKind::kGetsockopt:
            return call_on_socket(transition, operation);
        case OperationKind::kSetsockopt:
            return refuse_option(transition, operation);
        case OperationKind::kFill:
        case OperationKind::kDrain:
            return move_all(transition, operation);
        case OperationKind::kLseek:
        case OperationKind::kPread:
        case OperationKind::kMmap:
        case OperationKind::kFsync:
        case OperationKind::kFtruncate:
        case OperationKind::kIoctl:
        case OperationKind::kFstat:
        case OperationKind::kReadlink:
        case OperationKind::kFallocate:
            return call_on_epoll_file(transition, operation);
        case OperationKind::kInotifyAddWatch:
            return add_watch(transition, operation);
        case OperationKind::kInotifyRmWatch:
            return remove_watch(transition, operation);
        case OperationKind::kMknod:
            return make_entry(transition, operation);
        case OperationKind::kTruncate:
            return truncate_file(transition, operation);
        case OperationKind::kUnlink:
            return unlink_entry(transition, operation);
        case OperationKind::kSignalfdMask:
            return change_signalfd(transition, operation);
        case OperationKind::kTcsetattr:
            return set_terminal_mode(transition, operation);
        case OperationKind::kWriteLine:
            return write_line(transition, operation);
        case OperationKind::kKillChild:
            return kill_child(transition, operation);
        case OperationKind::kReap:
            return reap_child(transition, operation);
        case OperationKind::kTimerfdSettime:
            return set_timer(transition, operation);
        case OperationKind::kTimerfdGettime:
            return get_timer(transition, operation);
        default:
            return call_about_process(transition, operation);
    }
}

/// Calls that make an open file.
Result dispatch_creation(Transition& transition, const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kEpollCreate:
        case OperationKind::kEpollCreate1:
            return create_instance(transition, operation);
        case OperationKind::kPipe2:
            return create_pipe(transition, operation);
        case OperationKind::kOpen:
            return open_path(transition, operation);
        case OperationKind::kMemfdCreate:
            return create_memory_file(transition);
        case OperationKind::kEventfd:
            return create_eventfd(transition, operation);
        case OperationKind::kSocket:
            return operation.number == static_cast<std::int32_t>(Domain::kInet)
                       ? create_inet_socket(transition, operation)
                       : create_socket(transition, operation);
        case OperationKind::kSocketpair:
            return operation.number == static_cast<std::int32_t>(Domain::kInet)
                       ? transition.fail(error::kEOPNOTSUPP, Rule::kNone)
                       : create_socket_pair(transition, operation);
        case OperationKind::kInotifyInit1:
            return create_inotify(transition, operation);
        case OperationKind::kSignalfd:
            return create_signalfd(transition, operation);
        case OperationKind::kOpenpty:
            return create_terminal(transition, operation);
        case OperationKind::kOpenSlave:
            return open_slave(transition, operation);
        case OperationKind::kOpenOther:
            return open_other(transition, operation);
        case OperationKind::kSpawn:
            return spawn_child(transition);
        case OperationKind::kTimerfdCreate:
            return create_timer(transition, operation);
        default:
            return dispatch_to_kind(transition, operation);
    }
}

/// True for a request of io_uring whose answer may depend on which thread makes it (R-D69).
bool asks_for_other_signals(const World& world, OperationKind kind) {
    const bool requests = kind == OperationKind::kIoUringCtl || kind == OperationKind::kIoUringWait;
    return requests && std::any_of(std::begin(world.signalfds), std::end(world.signalfds),
                                   [](const Signalfd& signalfd) { return signalfd.used; });
}

Result dispatch(Transition& transition, const Operation& operation) {
    if (asks_for_other_signals(transition.world, operation.kind)) {
        return transition.give_up("io_uring asks a signalfd about the signals of another thread");
    }
    if (operation.kind == OperationKind::kAnnounce && has_requests_under_way(transition.world)) {
        return transition.give_up("a ring is told of each of the calls that make an announcement");
    }
    if (is_beyond_other_kinds(transition, operation)) {
        return transition.give_up("of other kinds of files only the fresh state is modelled");
    }
    switch (operation.kind) {
        case OperationKind::kEpollCtl:
        case OperationKind::kIoUringCtl:
            return control(transition, operation);
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
        case OperationKind::kIoUringWait:
            return wait_for_events(transition, operation);
        case OperationKind::kPoll:
        case OperationKind::kPpoll:
            return poll_descriptor(transition, operation);
        case OperationKind::kSelect:
        case OperationKind::kPselect:
            return select_descriptor(transition, operation);
        case OperationKind::kSettle:
            return settle(transition, operation);
        case OperationKind::kFdinfo:
            return interest_list(transition, operation);
        case OperationKind::kClose:
            return close_descriptor(transition, operation);
        case OperationKind::kDup:
        case OperationKind::kDup2:
        case OperationKind::kDup3:
            return duplicate(transition, operation);
        case OperationKind::kFcntl:
            return control_descriptor(transition, operation);
        case OperationKind::kRead:
        case OperationKind::kRecv:
            return read_file(transition, operation);
        case OperationKind::kWrite:
        case OperationKind::kSend:
            return write_file(transition, operation);
        case OperationKind::kAwait:
        case OperationKind::kResume:
        case OperationKind::kInterrupt:
        case OperationKind::kBarrier:
            return Result::of_value(0);
        default:
            return dispatch_creation(transition, operation);
    }
}

/// Stores new descriptors in the handles that name them; a call that fails leaves -1, as a C
/// variable would hold. dup2 and dup3 assign no variable.
void bind_handles(World& world, const Operation& operation, const Result& result) {
    if (operation.kind == OperationKind::kDup2 || operation.kind == OperationKind::kDup3) {
        return;
    }
    for (int i = 0; i < 2; ++i) {
        if (operation.bound[i] >= 0) {
            world.handles[operation.bound[i]] = result.kind == ResultKind::kDescriptor
                                                    ? static_cast<std::int8_t>(result.slots[i])
                                                    : std::int8_t{-1};
        }
    }
}

/// What the kernel still does before a call returns to its program.
void finish_call(Transition& transition) {
    do {
        release_late(transition);
    } while (do_ring_work(transition));
    if (transition.world.in_flight > 0 && has_garbage(transition.world)) {
        transition.give_up("sockets that hold each other in flight go when the kernel gets to it");
    }
}

/// True for calls after which nothing is left of a tick: they look again, or get none.
bool has_seen_ticks(OperationKind kind) {
    switch (kind) {
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
        case OperationKind::kPpoll:
        case OperationKind::kPselect:
        case OperationKind::kIoUringWait:
            return true;
        default:
            return false;
    }
}

}  // namespace

Result apply(Transition& transition, const Operation& operation) {
    if (operation.thread != 0 && transition.concurrent == nullptr) {
        return transition.give_up("calls of several threads are not followed one after the other");
    }
    elapse(transition);
    World& world = transition.world;
    transition.process = operation.process;
    const bool is_there =
        operation.process < kMaxProcesses && world.table_of[operation.process] >= 0;
    const Result result =
        is_there ? dispatch(transition, operation) : transition.fail(error::kESRCH, Rule::kNone);
    bind_handles(world, operation, result);
    if (is_there) {
        finish_call(transition);
    }
    if (result.kind == ResultKind::kBlocked && !has_seen_ticks(operation.kind)) {
        wake_by_tick(transition);
    }
    if (!transition.exact()) {
        note_fallen_bits(transition);
    }
    return result;
}

}  // namespace epollcheck
