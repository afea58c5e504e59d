// The random generator. See generator.h.

#include "harness/program/generator.h"

#include <fmt/format.h>

#include "harness/program/generator_weights.h"

namespace epollcheck {

namespace weights = generator_weights;

namespace {

constexpr std::uint32_t kMaxGeneratedHandles = 40;
constexpr std::uint32_t kUnknownRequest = 0x1234;  // an ioctl that no file knows

template <class T, std::size_t N>
const T& draw(Random& random, const T (&values)[N]) {
    return values[random.below(N)];
}

template <std::size_t N>
OperationKind draw_kind(Random& random, const weights::KindWeight (&kinds)[N]) {
    std::uint32_t total = 0;
    for (const auto& entry : kinds) {
        total += entry.weight;
    }
    std::uint32_t point = random.below(total);
    std::size_t index = 0;
    while (point >= kinds[index].weight) {
        point -= kinds[index++].weight;
    }
    return kinds[index].kind;
}

}  // namespace

void Generator::generate(Program& program) {
    program_ = &program;
    program.operations.clear();
    program.annotations.clear();
    handles_ = 0;
    has_processes_ = random_.below(1000) < weights::kProcessesPermille;
    sent_ = Kind::kOther;
    passes_descriptors_ = false;
    uses_watches_ = false;
    uses_children_ = false;
    uses_inet_ = false;
    uses_timers_ = false;
    uses_signals_ = false;
    uses_terminals_ = false;
    uses_announcements_ = false;
    uses_rings_ = false;
    closes_ranges_ = false;
    last_request_ = 0;
    killed_ = 0;
    const std::uint32_t span = limits_.max_operations - limits_.min_operations + 1;
    const std::uint32_t count = limits_.min_operations + random_.below(span);
    Operation& first = add(OperationKind::kEpollCreate1);
    first.bound[0] = bind(Kind::kEpoll);
    const std::uint32_t files = 1 + random_.below(3);
    for (std::uint32_t i = 0; i < files && program.operations.size() < count; ++i) {
        open_something();
    }
    while (program.operations.size() < count) {
        draw_operation();
    }
    program.operations.resize(count);  // what was drawn last may have been more than one
    program.handles.resize(handles_);
    for (std::uint32_t i = 0; i < handles_; ++i) {
        if (program.handles[i].empty()) {
            program.handles[i] = fmt::format("h{}", i);
        }
    }
}

Operation& Generator::add(OperationKind kind) {
    program_->operations.emplace_back();
    program_->operations.back().kind = kind;
    return program_->operations.back();
}

/// A handle for a new descriptor. When all are taken an old one is overwritten.
std::int16_t Generator::bind(Kind kind) {
    const std::uint32_t handle =
        handles_ < kMaxGeneratedHandles ? handles_++ : random_.below(kMaxGeneratedHandles);
    kinds_[handle] = kind;
    return static_cast<std::int16_t>(handle);
}

Descriptor Generator::any() {
    if (random_.chance(weights::kBadLiteralPercent)) {
        return {};
    }
    return {static_cast<std::int16_t>(random_.below(handles_)), -1};
}

/// A handle of one of the kinds from `first` to `last`, if a few draws find one; now and then, or
/// else, any handle.
Descriptor Generator::one_of(Kind first, Kind last) {
    if (!random_.chance(weights::kWrongHandlePercent)) {
        constexpr int kDraws = 8;
        for (int i = 0; i < kDraws; ++i) {
            const std::uint32_t handle = random_.below(handles_);
            if (kinds_[handle] >= first && kinds_[handle] <= last) {
                return {static_cast<std::int16_t>(handle), -1};
            }
        }
    }
    return any();
}

/// The same, but never another handle as long as there is one of those kinds.
Descriptor Generator::surely_one_of(Kind first, Kind last) {
    const std::uint32_t start = random_.below(handles_);
    for (std::uint32_t i = 0; i < handles_; ++i) {
        const std::uint32_t handle = (start + i) % handles_;
        if (kinds_[handle] >= first && kinds_[handle] <= last) {
            return {static_cast<std::int16_t>(handle), -1};
        }
    }
    return any();
}

EventMask Generator::interest() {
    EventMask mask = draw(random_, weights::kInterests);
    mask |= random_.chance(weights::kEdgePercent) ? event::kEdge : 0;
    mask |= random_.chance(weights::kOneshotPercent) ? event::kOneshot : 0;
    mask |= random_.chance(weights::kWakeupPercent) ? event::kWakeup : 0;
    mask |= random_.chance(weights::kUnknownBitPercent) ? event::kMsg | (1U << 20) : 0;
    if (random_.chance(weights::kExclusivePercent)) {
        mask |= event::kExclusive;
        if (!random_.chance(10)) {
            mask &= event::kExclusiveCompanions;
        }
    }
    return mask;
}

std::uint32_t Generator::length() {
    return random_.chance(weights::kEmptyTransferPercent) ? 0 : draw(random_, weights::kLengths);
}

/// What takes effect later is waited for where it is open, so it neither travels nor is shared; and
/// some calls are those of the first process only (Interpreter::check_program). What happens
/// without the program is not followed into rings.
bool Generator::is_excluded(OperationKind kind) const {
    switch (kind) {
        case OperationKind::kInotifyInit1:
        case OperationKind::kSpawn:
            return has_processes_ || uses_rings_;
        case OperationKind::kTimerfdCreate:
        case OperationKind::kSignalfd:
            return uses_rings_;
        case OperationKind::kCloseRange:
            return uses_rings_;
        case OperationKind::kRingSetup:
            return has_processes_ || closes_ranges_ || uses_watches_ || uses_children_ ||
                   uses_inet_ || uses_timers_ || uses_signals_ || uses_terminals_;
        case OperationKind::kIoUringCtl:
        case OperationKind::kIoUringWait:
            return has_processes_ || uses_signals_;
        case OperationKind::kOpenpty:
            return passes_descriptors_ || uses_rings_;
        case OperationKind::kSendFd:
            return uses_timers_ || uses_children_ || uses_signals_ || uses_terminals_;
        default:
            return false;
    }
}

void Generator::open_something() {
    if (random_.below(1000) < weights::kAnnouncingPermille) {
        open_announcing_files();
        return;
    }
    if (!uses_rings_ && random_.chance(weights::kInetPercent)) {
        random_.chance(weights::kUdpPercent) ? open_datagram_sockets() : open_connection();
        return;
    }
    OperationKind kind = draw_kind(random_, weights::kOpenings);
    while (is_excluded(kind)) {
        kind = draw_kind(random_, weights::kOpenings);
    }
    Operation& opening = add(kind);
    fill_creation(opening);
    // What was opened is mostly registered at once, so that the rest of the program can see it.
    const std::int16_t opened =
        opening.bound[random_.below(2)] >= 0 ? opening.bound[1] : opening.bound[0];
    const bool watches = opening.kind == OperationKind::kInotifyInit1;
    if (opened >= 0 && random_.chance(80)) {
        Operation& registration = add(OperationKind::kEpollCtl);
        registration.fd = one_of(Kind::kEpoll, Kind::kEpoll);
        registration.other_fd = {opened, -1};
        registration.number = kCtlAdd;
        registration.flags = interest();
        registration.value = random_.below(8);
    }
    if (watches) {
        fill_watch_call(add(OperationKind::kInotifyAddWatch));
    }
}

void Generator::draw_operation() {
    const std::size_t first = program_->operations.size();
    draw_any_operation();
    if (has_processes_ && random_.chance(weights::kSecondProcessPercent)) {
        give_to_second_process(first);
    }
}

void Generator::draw_any_operation() {
    if (uses_announcements_ && random_.chance(weights::kAnnouncePercent)) {
        add(OperationKind::kAnnounce).number = announcing_;
        return;
    }
    if (uses_watches_ && random_.chance(weights::kWatchKindPercent)) {
        fill_watch_call(add(draw_kind(random_, weights::kWatchKinds)));
        return;
    }
    if (uses_children_ && random_.chance(weights::kChildKindPercent)) {
        draw_child_call();
        return;
    }
    if (uses_inet_ && random_.chance(weights::kInetKindPercent)) {
        draw_inet_call();
        return;
    }
    if (uses_timers_ && random_.chance(weights::kTimerKindPercent)) {
        draw_timer_call();
        return;
    }
    if (uses_signals_ && random_.chance(weights::kSignalKindPercent)) {
        fill_signal_call(add(draw_kind(random_, weights::kSignalKinds)));
        return;
    }
    if (uses_terminals_ && random_.chance(weights::kTerminalKindPercent)) {
        draw_terminal_call();
        return;
    }
    if (uses_rings_ && random_.chance(weights::kRingKindPercent)) {
        fill_ring_call(add(draw_kind(random_, weights::kRingKinds)));
        return;
    }
    if (has_processes_ && random_.chance(weights::kProcessCallPercent)) {
        fill_process_call(add(draw_kind(random_, weights::kProcessCalls)));
        return;
    }
    OperationKind kind = draw_kind(random_, weights::kKinds);
    while (is_excluded(kind)) {
        kind = draw_kind(random_, weights::kKinds);
    }
    fill(add(kind));
}

/// The arguments of a call that needs nothing special around it.
void Generator::fill(Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kEpollWait:
        case OperationKind::kEpollPwait:
        case OperationKind::kEpollPwait2:
        case OperationKind::kIoUringWait:
            fill_wait(operation);
            break;
        case OperationKind::kEpollCtl:
        case OperationKind::kIoUringCtl:
            fill_control(operation);
            break;
        case OperationKind::kWrite:
        case OperationKind::kSend:
            fill_transfer(operation, true);
            break;
        case OperationKind::kRead:
        case OperationKind::kRecv:
            fill_transfer(operation, false);
            break;
        case OperationKind::kBind:
        case OperationKind::kListen:
        case OperationKind::kConnect:
        case OperationKind::kAccept4:
        case OperationKind::kShutdown:
        case OperationKind::kGetsockopt:
            fill_socket_call(operation);
            break;
        case OperationKind::kEpollCreate:
        case OperationKind::kEpollCreate1:
        case OperationKind::kPipe2:
        case OperationKind::kEventfd:
        case OperationKind::kOpen:
        case OperationKind::kMemfdCreate:
        case OperationKind::kSocketpair:
        case OperationKind::kSocket:
            fill_creation(operation);
            break;
        case OperationKind::kSendFd:
        case OperationKind::kRecvFd:
            fill_passing(operation);
            break;
        case OperationKind::kCloseRange:
        case OperationKind::kKcmpFile:
        case OperationKind::kKcmpEpoll:
            fill_table_call(operation);
            break;
        case OperationKind::kKill:
        case OperationKind::kTgkill:
        case OperationKind::kSigprocmask:
        case OperationKind::kSigpending:
            fill_signal_call(operation);
            break;
        default:
            fill_descriptor_call(operation);
            break;
    }
}

void Generator::fill_wait(Operation& operation) {
    operation.fd = one_of(Kind::kEpoll, Kind::kEpoll);
    operation.number = draw(random_, weights::kMaxEventsChoices);
    if (random_.below(1000) < weights::kShortTimeoutPermille) {
        operation.timeout_ms = operation.kind == OperationKind::kEpollPwait2 ? 0 : 1;
    }
    if (operation.kind == OperationKind::kIoUringWait) {
        operation.timeout_ms = 0;
    }
    if (operation.kind == OperationKind::kEpollPwait2) {
        fill_timespec(operation);
    }
    if (operation.kind == OperationKind::kEpollPwait ||
        operation.kind == OperationKind::kEpollPwait2) {
        fill_mask(operation);
    }
    let_signal_arrive_perhaps(operation);
    if (random_.chance(weights::kBadPointerPercent)) {
        constexpr Pointer kPointers[] = {Pointer::kNull, Pointer::kBad,  Pointer::kKernel,
                                         Pointer::kRoom, Pointer::kRoom, Pointer::kUnaligned};
        operation.pointer = draw(random_, kPointers);
        operation.room = operation.pointer == Pointer::kRoom
                             ? static_cast<std::uint8_t>(1 + random_.below(2))
                             : std::uint8_t{0};
        operation.room_bytes = operation.pointer == Pointer::kRoom && random_.chance(40)
                                   ? static_cast<std::uint8_t>(1 + random_.below(11))
                                   : std::uint8_t{0};
    }
    if (random_.chance(weights::kWrongArgumentPercent)) {
        constexpr std::int32_t kWrong[] = {0, -1, 178956970, 178956971};
        operation.number = draw(random_, kWrong);
    }
}

/// Mostly one look; now and then a time-out that ends soon, or one that is refused.
void Generator::fill_timespec(Operation& operation) {
    operation.timeout_nanoseconds = random_.chance(2) ? 1'000'000'000 : 0;
    if (random_.chance(8)) {
        operation.timeout_nanoseconds = draw(random_, weights::kShortTimeouts);
    }
    if (random_.chance(weights::kWrongArgumentPercent)) {
        operation.timeout_pointer = Pointer::kBad;
        operation.timeout_nanoseconds = 0;
    }
}

void Generator::fill_control(Operation& operation) {
    operation.fd = one_of(Kind::kEpoll, Kind::kEpoll);
    operation.other_fd = any();
    constexpr std::int32_t kOperations[] = {kCtlAdd, kCtlAdd, kCtlAdd, kCtlMod, kCtlMod, kCtlDel};
    operation.number = draw(random_, kOperations);
    if (random_.chance(weights::kWrongArgumentPercent)) {
        operation.number = random_.chance(50) ? 4 : 0;
    }
    if (random_.chance(weights::kWrongArgumentPercent)) {
        operation.pointer = random_.chance(50) ? Pointer::kNull : Pointer::kBad;
        return;
    }
    operation.flags = interest();
    operation.value = random_.below(8);
}

void Generator::fill_transfer(Operation& operation, bool writes) {
    const bool message =
        operation.kind == OperationKind::kSend || operation.kind == OperationKind::kRecv;
    operation.fd =
        message ? one_of(Kind::kStream, Kind::kListener) : one_of(Kind::kPipeRead, Kind::kListener);
    operation.length = length();
    if (operation.fd.handle >= 0 && !message &&
        (kinds_[operation.fd.handle] == Kind::kEventfd ||
         (!writes && kinds_[operation.fd.handle] == Kind::kTimerfd)) &&
        random_.chance(90)) {
        operation.as_value = true;
        operation.length = 0;
        operation.value = writes ? draw(random_, weights::kCounts) : 0;
    }
    if (!writes && operation.fd.handle >= 0 && kinds_[operation.fd.handle] == Kind::kInotify) {
        operation.length = draw(random_, weights::kNoticeLengths);
    }
    if (!writes && operation.fd.handle >= 0 && kinds_[operation.fd.handle] == Kind::kSignalfd) {
        operation.length = draw(random_, weights::kSignalLengths);
    }
    if (operation.fd.handle >= 0 && (kinds_[operation.fd.handle] == Kind::kMaster ||
                                     kinds_[operation.fd.handle] == Kind::kSlave)) {
        operation.length = draw(random_, weights::kLetterCounts);
    }
    if (message) {
        operation.flags |= random_.chance(20) ? flag::kOutOfBand : 0;
        operation.flags |= !writes && random_.chance(20) ? flag::kPeek : 0;
    }
    if (!message && !operation.as_value && random_.chance(weights::kBadPointerPercent)) {
        operation.pointer = Pointer::kBad;
    }
}

void Generator::fill_socket_call(Operation& operation) {
    operation.fd = one_of(Kind::kStream, Kind::kListener);
    switch (operation.kind) {
        case OperationKind::kListen:
            operation.number = draw(random_, weights::kBacklogs);
            break;
        case OperationKind::kConnect:
            operation.other_fd =
                random_.chance(5) ? Descriptor{} : one_of(Kind::kStream, Kind::kListener);
            break;
        case OperationKind::kAccept4:
            operation.flags = flag::kNonblock;
            operation.bound[0] = bind(Kind::kStream);
            break;
        case OperationKind::kShutdown:
            operation.flags = random_.below(3);
            break;
        default:
            break;
    }
}

std::uint32_t Generator::draw_close_on_exec() {
    const bool close = random_.chance(has_processes_ ? weights::kCloseOnExecPercentWithProcesses
                                                     : weights::kCloseOnExecPercent);
    return close ? flag::kCloexec : 0;
}

void Generator::fill_creation(Operation& operation) {
    const std::uint32_t close_on_exec = draw_close_on_exec();
    switch (operation.kind) {
        case OperationKind::kEpollCreate:
            operation.number = random_.chance(90) ? 1 : 0;
            operation.bound[0] = bind(Kind::kEpoll);
            break;
        case OperationKind::kEpollCreate1:
            operation.flags = random_.chance(4) ? flag::kUnknown : close_on_exec;
            operation.bound[0] = bind(Kind::kEpoll);
            break;
        case OperationKind::kPipe2:
            operation.flags =
                flag::kNonblock | close_on_exec | (random_.chance(15) ? flag::kDirect : 0);
            operation.bound[0] = bind(Kind::kPipeRead);
            operation.bound[1] = bind(Kind::kPipeWrite);
            break;
        case OperationKind::kEventfd:
            operation.value = random_.chance(50) ? random_.below(4) : 0;
            operation.flags =
                flag::kNonblock | close_on_exec | (random_.chance(25) ? flag::kSemaphore : 0);
            operation.bound[0] = bind(Kind::kEventfd);
            break;
        case OperationKind::kOpen: {
            operation.number = random_.chance(85) ? static_cast<std::int32_t>(random_.below(2))
                                                  : static_cast<std::int32_t>(random_.below(8));
            constexpr std::uint32_t kAccess[] = {0, flag::kWriteOnly, flag::kReadWrite};
            operation.flags = flag::kNonblock | close_on_exec | draw(random_, kAccess);
            operation.flags = random_.chance(3) ? flag::kPath : operation.flags;
            operation.bound[0] = bind(operation.number < 2 ? Kind::kFifo : Kind::kOther);
            break;
        }
        case OperationKind::kMemfdCreate:
            operation.bound[0] = bind(Kind::kOther);
            break;
        case OperationKind::kSocket:
        case OperationKind::kSocketpair: {
            constexpr std::uint32_t kTypes[] = {flag::kStream, flag::kStream, flag::kSeqpacket,
                                                flag::kDatagram};
            const std::uint32_t type = draw(random_, kTypes);
            const Kind kind = type == flag::kStream      ? Kind::kStream
                              : type == flag::kSeqpacket ? Kind::kSeqpacket
                                                         : Kind::kDatagram;
            operation.flags = flag::kNonblock | close_on_exec | type;
            operation.bound[0] = bind(kind);
            if (operation.kind == OperationKind::kSocketpair) {
                operation.bound[1] = bind(kind);
            }
            break;
        }
        default:
            fill_special_creation(operation, close_on_exec);
            break;
    }
}

/// Files that bring operations of their own into a program.
void Generator::fill_special_creation(Operation& operation, std::uint32_t close_on_exec) {
    switch (operation.kind) {
        case OperationKind::kInotifyInit1:
            operation.flags = flag::kNonblock | close_on_exec;
            operation.bound[0] = bind(Kind::kInotify);
            uses_watches_ = true;
            break;
        case OperationKind::kTimerfdCreate:
            operation.number = static_cast<std::int32_t>(random_.below(2));
            operation.flags = flag::kNonblock | close_on_exec;
            operation.bound[0] = bind(Kind::kTimerfd);
            uses_timers_ = true;
            break;
        case OperationKind::kSignalfd:
            operation.signals = static_cast<std::uint8_t>(random_.below(kSentSignals + 1));
            operation.flags = flag::kNonblock | close_on_exec;
            operation.bound[0] = bind(Kind::kSignalfd);
            uses_signals_ = true;
            break;
        case OperationKind::kOpenpty:
            operation.flags = flag::kNonblock | close_on_exec;
            operation.bound[0] = bind(Kind::kMaster);
            operation.bound[1] = bind(Kind::kSlave);
            uses_terminals_ = true;
            break;
        case OperationKind::kOpenOther:
            operation.number = static_cast<std::int32_t>(random_.below(kOtherKinds));
            operation.bound[0] = bind(Kind::kOther);
            break;
        case OperationKind::kRingSetup:
            operation.bound[0] = bind(Kind::kRing);
            uses_rings_ = true;
            break;
        case OperationKind::kSpawn:
            operation.bound[0] = bind(Kind::kPidfd);
            killed_ &= ~(std::uint64_t{1} << operation.bound[0]);
            uses_children_ = true;
            break;
        default:
            break;
    }
}

/// Descriptors that are sent through sockets. What arrives is taken for what was sent last.
void Generator::fill_passing(Operation& operation) {
    operation.fd = one_of(Kind::kStream, Kind::kDatagram);
    if (operation.kind == OperationKind::kSendFd) {
        operation.other_fd = any();
        passes_descriptors_ = true;
        if (operation.other_fd.handle >= 0) {
            sent_ = kinds_[operation.other_fd.handle];
        }
        return;
    }
    operation.flags |= random_.chance(15) ? flag::kPeek : 0;
    operation.flags |= random_.chance(20) ? flag::kCloexec : 0;
    operation.bound[0] = bind(sent_);
}

void Generator::fill_table_call(Operation& operation) {
    operation.fd = any();
    operation.other_fd = any();
    switch (operation.kind) {
        case OperationKind::kCloseRange: {
            constexpr std::uint32_t kFlags[] = {0, 0, flag::kCloexec, flag::kRangeUnshare};
            operation.flags = draw(random_, kFlags);
            closes_ranges_ = true;
            break;
        }
        case OperationKind::kKcmpFile:
            operation.number = static_cast<std::int32_t>(random_.below(has_processes_ ? 2 : 1));
            break;
        default:
            operation.fd = one_of(Kind::kEpoll, Kind::kEpoll);
            operation.number = static_cast<std::int32_t>(random_.below(3)) / 2;
            break;
    }
}

void Generator::fill_request(Operation& operation) {
    constexpr std::uint32_t kRequests[] = {kUnknownRequest, kRequestSetParams, kRequestSetParams,
                                           kRequestGetParams, kRequestGetParams};
    operation.flags = draw(random_, kRequests);
    if (operation.flags == kUnknownRequest) {
        return;
    }
    operation.fd = random_.chance(80) ? one_of(Kind::kEpoll, Kind::kEpoll) : any();
    if (random_.chance(10)) {
        operation.pointer = random_.chance(50) ? Pointer::kNull : Pointer::kBad;
    } else if (operation.flags == kRequestSetParams) {
        operation.value = draw(random_, weights::kBusyPolls).packed();
    }
}

void Generator::fill_watch_call(Operation& operation) {
    const auto entry = [this] {
        return static_cast<std::int32_t>(random_.chance(60) ? Path::kEntryA : Path::kEntryB);
    };
    switch (operation.kind) {
        case OperationKind::kInotifyAddWatch:
            operation.fd = one_of(Kind::kInotify, Kind::kInotify);
            operation.number = static_cast<std::int32_t>(random_.chance(80) ? Path::kDirectory
                                                                            : Path::kRegularFile);
            operation.flags = draw(random_, weights::kWatchFlags);
            break;
        case OperationKind::kInotifyRmWatch:
            operation.fd = one_of(Kind::kInotify, Kind::kInotify);
            operation.number = static_cast<std::int32_t>(random_.below(4));
            break;
        case OperationKind::kTruncate:
            operation.number =
                random_.chance(80) ? entry() : static_cast<std::int32_t>(Path::kRegularFile);
            break;
        default:
            operation.number = entry();
            break;
    }
}

void Generator::draw_timer_call() {
    const Descriptor timer = one_of(Kind::kTimerfd, Kind::kTimerfd);
    Operation& operation = add(draw_kind(random_, weights::kTimerKinds));
    operation.fd = timer;
    if (operation.kind == OperationKind::kTimerfdGettime) {
        return;
    }
    operation.value = draw(random_, weights::kTimerValues);
    const bool past = operation.value == 1;
    operation.flags = past ? flag::kAbsolute : 0;
    if (past) {
        settle_perhaps(timer);
    }
}

/// Mostly, what was set going is awaited before the program does more: else much is open.
void Generator::settle_perhaps(Descriptor fd) {
    if (random_.chance(weights::kSettlePercent)) {
        Operation& settling = add(OperationKind::kSettle);
        settling.fd = fd;
        settling.flags = event::kIn;
    }
}

void Generator::fill_signal_call(Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kSignalfdMask:
            operation.fd = one_of(Kind::kSignalfd, Kind::kSignalfd);
            operation.signals = static_cast<std::uint8_t>(random_.below(kSentSignals + 1));
            break;
        case OperationKind::kSigprocmask:
            operation.number = static_cast<std::int32_t>(random_.below(3));
            operation.signals = static_cast<std::uint8_t>(random_.below(kOwnSignals + 1));
            break;
        case OperationKind::kSigpending:
            break;
        default:
            operation.signals = draw(random_, weights::kSignalChoices);
            break;
    }
}

void Generator::draw_terminal_call() {
    Operation& operation = add(draw_kind(random_, weights::kTerminalKinds));
    operation.fd = surely_one_of(Kind::kMaster, Kind::kSlave);
    switch (operation.kind) {
        case OperationKind::kWriteLine:
            operation.length = draw(random_, weights::kLetterCounts);
            settle_perhaps(surely_one_of(Kind::kMaster, Kind::kSlave));
            break;
        case OperationKind::kTcsetattr:
            operation.flags = random_.chance(50) ? flag::kCanonical : 0;
            break;
        default:
            operation.fd = surely_one_of(Kind::kMaster, Kind::kMaster);
            operation.flags = flag::kNonblock;
            operation.bound[0] = bind(Kind::kSlave);
            break;
    }
}

void Generator::draw_child_call() {
    const Descriptor child = one_of(Kind::kPidfd, Kind::kPidfd);
    OperationKind kind = draw_kind(random_, weights::kChildKinds);
    const std::uint64_t bit = child.handle >= 0 ? std::uint64_t{1} << child.handle : 0;
    // Reaping a child that nobody told to end costs the patience of the executor.
    if (kind == OperationKind::kReap && (killed_ & bit) == 0 && !random_.chance(1)) {
        kind = OperationKind::kKillChild;
    }
    Operation& operation = add(kind);
    operation.fd = child;
    operation.flags = kind == OperationKind::kSettle ? interest() & 0xffff : 0;
    if (kind == OperationKind::kKillChild) {
        killed_ |= bit;
        settle_perhaps(child);
    }
}

void Generator::fill_fcntl(Operation& operation) {
    constexpr FcntlCommand kCommands[] = {FcntlCommand::kSetPipeSize, FcntlCommand::kSetPipeSize,
                                          FcntlCommand::kGetPipeSize, FcntlCommand::kGetFl,
                                          FcntlCommand::kGetFd,       FcntlCommand::kSetFd};
    const FcntlCommand command = draw(random_, kCommands);
    operation.number = static_cast<std::int32_t>(command);
    if (command == FcntlCommand::kSetFd) {
        operation.value = random_.chance(60) ? flag::kCloexec : 0;
    }
    if (command == FcntlCommand::kSetPipeSize) {
        operation.fd = one_of(Kind::kPipeRead, Kind::kFifo);
        operation.value = draw(random_, weights::kPipeSizes);
    }
}

void Generator::fill_descriptor_call(Operation& operation) {
    operation.fd = any();
    if (operation.kind == OperationKind::kPpoll || operation.kind == OperationKind::kPselect) {
        fill_timespec(operation);
        fill_mask(operation);
    }
    switch (operation.kind) {
        case OperationKind::kPoll:
        case OperationKind::kPpoll:
            operation.flags = interest() & 0xffff;
            break;
        case OperationKind::kSelect:
        case OperationKind::kPselect:
            operation.flags = random_.below(8) & (event::kIn | event::kOut | event::kPri);
            break;
        case OperationKind::kDup:
            operation.bound[0] =
                bind(operation.fd.handle >= 0 ? kinds_[operation.fd.handle] : Kind::kOther);
            break;
        case OperationKind::kDup2:
        case OperationKind::kDup3:
            operation.other_fd = any();
            if (operation.other_fd.handle >= 0) {
                operation.bound[0] = operation.other_fd.handle;
                if (operation.fd.handle >= 0) {
                    kinds_[operation.other_fd.handle] = kinds_[operation.fd.handle];
                }
            }
            operation.flags =
                operation.kind == OperationKind::kDup3 && random_.chance(30) ? flag::kCloexec : 0;
            break;
        case OperationKind::kFdinfo:
            operation.fd = one_of(Kind::kEpoll, Kind::kEpoll);
            break;
        case OperationKind::kLseek:
        case OperationKind::kFstat:
        case OperationKind::kReadlink:
        case OperationKind::kFallocate:
        case OperationKind::kIoctl:
            // Modelled on epoll files only; the first handle is one, or nothing.
            operation.fd = {0, -1};
            if (operation.kind == OperationKind::kIoctl) {
                fill_request(operation);
            }
            break;
        case OperationKind::kFcntl:
            fill_fcntl(operation);
            break;
        default:
            break;
    }
}

}  // namespace epollcheck
