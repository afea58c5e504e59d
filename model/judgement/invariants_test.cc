// Each invariant is shown to hold in a world with everything in it, and to fail when that world is
// damaged in the way that it is about. A check that cannot fail would say nothing.

#include "model/judgement/invariants.h"

#include <functional>
#include <limits>
#include <set>

#include "model/judgement/model_test_support.h"

using namespace epollcheck;

namespace {

/// A world in which every kind of record is in use. Item 0 watches the eventfd level-triggered, 1
/// the pipe's read end, 2 its write end, 3 is disarmed, 4 and 5 watch a stream socket, 6 nests.
struct Specimen {
    Specimen() {
        const Descriptor ep = run.epoll();
        const Descriptor outer = run.epoll();
        const Descriptor e = run.eventfd(1);
        const auto [r, w] = run.pipe();
        const auto [a, b] = run.socket_pair(flag::kStream);
        run.add(ep, e, event::kIn, 1);
        run.add(ep, r, event::kIn, 2);
        run.add(ep, w, event::kOut, 3);
        const Descriptor copy = run.dup(e);
        run.add(ep, copy, event::kIn | event::kOneshot, 4);
        run.wait(ep);
        run.add(ep, a, event::kIn, 5);
        run.add(outer, a, event::kIn | event::kExclusive, 6);
        run.add(outer, ep, event::kIn, 7);
        run.write(w, 10);
        run.write(b, 10);
        // Two datagram senders: the queue of the receiver holds two and is then full.
        const Descriptor receiver = run.socket(flag::kDatagram);
        const Descriptor sender = run.socket(flag::kDatagram);
        run.run(call::bind(receiver));
        run.run(call::connect(sender, receiver));
        for (int i = 0; i < 3; ++i) {
            run.run(call::send(sender, 10, 0));
        }
        run.run(call::poll(sender, event::kOut));
        run.create(OperationKind::kInotifyInit1, flag::kNonblock);
        world = run.sure_world();
    }

    [[nodiscard]] Settings settings() const { return run.belief().settings(); }
    [[nodiscard]] const Invariant* broken() const { return broken_invariant(world, settings()); }

    ModelRun run;
    World world;
};

UnixSocket& waiting_sender(World& world) {
    for (UnixSocket& socket : world.sockets) {
        if (socket.relay >= 0) {
            return socket;
        }
    }
    FAIL("no socket waits for a relay");
    return world.sockets[0];
}

struct Damage {
    std::string_view invariant;
    std::function<void(World&)> make;
};

const Damage kDamages[] = {
    {"descriptors-name-files", [](World& world) { world.descriptors[0] = 40; }},
    {"references-are-descriptors", [](World& world) { ++world.files[0].references; }},
    {"item-sets-agree", [](World& world) { world.used_items &= ~ItemSet{1}; }},
    {"items-lie-where-they-say",
     [](World& world) { std::swap(world.items[0].file, world.items[1].file); }},
    {"item-keys-are-unique", [](World& world) { world.items[3].slot = world.items[0].slot; }},
    {"queued-means-ranked", [](World& world) { world.items[0].latest_rank = world.next_rank; }},
    {"ranks-are-unique",
     [](World& world) {
         world.items[0].earliest_rank = world.items[1].earliest_rank;
         world.items[0].latest_rank = world.items[1].latest_rank;
     }},
    {"unused-items-are-blank", [](World& world) { world.items[kMaxItems - 1].data = 7; }},
    {"interests-have-the-implied-bits",
     [](World& world) { world.items[0].events &= ~event::kHup; }},
    {"disarmed-items-are-not-queued",
     [](World& world) {
         world.items[3].queued = Queued::kYes;
         world.items[3].earliest_rank = world.items[3].latest_rank = world.next_rank++;
     }},
    {"exclusive-items-are-plain", [](World& world) { world.items[5].events |= event::kOneshot; }},
    {"watched-files-can-be-polled",
     [](World& world) { world.files[world.items[0].file].kind = FileKind::kRegular; }},
    {"wait-queues-hold-the-watchers", [](World& world) { world.eventfds[0].waiters.first = -1; }},
    {"exclusive-waiters-are-last",
     [](World& world) {
         world.items[4].events |= event::kExclusive;
         world.items[5].events &= ~event::kExclusive;
     }},
    {"nesting-has-no-cycle",
     [](World& world) {  // the item that watches the eventfd watches its own instance
         Item& item = world.items[6];
         world.instances[item.instance].items &= ~(ItemSet{1} << 6);
         item.instance = world.items[0].instance;
         world.instances[item.instance].items |= ItemSet{1} << 6;
     }},
    {"no-level-is-lost",
     [](World& world) {
         world.items[0].queued = Queued::kNo;
         world.items[0].earliest_rank = world.items[0].latest_rank = kNoRank;
     }},
    {"instances-have-one-file", [](World& world) { world.instances[9].pollers.first = 1; }},
    {"eventfds-have-one-file", [](World& world) { world.eventfds[5].used = true; }},
    {"timers-have-one-file", [](World& world) { world.timers[1].used = true; }},
    {"inotifies-have-one-file", [](World& world) { world.inotifies[1].used = true; }},
    {"children-have-one-file", [](World& world) { world.children[2].used = true; }},
    {"notices-are-merged",
     [](World& world) {
         world.inotifies[0].last_number = 1;
         world.inotifies[0].queued = 2;
         world.inotifies[0].notices[0] = world.inotifies[0].notices[1] = {1, 2, 0};
     }},
    {"eventfd-counts-are-below-the-limit",
     [](World& world) { world.eventfds[0].count = std::numeric_limits<std::uint64_t>::max(); }},
    {"pipe-ends-are-counted", [](World& world) { ++world.pipes[0].writers; }},
    {"pipe-slots-are-filled", [](World& world) { ++world.pipes[0].occupied; }},
    {"socket-charges-are-buffers", [](World& world) { world.sockets[0].charged += 100; }},
    {"buffers-are-queued-once", [](World& world) { world.sockets[0].last = -1; }},
    {"connections-have-two-ends", [](World& world) { world.sockets[1].peer = 1; }},
    {"relays-wait-for-a-full-peer",
     [](World& world) { waiting_sender(world).relay_stamp = world.next_stamp; }},
    {"sockets-are-needed",
     [](World& world) {
         world.sockets[kMaxSockets - 1].used = true;
         world.sockets[kMaxSockets - 1].dead = true;
     }},
};

}  // namespace

TEST_CASE("invariants: all hold in a world with everything in it") {
    Specimen specimen;
    const Invariant* broken = specimen.broken();
    INFO((broken != nullptr ? broken->name : ""));
    CHECK(broken == nullptr);
}

TEST_CASE("invariants: each one notices the damage that it is about") {
    for (const Damage& damage : kDamages) {
        Specimen specimen;
        damage.make(specimen.world);
        const Invariant* broken = specimen.broken();
        INFO("damage for " << damage.invariant);
        REQUIRE(broken != nullptr);
        CHECK(broken->name == damage.invariant);
    }
}

TEST_CASE("invariants: a chain of six instances is too deep") {
    ModelRun run;
    std::vector<Descriptor> instances;
    for (int i = 0; i < 6; ++i) {
        instances.push_back(run.epoll());
    }
    for (int i = 0; i < 4; ++i) {
        run.add(instances[static_cast<std::size_t>(i)], instances[static_cast<std::size_t>(i + 1)],
                event::kIn, 1);
    }
    World world = run.sure_world();
    CHECK(broken_invariant(world, run.belief().settings()) == nullptr);
    // One link more, as if ADD had not looked.
    Item& item = world.items[4];
    item =
        Item{.data = 9, .events = event::kIn | event::kAlways, .file = 5, .slot = 5, .instance = 4};
    world.used_items |= ItemSet{1} << 4;
    world.files[5].items |= ItemSet{1} << 4;
    world.instances[4].items |= ItemSet{1} << 4;
    world.instances[5].pollers.first = 4;
    const Invariant* broken = broken_invariant(world, run.belief().settings());
    REQUIRE(broken != nullptr);
    CHECK(broken->name == "nesting-is-shallow");
}

TEST_CASE("invariants: there is a damage for every invariant of worlds") {
    std::set<std::string_view> damaged = {"nesting-is-shallow"};
    for (const Damage& damage : kDamages) {
        damaged.insert(damage.invariant);
    }
    for (const auto& part : {item_invariants(), file_invariants()}) {
        for (const Invariant& invariant : part) {
            INFO(invariant.name);
            CHECK(damaged.count(invariant.name) == 1);
        }
    }
}

TEST_CASE("invariants of steps: each one notices a step that is wrong") {
    ModelRun run;
    const Descriptor ep = run.epoll();
    const Descriptor e = run.eventfd(1);
    run.add(ep, e, event::kIn | event::kEdge, 1);
    const World before = run.sure_world();
    const Operation look = call::on(OperationKind::kFdinfo, ep);
    const Operation wait = call::wait(ep, 1);
    const Operation again = call::add(ep, e, event::kIn, 1);
    const auto name_of = [](const Step& step) -> std::string_view {
        const StepInvariant* broken = broken_invariant(step);
        return broken == nullptr ? "" : broken->name;
    };
    const Event good{event::kIn, 1};
    const Event asked_for_nothing_of_it{event::kOut, 1};
    run.wait(ep);
    const World after = run.sure_world();

    CHECK(name_of({before, wait, {Result::of_events(1), {&good, 1}}, after}).empty());
    CHECK(name_of({before, look, {Result::of_events(0), {}}, before}).empty());
    CHECK(name_of({before, again, {Result::of_error(error::kEEXIST), {}}, before}).empty());

    CHECK(name_of({before, look, {Result::of_events(0), {}}, after}) ==
          "looks-at-the-interest-list-change-nothing");
    CHECK(name_of({before, again, {Result::of_error(error::kEEXIST), {}}, after}) ==
          "refused-controls-change-nothing");
    CHECK(name_of({before, wait, {Result::of_events(1), {&asked_for_nothing_of_it, 1}}, after}) ==
          "waits-report-what-is-asked-for");
    CHECK(name_of({before, wait, {Result::of_events(1), {&good, 1}}, before}) ==
          "waits-leave-items-as-their-mode-says");
}
