// Lawful programs of several threads. See lawful_threads.h.

#include "fuzz/lawful_threads.h"

#include <algorithm>
#include <ranges>
#include <vector>

#include "fuzz/racing_calls.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;

constexpr int kMostSources = 3;
constexpr int kMostInstances = 2;
constexpr int kMostItems = 8;

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
        if (files_.kinds.of(operation.fd) != HandleKind::kEpoll || items_ >= kMostItems) {
            return;
        }
        ++items_;
        operation.number = kCtlAdd;
        if (files_.kinds.of(operation.other_fd) == HandleKind::kEpoll) {
            // One instance in the other one, in one direction.
            if (nested_ || operation.fd == operation.other_fd) {
                return;
            }
            nested_ = true;
            operation.pointer = Pointer::kGood;
            operation.flags = event::kIn | (operation.flags & event::kEdge);
            operation.value = ++files_.armings;
            return keep(operation);
        }
        if (files_.is_readable(operation.other_fd)) {
            files_.arm(operation);
            keep(operation);
        }
    }

    /// Takes an operation of what happens at once, if it may stand there.
    void race(Operation operation) {
        if (calls_.admits(operation)) {
            has_closed_ = has_closed_ || operation.kind == Kind::kClose;
            made_.push_back(operation);
        }
    }

    void look_at_the_rest() {
        add_barrier();
        if (has_closed_) {
            reuse_number();
        }
        for (const std::int16_t instance : instances_) {
            if (calls_.is_closed({.handle = instance})) {
                continue;
            }
            made_.push_back({.kind = Kind::kFdinfo, .fd = {.handle = instance}});
            made_.push_back({.kind = Kind::kEpollWait, .fd = {.handle = instance}, .number = 8});
        }
    }

    /// A file that is ready gets the lowest number that was closed.
    void reuse_number() {
        const auto kinds = std::views::iota(std::int16_t{0}, kMostLawfulHandles);
        const auto unused =
            std::ranges::find(kinds, HandleKind::kUnbound,
                              [&](std::int16_t handle) { return files_.kinds.of(handle); });
        if (unused != kinds.end()) {
            made_.push_back({.kind = Kind::kEventfd,
                             .bound = {*unused, kNoHandle},
                             .flags = flag::kNonblock,
                             .value = 1});
        }
    }

    void add_barrier() { made_.push_back({.kind = Kind::kBarrier}); }

    void keep(const Operation& operation) {
        files_.kinds.follow(operation);
        if (operation.bound[1] >= 0) {
            files_.writing[static_cast<std::size_t>(operation.bound[1])] = true;
        }
        made_.push_back(operation);
    }

    /// True if nothing of the beginning has its handles.
    [[nodiscard]] bool is_new(const Operation& operation) const {
        return files_.kinds.of(operation.bound[0]) == HandleKind::kUnbound &&
               files_.kinds.of(operation.bound[1]) == HandleKind::kUnbound;
    }

    Program& program_;
    std::vector<Operation> made_;
    ThreadFiles files_;
    RacingCalls calls_{files_};
    std::vector<std::int16_t> instances_;
    int sources_ = 0;
    int items_ = 0;
    bool nested_ = false;
    bool has_closed_ = false;
};
}  // namespace

void shape_threads(Program& program) { Shaper(program).shape(); }

}  // namespace epollcheck
