// io_uring. See ring.h.

#include "model/kinds/ring.h"

#include <algorithm>

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/ring_work.h"

namespace epollcheck {

namespace {

/// What a request to poll hears of without asking (IO_POLL_UNMASK).
constexpr EventMask kUnasked = event::kErr | event::kHup | event::kNval | event::kRdhup;
/// What one polls for that is to be tried again (io_arm_poll_handler).
constexpr EventMask kTryAgain = event::kReadable | event::kPri | event::kOneshot | kUnasked;

/// True for kinds of files of which it is known what wakes a poll, and that it is the program.
bool can_be_polled(FileKind kind) {
    return kind == FileKind::kEpoll || kind == FileKind::kEventfd || kind == FileKind::kPipe ||
           kind == FileKind::kSocket;
}

void complete_with(Transition& transition, int ring, std::uint8_t id, int error) {
    complete(transition, ring,
             {.id = id,
              .kind = error == 0 ? CompletionKind::kSuccess : CompletionKind::kError,
              .value = static_cast<std::uint16_t>(error)});
}

/// True if completions of two requests would have the same id, so that nobody could tell them
/// apart.
bool is_taken(const World& world, std::uint64_t id) {
    const auto has_id = [&](const Event& packed) { return Completion::of(packed).id == id; };
    return std::ranges::any_of(
               world.requests,
               [&](const Request& request) { return request.ring >= 0 && request.id == id; }) ||
           std::ranges::any_of(world.rings, [&](const RingFile& ring) {
               return std::any_of(ring.completions, ring.completions + ring.completed, has_id);
           });
}

/// True if the ids of what `operation` asks for can be told from those that are in use.
bool has_fresh_ids(const World& world, const Operation& operation) {
    const auto second = static_cast<std::uint64_t>(operation.number);
    switch (operation.kind) {
        case OperationKind::kRingNop:
            return operation.value <= kMaxRequestId;
        case OperationKind::kRingTimedWait:
            if (second > kMaxRequestId || second == operation.value || is_taken(world, second)) {
                return false;
            }
            break;
        default:
            break;
    }
    return operation.value <= kMaxRequestId && !is_taken(world, operation.value);
}

/// The request that a poll or a wait makes.
void submit(Transition& transition, int ring, const Operation& operation) {
    const bool waits = operation.kind == OperationKind::kRingWait ||
                       operation.kind == OperationKind::kRingTimedWait;
    const bool many = operation.kind == OperationKind::kRingPollMany;
    const Request request = {.ring = static_cast<std::int8_t>(ring),
                             .id = static_cast<std::uint8_t>(operation.value),
                             .kind = waits  ? RequestKind::kWait
                                     : many ? RequestKind::kPollMany
                                            : RequestKind::kPoll};
    const World& world = transition.world;
    const int file = open_file(transition, operation.other_fd);
    if (file < 0) {
        return complete_with(transition, ring, request.id, error::kEBADF);
    }
    const FileKind kind = world.files[file].kind;
    if (waits && kind != FileKind::kEpoll) {
        return complete_with(transition, ring, request.id, error::kEINVAL);
    }
    const bool plain = waits || (operation.flags & ~EventMask{0xffff}) == 0;
    if (!can_be_polled(kind) || !plain || world.has_company) {
        transition.give_up("a ring polls what others than the program change, or in other ways");
        return;
    }
    const EventMask once = many ? EventMask{0} : event::kOneshot;
    begin_request(transition, request, file, waits ? kTryAgain : operation.flags | kUnasked | once);
}

void cancel(Transition& transition, int ring, const Operation& operation) {
    const World& world = transition.world;
    const auto* const found = std::ranges::find_if(world.requests, [&](const Request& request) {
        return request.ring == ring && request.id == operation.number;
    });
    const bool exists = found != std::end(world.requests);
    transition.decided_by(Rule::kD86);
    complete_with(transition, ring, static_cast<std::uint8_t>(operation.value),
                  exists ? 0 : error::kENOENT);
    if (exists && !transition.has(Defect::kCancelLeavesRequest)) {
        cancel_request(transition, static_cast<int>(found - world.requests));
    }
}

Result reap(Transition& transition, int ring) {
    RingFile& self = transition.world.rings[ring];
    std::for_each_n(self.completions, self.completed,
                    [&](const Event& completion) { transition.report(completion); });
    std::fill_n(self.completions, self.completed, Event{});
    self.completed = self.written = 0;
    leave_alone(transition, self.waiters, Rule::kD85);
    if (transition.has(Defect::kReapingWakes)) {
        wake(transition, self.waiters, 0, event::kIn, Rule::kD85);
    }
    return Result::of_events(transition.event_count());
}

}  // namespace

Result create_ring(Transition& transition) {
    World& world = transition.world;
    if (!transition.settings.calibration->has_rings) {
        return transition.give_up("the target has no io_uring");
    }
    if (!transition.exact() || transition.concurrent != nullptr) {
        return transition.give_up("rings are followed at tier exact, in programs of one thread");
    }
    auto* const free = std::ranges::find(world.rings, false, &RingFile::used);
    if (free == std::end(world.rings)) {
        return transition.give_up("more rings than the model has room for");
    }
    free->used = true;
    return install(transition,
                   new_file(transition, FileKind::kRing, static_cast<int>(free - world.rings)),
                   true);
}

MaskRange ring_mask(Transition& transition, const OpenFile& file) {
    transition.decided_by(Rule::kD85);
    const bool done = transition.world.rings[file.object].completed > 0 &&
                      !transition.has(Defect::kRingNeverReadable);
    return MaskRange::exactly(event::kWritable | (done ? event::kReadable : EventMask{0}));
}

Result call_on_ring(Transition& transition, const Operation& operation) {
    const int file = open_file(transition, operation.fd);
    if (file < 0) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    if (transition.world.files[file].kind != FileKind::kRing) {
        return transition.fail(error::kEOPNOTSUPP, Rule::kNone);
    }
    const int ring = transition.world.files[file].object;
    if (operation.kind == OperationKind::kRingReap) {
        return reap(transition, ring);
    }
    if (!has_fresh_ids(transition.world, operation)) {
        return transition.give_up("an id that another request has, or one that is too large");
    }
    const auto id = static_cast<std::uint8_t>(operation.value);
    switch (operation.kind) {
        case OperationKind::kRingNop:
            complete_with(transition, ring, id, 0);
            break;
        case OperationKind::kRingCancel:
            cancel(transition, ring, operation);
            break;
        default:
            submit(transition, ring, operation);
            break;
    }
    show_completions(transition, ring);
    if (operation.kind == OperationKind::kRingTimedWait) {
        const bool begun = open_file(transition, operation.other_fd) >= 0;
        let_time_out(transition, ring, id, static_cast<std::uint8_t>(operation.number), begun);
    }
    return Result::of_value(0);
}

bool has_requests_under_way(const World& world) {
    return std::ranges::any_of(world.requests,
                               [](const Request& request) { return request.ring >= 0; });
}

void release_ring(Transition& transition, int ring) {
    if (std::ranges::find(transition.world.requests, ring, &Request::ring) !=
        std::end(transition.world.requests)) {
        transition.give_up("a ring ends its requests some time after it was closed");
    }
    transition.world.rings[ring] = RingFile{};
}

}  // namespace epollcheck
