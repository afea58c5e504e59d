// What wake-ups make of the requests of rings. See ring_work.h.

#include "model/kinds/ring_work.h"

#include <algorithm>
#include <utility>

#include "model/eventpoll/harvest.h"
#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/file.h"

namespace epollcheck {

namespace {

/// Bits of a request's events by which no key reaches it (IO_ASYNC_POLL_COMMON).
constexpr EventMask kUnheard = event::kOneshot | event::kPri;

Item& item_of(World& world, int request) { return world.items[kMaxItems + request]; }

WaitQueues queues_of(Transition& transition, int request) {
    return wait_queues(transition.world, item_of(transition.world, request).file,
                       transition.process);
}

void leave_queues(Transition& transition, int request) {
    const WaitQueues queues = queues_of(transition, request);
    for (int entry = 0; entry < 2; ++entry) {
        if (queues.entry[entry] != nullptr) {
            detach(transition.world, *queues.entry[entry], entry, kMaxItems + request);
        }
    }
}

void add_work(Transition& transition, int request) {
    const std::int8_t ring = transition.world.requests[request].ring;
    transition.ring_work.entries[transition.ring_work.count++] = {
        .request = static_cast<std::int8_t>(request), .ring = ring, .wait = -1, .id = 0};
}

/// The file polls what it shows; the request waits, unless there is something already. Answers what
/// the request is over with, or 0 (__io_arm_poll_handler).
EventMask arm(Transition& transition, int request) {
    Item& item = item_of(transition.world, request);
    const WaitQueues queues = queues_of(transition, request);
    for (int entry = 0; entry < 2; ++entry) {
        if (queues.entry[entry] != nullptr) {
            attach(transition, *queues.entry[entry], entry, kMaxItems + request);
        }
    }
    transition.decided_by(Rule::kD86);
    const EventMask ready = file_mask(transition, item.file, item.events).surely & item.events;
    if (ready != 0 && (item.events & event::kOneshot) != 0) {
        leave_queues(transition, request);
        return ready;
    }
    if (ready != 0) {
        transition.ring_work.woken[request] = {.times = 1, .mask = ready};
        add_work(transition, request);
    }
    return 0;
}

void end_request(Transition& transition, int request, CompletionKind kind, std::uint32_t value,
                 std::uint64_t data = 0) {
    World& world = transition.world;
    const Request ended = world.requests[request];
    const int file = item_of(world, request).file;
    leave_queues(transition, request);
    world.requests[request] = Request{};
    item_of(world, request) = Item{};
    transition.ring_work.woken[request] = {};
    complete(
        transition, ended.ring,
        {.id = ended.id, .kind = kind, .value = static_cast<std::uint16_t>(value), .data = data});
    if (!transition.has(Defect::kRequestHoldsNoFile)) {
        drop_later(transition, file);
    }
}

/// A harvest of one event that has nothing to do with what the call itself reports.
int take_event(Transition& transition, int instance, Event& event) {
    Event reported[kMaxEvents];
    const auto count = std::ranges::copy(transition.events(), reported).out - reported;
    const Observation* const observed = std::exchange(transition.observed, nullptr);
    const int taken = harvest(transition, instance, 1, 1).event_count;
    if (taken > 0) {
        event = transition.events().front();
    }
    transition.observed = observed;
    transition.clear_events();
    std::for_each_n(reported, count, [&](const Event& other) { transition.report(other); });
    return taken;
}

/// What a request does when it is made, and again when it was woken.
void issue(Transition& transition, int request) {
    const Item& item = item_of(transition.world, request);
    if (transition.world.requests[request].kind != RequestKind::kWait) {
        if (const EventMask ready = arm(transition, request); ready != 0) {
            end_request(transition, request, CompletionKind::kMask, ready);
        }
        return;
    }
    transition.decided_by(Rule::kB49);
    Event event;
    const int instance = transition.world.files[item.file].object;
    if (take_event(transition, instance, event) > 0) {
        end_request(transition, request, CompletionKind::kEvent, event.mask, event.data);
    } else if (transition.has(Defect::kRingWaitEndsEmpty)) {
        end_request(transition, request, CompletionKind::kSuccess, 0);
    } else if (arm(transition, request) != 0) {
        transition.give_up("an instance that is ready has nothing to report");
    }
}

/// A request was woken, perhaps several times (io_poll_check_events, io_poll_task_func).
void look_after(Transition& transition, int request) {
    const Request self = transition.world.requests[request];
    Item& item = item_of(transition.world, request);
    RingWork::Woken& woken = transition.ring_work.woken[request];
    const bool ends = (item.events & event::kOneshot) != 0;
    do {
        const std::uint8_t times = woken.times;
        if (woken.canceled) {
            return end_request(transition, request, CompletionKind::kError, error::kECANCELED);
        }
        // The key counts only if it was the only one.
        EventMask found = times == 1 ? std::exchange(woken.mask, 0) : 0;
        if (found == 0) {
            found = file_mask(transition, item.file, item.events).surely & item.events;
        }
        found &= item.events;
        if (ends && (found == 0 || self.kind == RequestKind::kWait)) {
            // A second entry on a queue can be made once only (__io_queue_proc).
            if (found == 0 && queues_of(transition, request).entry[0] != nullptr &&
                queues_of(transition, request).entry[1] != nullptr) {
                return end_request(transition, request, CompletionKind::kError, error::kEINVAL);
            }
            leave_queues(transition, request);
            woken = {};
            return issue(transition, request);
        }
        if (ends) {
            return end_request(transition, request, CompletionKind::kMask, found);
        }
        if (found != 0) {
            if ((transition.ring_work.deferred >> self.ring & 1) != 0) {
                show_completions(transition, self.ring);
            }
            complete(transition, self.ring,
                     {.id = self.id,
                      .kind = CompletionKind::kMoreMask,
                      .value = static_cast<std::uint16_t>(found)});
            if (transition.has(Defect::kPollManyTellsOnce)) {
                leave_queues(transition, request);
            }
        }
        woken.times = static_cast<std::uint8_t>(woken.times - times);
    } while (woken.times > 0);
}

/// io_req_task_link_timeout
void time_out(Transition& transition, const RingWork::Entry& entry) {
    if (entry.wait >= 0) {
        cancel_request(transition, entry.wait);
    }
    const int code = entry.wait >= 0 ? error::kETIME : error::kECANCELED;
    complete(transition, entry.ring,
             {.id = entry.id,
              .kind = CompletionKind::kError,
              .value = static_cast<std::uint16_t>(code)});
}

}  // namespace

void wake_request(Transition& transition, int request, int entry, EventMask key) {
    World& world = transition.world;
    Item& item = item_of(world, request);
    if (world.has_company) {
        transition.give_up("a ring is told of what happens without the program");
        return;
    }
    if (key != 0 && (key & item.events & ~kUnheard) == 0) {
        return;
    }
    transition.decided_by(Rule::kD86);
    RingWork::Woken& woken = transition.ring_work.woken[request];
    if (woken.times++ > 0) {
        return;
    }
    if ((key & event::kUringWake) != 0) {
        // Each completion would cause the next one.
        if (!transition.has(Defect::kRingLoopGoesOn)) {
            item.events |= event::kOneshot;
        } else if (std::exchange(woken.looped, true)) {
            woken.times = 0;
            return;
        }
    }
    if (key != 0 && (item.events & event::kOneshot) != 0) {
        detach(world, *queues_of(transition, request).entry[entry], entry, kMaxItems + request);
    }
    woken.mask = key;
    add_work(transition, request);
}

bool do_ring_work(Transition& transition) {
    RingWork& work = transition.ring_work;
    if (work.count == 0) {
        return false;
    }
    RingWork::Entry batch[RingWork::kMost];
    const int count = std::exchange(work.count, 0);
    std::copy_n(work.entries, count, batch);
    for (int i = 0; i < count; ++i) {
        if (i > 0 && batch[i].ring != batch[i - 1].ring) {
            show_completions(transition, batch[i - 1].ring);
        }
        if (batch[i].request >= 0) {
            look_after(transition, batch[i].request);
        } else {
            time_out(transition, batch[i]);
        }
    }
    show_completions(transition, batch[count - 1].ring);
    return true;
}

void begin_request(Transition& transition, const Request& request, int file, EventMask events) {
    World& world = transition.world;
    const auto* const free = std::ranges::find(world.requests, -1, &Request::ring);
    if (free == std::end(world.requests)) {
        transition.give_up("more requests under way than the model has room for");
        return;
    }
    const auto index = static_cast<int>(free - world.requests);
    world.requests[index] = request;
    item_of(world, index) = {.events = events, .file = static_cast<std::int8_t>(file)};
    if (!transition.has(Defect::kRequestHoldsNoFile)) {
        ++world.files[file].references;
    }
    issue(transition, index);
}

void cancel_request(Transition& transition, int request) {
    RingWork::Woken& woken = transition.ring_work.woken[request];
    woken.canceled = true;
    if (woken.times++ == 0) {
        add_work(transition, request);
    }
}

void let_time_out(Transition& transition, int ring, std::uint8_t wait_id, std::uint8_t id,
                  bool begun) {
    const World& world = transition.world;
    const Request wait = {
        .ring = static_cast<std::int8_t>(ring), .id = wait_id, .kind = RequestKind::kWait};
    const auto* const found = std::ranges::find(world.requests, wait);
    const bool waits = found != std::end(world.requests);
    RingWork& work = transition.ring_work;
    const bool first = begun && !waits && work.count > 0 && transition.choose(0b11) == 1;
    RingWork::Entry* const end = work.entries + work.count++;
    RingWork::Entry* const place = first ? work.entries : end;
    std::copy_backward(place, end, end + 1);
    *place = {.request = -1,
              .ring = wait.ring,
              .wait = static_cast<std::int8_t>(waits ? found - world.requests : -1),
              .id = id};
}

void complete(Transition& transition, int ring, const Completion& completion) {
    RingFile& self = transition.world.rings[ring];
    if (self.written == kMaxCompletions) {
        transition.give_up("more completions than the model has room for");
        return;
    }
    self.completions[self.written++] = completion.packed();
    if (completion.kind != CompletionKind::kMoreMask) {
        transition.ring_work.deferred |= static_cast<std::uint8_t>(1U << ring);
    }
}

void show_completions(Transition& transition, int ring) {
    RingFile& self = transition.world.rings[ring];
    transition.ring_work.deferred &= static_cast<std::uint8_t>(~(1U << ring));
    if (self.written == self.completed) {
        return;
    }
    const bool waited = self.completed > 0;
    self.completed = self.written;
    const EventMask loop =
        transition.has(VersionDifference::kV38) ? event::kUringWake : EventMask{0};
    if (!(waited && transition.has(Defect::kRingWakesOnlyIfEmpty))) {
        wake(transition, self.waiters, 0, event::kIn | loop, Rule::kD85);
    }
}

}  // namespace epollcheck
