// Lawful programs of several threads. See lawful_threads.h.

#include "fuzz/lawful_threads.h"

#include <algorithm>
#include <array>
#include <vector>

#include "fuzz/bounds.h"
#include "fuzz/handle_kinds.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;

constexpr int kMostSources = 3;
constexpr int kMostInstances = 2;
constexpr int kMostItems = 8;
constexpr int kMostCallsOfThread = 5;
constexpr int kMostEndlessWaits = 2;

class Shaper {
public:
    explicit Shaper(Program& program) : program_(program) {}

    void shape() {
        const auto end = program_.operations.end();
        const auto barrier =
            std::ranges::find(program_.operations, Kind::kBarrier, &Operation::kind);
        const bool has_barrier = barrier != end;
        const auto first = has_barrier ? barrier + 1 : program_.operations.begin();
        const auto last = std::ranges::find(first, end, Kind::kBarrier, &Operation::kind);
        for (auto at = program_.operations.begin(); at != barrier; ++at) {
            if (has_barrier || makes_file(at->kind)) {
                begin(*at);
            }
        }
        add_barrier();
        std::for_each(first, last, [this](const Operation& operation) { race(operation); });
        look_at_the_rest();
        program_.operations = std::move(made_);
    }

private:
    static bool makes_file(OperationKind kind) {
        return kind == Kind::kEpollCreate1 || kind == Kind::kEventfd || kind == Kind::kPipe2 ||
               kind == Kind::kSocketpair;
    }

    /// Takes an operation of the beginning, if it may stand there.
    void begin(Operation operation) {
        operation.thread = 0;
        operation.process = 0;
        switch (operation.kind) {
            case Kind::kEpollCreate1:
                if (instances_.size() < kMostInstances && is_new(operation)) {
                    operation.flags = 0;
                    instances_.push_back(operation.bound[0]);
                    keep(operation);
                }
                return;
            case Kind::kEventfd:
            case Kind::kPipe2:
            case Kind::kSocketpair:
                return begin_source(operation);
            case Kind::kEpollCtl:
                return begin_item(operation);
            default:
                return;
        }
    }

    void begin_source(Operation& operation) {
        if (sources_ >= kMostSources || !is_new(operation)) {
            return;
        }
        ++sources_;
        operation.flags = flag::kNonblock;
        if (operation.kind == Kind::kEventfd) {
            operation.value = std::min<std::uint64_t>(operation.value, 1);
        } else if (operation.kind == Kind::kSocketpair) {
            operation.number = static_cast<std::int32_t>(Domain::kUnix);
            operation.flags |= flag::kStream;
        }
        keep(operation);
    }

    void begin_item(Operation& operation) {
        if (kinds_.of(operation.fd) != HandleKind::kEpoll || items_ >= kMostItems) {
            return;
        }
        ++items_;
        operation.number = kCtlAdd;
        if (kinds_.of(operation.other_fd) == HandleKind::kEpoll) {
            // One instance in the other one, in one direction.
            if (nested_ || operation.fd == operation.other_fd) {
                return;
            }
            nested_ = true;
            operation.pointer = Pointer::kGood;
            operation.flags = event::kIn | (operation.flags & event::kEdge);
            operation.value = ++armings_;
            return keep(operation);
        }
        if (is_readable(operation.other_fd)) {
            arm(operation);
            keep(operation);
        }
    }

    /// Takes an operation of what happens at once, if it may stand there.
    void race(Operation operation) {
        operation.thread = static_cast<std::uint8_t>(operation.thread % kMostRacingThreads);
        operation.process = 0;
        if (calls_[operation.thread] >= kMostCallsOfThread || is_gone(operation.fd) ||
            !bound_call(operation)) {
            return;
        }
        ++calls_[operation.thread];
        made_.push_back(operation);
    }

    /// False if it may not stand there.
    bool bound_call(Operation& operation) {
        const HandleKind kind = kinds_.of(operation.fd);
        switch (operation.kind) {
            case Kind::kEpollWait:
                return kind == HandleKind::kEpoll && bound_wait(operation);
            case Kind::kEpollCtl:
                if (kind != HandleKind::kEpoll || !is_readable(operation.other_fd)) {
                    return false;
                }
                if (operation.number != kCtlDel) {
                    operation.number = operation.number == kCtlMod ? kCtlMod : kCtlAdd;
                    arm(operation);
                    return true;
                }
                operation.pointer = Pointer::kNull;
                operation.flags = 0;
                operation.value = 0;
                return true;
            case Kind::kRead:
            case Kind::kWrite:
                return bound_transfer(operation, kind);
            case Kind::kPoll:
                operation.flags = event::kIn | event::kOut;
                return is_readable(operation.fd);
            case Kind::kClose:
                return close(operation);
            default:
                return false;
        }
    }

    bool bound_wait(Operation& operation) {
        operation.number = operation.number == 1 ? 1 : 8;
        operation.timeout_ms = operation.timeout_ms < 0 && endless_++ < kMostEndlessWaits ? -1 : 0;
        operation.arriving = 0;
        operation.pointer = Pointer::kGood;
        operation.room = 0;
        operation.room_bytes = 0;
        return true;
    }

    bool bound_transfer(Operation& operation, HandleKind kind) {
        const bool writes = operation.kind == Kind::kWrite;
        const bool is_count = kind == HandleKind::kEventfd;
        operation.pointer = Pointer::kGood;
        operation.as_value = is_count;
        operation.value = is_count && writes ? 1 : 0;
        const std::uint32_t most = writes || kind != HandleKind::kStream ? 3 : 1;  // one buffer
        operation.length = is_count ? 0 : std::clamp<std::uint32_t>(operation.length, 1, most);
        if (is_writing_end(operation.fd)) {
            use(operation);
            return writes;
        }
        return is_readable(operation.fd) && (!writes || is_count);
    }

    /// Who closes the writing end of a file is the only one that uses its number.
    bool close(const Operation& operation) {
        if (!is_writing_end(operation.fd) || kinds_.of(operation.fd) == HandleKind::kEventfd) {
            return false;
        }
        const auto handle = static_cast<std::size_t>(operation.fd.handle);
        if (users_[handle] != 0 && users_[handle] != 1U << operation.thread) {
            return false;
        }
        closed_[handle] = true;
        return true;
    }

    void use(const Operation& operation) {
        users_[static_cast<std::size_t>(operation.fd.handle)] |= 1U << operation.thread;
    }

    void arm(Operation& operation) {
        EventMask events = operation.flags & (event::kIn | event::kOut | event::kEdge |
                                              event::kOneshot | event::kExclusive);
        if ((events & (event::kIn | event::kOut)) == 0) {
            events |= event::kIn;
        }
        if ((events & event::kOneshot) != 0 || operation.number != kCtlAdd) {
            events &= ~event::kExclusive;
        }
        operation.pointer = Pointer::kGood;
        operation.flags = events;
        operation.value = ++armings_;
    }

    void look_at_the_rest() {
        add_barrier();
        for (const std::int16_t instance : instances_) {
            made_.push_back({.kind = Kind::kFdinfo, .fd = {.handle = instance}});
            made_.push_back({.kind = Kind::kEpollWait, .fd = {.handle = instance}, .number = 8});
        }
    }

    void add_barrier() { made_.push_back({.kind = Kind::kBarrier}); }

    void keep(const Operation& operation) {
        kinds_.follow(operation);
        if (operation.bound[1] >= 0) {
            writing_[static_cast<std::size_t>(operation.bound[1])] = true;
        }
        made_.push_back(operation);
    }

    /// True if nothing of the beginning has its handles.
    [[nodiscard]] bool is_new(const Operation& operation) const {
        return kinds_.of(operation.bound[0]) == HandleKind::kUnbound &&
               kinds_.of(operation.bound[1]) == HandleKind::kUnbound;
    }

    [[nodiscard]] bool is_writing_end(const Descriptor& fd) const {
        return fd.handle >= 0 && writing_[static_cast<std::size_t>(fd.handle)];
    }

    [[nodiscard]] bool is_readable(const Descriptor& fd) const {
        const HandleKind kind = kinds_.of(fd);
        return kind != HandleKind::kUnbound && kind != HandleKind::kEpoll && !is_writing_end(fd);
    }

    [[nodiscard]] bool is_gone(const Descriptor& fd) const {
        return fd.handle >= 0 && closed_[static_cast<std::size_t>(fd.handle)];
    }

    Program& program_;
    std::vector<Operation> made_;
    HandleKinds kinds_;
    std::vector<std::int16_t> instances_;
    int sources_ = 0;
    int items_ = 0;
    bool nested_ = false;
    std::uint64_t armings_ = 0;
    int endless_ = 0;
    std::array<int, kMostRacingThreads> calls_ = {};
    std::array<std::uint32_t, kMostLawfulHandles> users_ = {};  // threads, by handle
    std::array<bool, kMostLawfulHandles> writing_ = {};
    std::array<bool, kMostLawfulHandles> closed_ = {};
};

}  // namespace

void shape_threads(Program& program) { Shaper(program).shape(); }

}  // namespace epollcheck
