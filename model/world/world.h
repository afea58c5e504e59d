// World: the whole observable state of the processes that use epoll, as fixed-size plain data.
//
// A world holds the descriptor tables, the open file descriptions, the state of each kind of file,
// the epoll instances and their items. It is trivially copyable and never allocates, so the judge
// can step, copy and compare worlds cheaply. What changes a world is in model/kinds (files) and
// model/eventpoll (epoll); this file only says what there is.
//
// The ready list is not a linked list: each queued item has a rank, and the list is the queued
// items of an instance in order of rank. Where a tier leaves the order open, ranks are equal or are
// ranges.
//
// Source: SEMANTICS sections A and K; struct eventpoll and struct epitem of fs/eventpoll.c, 6.18.

#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include "model/rules/rule.h"
#include "model/vocabulary/event_mask.h"
#include "model/vocabulary/program.h"
#include "model/vocabulary/result.h"
#include "model/world/calibration.h"

namespace epollcheck {

inline constexpr int kMaxSlots = 64;  // descriptors
inline constexpr int kMaxFiles = 64;  // open file descriptions
inline constexpr int kMaxItems = 60;  // over all instances; fits a 64-bit set with room
inline constexpr int kMaxInstances = 16;
inline constexpr int kMaxPipes = 6;
inline constexpr int kMaxPipeSlots = 32;
inline constexpr int kMaxEventfds = 12;
inline constexpr int kMaxSockets = 20;
inline constexpr int kMaxBuffers = 64;
inline constexpr int kMaxInodes = 6;
inline constexpr int kMaxInetSockets = 16;
inline constexpr int kMaxDatagrams = 12;  // unread in one UDP socket
inline constexpr int kMaxInotifies = 4;
inline constexpr int kMaxWatches = 2;  // of one inotify instance: "file" and "directory"
inline constexpr int kMaxNotices = 12;
inline constexpr int kMaxChildren = 4;
inline constexpr int kMaxTimers = 4;
inline constexpr int kMaxSignalfds = 6;
inline constexpr int kSignals = 4;              // that can be pending: kOwnSignals, by their bits
inline constexpr int kFirstRealTimeSignal = 2;  // among them
inline constexpr int kMaxPending = 8;           // instances of one signal
inline constexpr int kMaxTerminals = 3;
inline constexpr int kMaxLines = 8;   // of one side of a terminal
inline constexpr int kMaxFlight = 4;  // writes
inline constexpr int kMaxRings = 2;
inline constexpr int kMaxRequests = 4;     // under way, over all rings
inline constexpr int kMaxCompletions = 8;  // of one ring that nobody took

using ItemSet = std::uint64_t;  // bit i: item i

/// Calls `visit(index)` for each member of a set, lowest first.
template <class Visit>
void for_each_member(std::uint64_t set, Visit visit) {
    while (set != 0) {
        visit(std::countr_zero(set));
        set &= set - 1;
    }
}

inline constexpr std::uint8_t kAllSignals = (1U << kSignals) - 1;
inline constexpr std::int16_t kNoWatchLimit = -1;

enum class FileKind : std::uint8_t {
    kNone,
    kEpoll,
    kPipe,  // a pipe or FIFO
    kEventfd,
    kSocket,
    kInotify,
    kPidfd,
    kInetSocket,
    kTimerfd,
    kSignalfd,
    kTerminal,
    kDevRandom,
    kMounts,      // /proc/self/mounts
    kDomainName,  // /proc/sys/kernel/domainname
    kRing,        // io_uring
    kOther,       // OtherKind is its object
    kRegular,     // the kinds from here on have no poll method, so epoll_ctl refuses them (R-B6)
    kDirectory,
    kDevNull,
    kDevZero,
    kDevFull,
    kDevUrandom,
    kBlockDevice,
    kPathOnly,  // opened with O_PATH: a descriptor that names no open file (R-B4)
};

/// How sure something is that a looser tier may leave open.
enum class Certainty : std::uint8_t { kNo, kMaybe, kYes };
/// Whether an item is in the ready list.
using Queued = Certainty;

/// An open file description (struct file).
struct OpenFile {
    FileKind kind = FileKind::kNone;
    std::uint8_t object = 0;      // index into the array of its kind
    std::uint8_t references = 0;  // descriptors, messages in sockets and requests of rings
    bool readable = false;
    bool writable = false;
    bool nonblocking = false;
    bool packets = false;                  // O_DIRECT on a pipe
    Certainty announced = Certainty::kNo;  // file of /proc: it changed, and nobody looked since
    std::uint8_t writers_at_open = 0;      // FIFO: w_counter when opened without a writer, else 0
    std::uint32_t offset = 0;              // regular file: bytes
    ItemSet items = 0;                     // items that watch this file, over all instances

    friend bool operator==(const OpenFile&, const OpenFile&) = default;
};

/// A wait queue of a file: a list of items through Item::next_waiter, walked from the front.
struct WaitQueue {
    std::int8_t first = -1;

    friend bool operator==(const WaitQueue&, const WaitQueue&) = default;
};

inline constexpr std::uint32_t kNoRank = 0;

/// An item of an interest list (struct epitem).
struct Item {
    std::uint64_t data = 0;
    EventMask events = 0;
    EventMask not_fallen = 0;  // bits that stayed ready ever since the item was last considered
    std::uint32_t earliest_rank = kNoRank;  // place in the ready list: between these two
    std::uint32_t latest_rank = kNoRank;
    Rule cause = Rule::kNone;  // the rule that put the item in the ready list, or took it out
    std::int8_t file = -1;     // -1: unused
    std::int8_t slot = -1;     // descriptor number given to ADD (part of the key, R-A3)
    std::int8_t instance = -1;
    Queued queued = Queued::kNo;
    std::int8_t next_waiter[2] = {-1, -1};  // on the file's first and second wait queue

    friend bool operator==(const Item&, const Item&) = default;
};

/// An epoll instance (struct eventpoll).
struct Instance {
    ItemSet items = 0;
    std::int8_t file = -1;        // -1: unused
    WaitQueue pollers;            // outer items that watch this instance (R-A2: PW)
    bool limited = false;         // made on the account that has World::watch_limit (R-A17)
    std::uint64_t busy_poll = 0;  // BusyPollParams, packed (R-B35)

    friend bool operator==(const Instance&, const Instance&) = default;
};

/// One occupied page slot of a pipe.
struct PipeSlot {
    std::uint16_t offset = 0;  // bytes already read from the page
    std::uint16_t length = 0;  // bytes still to read
    bool packet = false;       // written with O_DIRECT: read as a whole, never merged into

    friend bool operator==(const PipeSlot&, const PipeSlot&) = default;
};

struct Pipe {
    bool used = false;
    bool fifo = false;           // has a name, so it can be opened again
    bool refused_write = false;  // contract: the last write was refused and nothing was read since
    std::uint8_t path = 0;       // which FIFO
    std::uint8_t readers = 0;
    std::uint8_t writers = 0;
    std::uint8_t writer_opens = 0;  // w_counter
    std::uint8_t capacity = 0;      // slots (max_usage)
    std::uint8_t occupied = 0;      // slots
    std::uint8_t head = 0;          // oldest slot, index into slots as a ring
    WaitQueue read_waiters;
    WaitQueue write_waiters;
    PipeSlot slots[kMaxPipeSlots];

    friend bool operator==(const Pipe&, const Pipe&) = default;
};

struct Eventfd {
    std::uint64_t count = 0;
    bool used = false;
    bool semaphore = false;
    WaitQueue waiters;

    friend bool operator==(const Eventfd&, const Eventfd&) = default;
};

/// One queued buffer of a unix socket, a datagram, or a connection that waits to be accepted.
struct SocketBuffer {
    bool used = false;
    std::int8_t next = -1;     // in the receiver's queue
    std::int8_t owner = -1;    // the socket that is charged; -1: it is gone
    std::int8_t embryo = -1;   // the socket to be accepted, in a listener's queue
    std::int8_t rights = -1;   // the file that travels in it (SCM_RIGHTS)
    std::uint32_t unread = 0;  // bytes; 0 in a stream: an urgent byte that was received
    std::uint32_t charge = 0;  // bytes on the owner's account

    friend bool operator==(const SocketBuffer&, const SocketBuffer&) = default;
};

enum class SocketState : std::uint8_t { kClosed, kListening, kConnected };

inline constexpr std::uint8_t kReceiveShut = 1;
inline constexpr std::uint8_t kSendShut = 2;
inline constexpr std::uint8_t kBothShut = 3;

struct UnixSocket {
    bool used = false;
    bool dead = false;  // released by its owner; kept while somebody still points to it
    SocketType type = SocketType::kStream;
    SocketState state = SocketState::kClosed;
    std::uint8_t shut = 0;       // kReceiveShut | kSendShut
    std::uint8_t error = 0;      // so_error, errno
    std::uint8_t address = 0;    // bound abstract address, 0: none
    bool owns_address = false;   // it was bound, not accepted
    bool refused_write = false;  // contract: the last send was refused and nothing was read since
    std::int8_t peer = -1;
    std::int8_t relay = -1;  // the socket whose full queue holds this one's wake-up (R-D44)
    std::int8_t first = -1;  // receive queue
    std::int8_t last = -1;
    std::int8_t out_of_band = -1;   // buffer that holds the pending urgent byte
    std::uint8_t queued = 0;        // buffers in the receive queue
    std::uint32_t backlog = 0;      // queue limit: buffers beyond which it is full
    std::uint32_t charged = 0;      // bytes of buffers that this socket sent and nobody freed
    bool relay_is_certain = false;  // a look at a looser tier may have registered it, or not
    std::uint32_t relay_stamp = 0;  // order of registration among those that wait for a relay
    WaitQueue waiters;

    friend bool operator==(const UnixSocket&, const UnixSocket&) = default;
};

/// A descriptor table (struct files_struct).
struct SlotTable {
    std::int8_t files[kMaxSlots];     // file of an open slot, -1: closed
    std::uint64_t open = 0;           // bit: slot is open
    std::uint64_t close_on_exec = 0;  // bit: slot

    [[nodiscard]] bool is_open(int slot) const { return slot >= 0 && (open >> slot & 1U) != 0; }

    friend bool operator==(const SlotTable&, const SlotTable&) = default;
};

/// One queued event of an inotify instance.
struct Notice {
    std::int32_t watch = 0;  // number of the watch, as inotify_add_watch gave it
    std::uint16_t what = 0;  // watch::k... of operation_table.h
    std::uint8_t entry = 0;  // entry of the directory that it is about, from 1; 0: the watched file

    friend bool operator==(const Notice&, const Notice&) = default;
};

struct Watch {
    std::int32_t number = 0;  // 0: there is none
    std::uint16_t wanted = 0;

    friend bool operator==(const Watch&, const Watch&) = default;
};

/// What inotify can watch.
enum class Watched : std::uint8_t { kFile, kDirectory };

struct Inotify {
    bool used = false;
    std::uint8_t queued = 0;  // notices, oldest first
    std::int32_t last_number = 0;
    Watch watches[kMaxWatches];  // indexed by Watched
    Notice notices[kMaxNotices];
    WaitQueue waiters;

    friend bool operator==(const Inotify&, const Inotify&) = default;
};

enum class ChildState : std::uint8_t {
    kAlive,
    kDying,   // told to end; nothing of it can be seen yet
    kEnded,   // poll sees the end, but nobody was woken yet
    kZombie,  // those who wait were woken
    kReaped,
};

/// A child process of the program, as long as it has a pidfd.
struct Child {
    bool used = false;
    ChildState state = ChildState::kAlive;
    WaitQueue waiters;

    friend bool operator==(const Child&, const Child&) = default;
};

enum class TcpState : std::uint8_t {
    kClosed,
    kListening,
    kConnecting,   // SYN_SENT: the listener's queue was full, so nobody answered
    kEstablished,  // also a connected UDP socket
    kCloseWait,    // the peer ended its half
    kFinWait,      // FIN_WAIT2: the own half is ended, and the peer knows
};

/// What the calls of a stream socket remember of its connection (socket_state of linux/net.h).
enum class CallState : std::uint8_t { kUnconnected, kConnecting, kConnected, kDisconnecting };

enum class Urgent : std::uint8_t { kNone, kPending, kReceived };

/// A UDP or TCP socket. What one sends, the others have when the call returns: the executor waits
/// for it (R-D67).
struct InetSocket {
    bool used = false;
    bool datagram = false;  // UDP
    bool open = false;      // false: waits to be accepted, or closed and kept for its peer only
    bool waits = false;     // to be accepted
    TcpState state = TcpState::kClosed;
    CallState call = CallState::kUnconnected;
    std::uint8_t shut = 0;   // kReceiveShut | kSendShut
    std::uint8_t error = 0;  // so_error, errno
    bool has_port = false;
    std::uint8_t address = 0;      // what getsockname says, 0: none; stays when the port is gone
    std::uint8_t destination = 0;  // UDP: the address that it is connected to
    std::int8_t peer = -1;         // TCP
    bool finished = false;         // SOCK_DONE: the peer's half is ended
    bool resets_on_close = false;  // SO_LINGER of 0 s
    bool urgent_inline = false;    // SO_OOBINLINE
    bool full = false;             // it was filled, and its peer read nothing since
    Urgent urgent = Urgent::kNone;
    std::uint8_t queued = 0;         // datagrams, or connections that wait to be accepted
    std::int8_t first = -1;          // listener: the oldest such connection
    std::int8_t next = -1;           // in that queue
    std::uint32_t backlog = 0;       // connections beyond which the queue is full
    std::uint32_t low_water = 1;     // SO_RCVLOWAT, bytes
    std::int32_t urgent_offset = 0;  // of the urgent byte, from the next byte to read
    std::uint32_t unread = 0;        // TCP: bytes, the urgent one included
    std::uint16_t datagrams[kMaxDatagrams] = {};  // bytes, oldest first
    WaitQueue waiters;

    friend bool operator==(const InetSocket&, const InetSocket&) = default;
};

/// When a timer expires. The model has no clock.
enum class Expiry : std::uint8_t {
    kNever,
    kSoon,     // at any time from now on; settle waits for it
    kUnknown,  // between the two: not modelled
};

struct Timer {
    bool used = false;
    bool armed = false;
    bool expired = false;  // since it was last looked at (read, gettime, settime)
    bool ticks = false;    // there are expirations to read
    bool periodic = false;
    bool wall_clock = false;         // CLOCK_REALTIME, which can be set
    bool cancels = false;            // TFD_TIMER_CANCEL_ON_SET is in force
    bool canceled = false;           // the clock was set, and nobody was told
    Expiry expiry = Expiry::kNever;  // of an armed timer
    Expiry period = Expiry::kNever;
    WaitQueue waiters;

    friend bool operator==(const Timer&, const Timer&) = default;
};

struct Signalfd {
    bool used = false;
    std::uint8_t mask = 0;  // bit: signal that it shows

    friend bool operator==(const Signalfd&, const Signalfd&) = default;
};

/// The signals of a process.
struct Signals {
    std::uint8_t blocked = kAllSignals;      // bit: signal
    std::uint8_t pending[2][kSignals] = {};  // instances; of the thread, of the process
    WaitQueue waiters;                       // items of signalfds that it added (R-D70)

    friend bool operator==(const Signals&, const Signals&) = default;
};

/// A write to a terminal that did not arrive yet.
struct TerminalWrite {
    std::uint16_t length = 0;  // bytes
    bool ends_line = false;

    friend bool operator==(const TerminalWrite&, const TerminalWrite&) = default;
};

/// The master or the slave of a terminal, with what it can read.
struct TerminalSide {
    std::uint8_t files = 0;  // open file descriptions
    bool canonical = false;  // it gets whole lines
    std::uint8_t line_count = 0;
    std::uint8_t in_flight = 0;
    std::uint16_t partial = 0;              // bytes of a line that has not ended
    std::uint16_t lines[kMaxLines] = {};    // bytes, oldest first; if not canonical there is one
    TerminalWrite flight[kMaxFlight] = {};  // oldest first
    WaitQueue readers;
    WaitQueue writers;

    friend bool operator==(const TerminalSide&, const TerminalSide&) = default;
};

struct Terminal {
    bool used = false;
    TerminalSide sides[2];  // master, slave

    friend bool operator==(const Terminal&, const Terminal&) = default;
};

enum class RequestKind : std::uint8_t { kPoll, kPollMany, kWait };

/// A request of a ring that is under way: it polls a file. Request i waits on the queues of the
/// file as item kMaxItems + i does, which belongs to no instance.
struct Request {
    std::int8_t ring = -1;  // -1: unused
    std::uint8_t id = 0;
    RequestKind kind = RequestKind::kPoll;

    friend bool operator==(const Request&, const Request&) = default;
};

struct RingFile {
    bool used = false;
    std::uint8_t completed = 0;          // completions that can be taken, oldest first
    std::uint8_t written = 0;            // and in the middle of a call those not shown yet
    Event completions[kMaxCompletions];  // Completion, packed
    WaitQueue waiters;

    friend bool operator==(const RingFile&, const RingFile&) = default;
};

struct World {
    std::int8_t handles[kMaxHandles];     // slot that a handle holds, -1: none
    std::int8_t table_of[kMaxProcesses];  // index into `tables`, -1: there is no such process
    std::uint8_t in_flight = 0;           // messages in sockets that carry a file
    SlotTable tables[kMaxProcesses];      // two processes may share one (CLONE_FILES)
    std::uint64_t used_items = 0;
    std::uint32_t next_rank = kNoRank + 1;
    std::uint32_t next_stamp = 1;
    std::uint8_t next_address = 1;
    bool has_company = false;  // something else than the program acts on a file that it made
    OpenFile files[kMaxFiles];
    Item items[kMaxItems + kMaxRequests];
    Instance instances[kMaxInstances];
    Pipe pipes[kMaxPipes];
    Eventfd eventfds[kMaxEventfds];
    UnixSocket sockets[kMaxSockets];
    SocketBuffer buffers[kMaxBuffers];
    std::uint32_t inode_sizes[kMaxInodes];  // bytes; inode 0 is the program's regular file
    std::uint8_t used_inodes = 0;           // bit: memfd inode in use
    std::uint8_t entries = 0;               // bit: entry of the directory that exists
    Inotify inotifies[kMaxInotifies];
    Child children[kMaxChildren];
    InetSocket inet_sockets[kMaxInetSockets];
    Timer timers[kMaxTimers];
    Signalfd signalfds[kMaxSignalfds];
    Signals signals[kMaxProcesses];
    WaitQueue announcement_waiters[2];  // items of all mount tables, and of all domain names
    Terminal terminals[kMaxTerminals];
    RingFile rings[kMaxRings];
    Request requests[kMaxRequests];
    std::int16_t watch_limit = kNoWatchLimit;  // of the program's own account
    std::int8_t slot_limit = kMaxSlots;        // descriptors have lower numbers (RLIMIT_NOFILE)

    friend bool operator==(const World&, const World&) = default;
};
static_assert(std::is_trivially_copyable_v<World>);

/// True if a step from `world` may have several outcomes even where every rule is known, because
/// something else than the program takes part in it.
bool has_open_outcomes(const World& world);

/// The world before the first operation: nothing is open.
const World& empty_world();

}  // namespace epollcheck
