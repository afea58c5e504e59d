// Invariants of descriptors, items, ready lists, wait queues and nesting. See invariants.h.

#include <algorithm>
#include <array>
#include <bit>

#include "model/eventpoll/nesting.h"
#include "model/judgement/invariants.h"
#include "model/kinds/file.h"

namespace epollcheck {

namespace {

constexpr ItemSet only(int index) { return ItemSet{1} << index; }

/// True if `holds(item)` for each item of the world.
template <class Holds>
bool every_item(const World& world, Holds holds) {
    bool all = true;
    for_each_member(world.used_items, [&](int i) { all = all && holds(world.items[i]); });
    return all;
}

/// True if `holds(index)` for each file in use.
template <class Holds>
bool every_file(const World& world, Holds holds) {
    for (int i = 0; i < kMaxFiles; ++i) {
        if (world.files[i].kind != FileKind::kNone && !holds(i)) {
            return false;
        }
    }
    return true;
}

bool is_armed(const Item& item) { return (item.events & ~event::kPrivate) != 0; }

bool descriptors_name_files(const World& world, const Settings&) {
    for (const SlotTable& table : world.tables) {
        for (int slot = 0; slot < kMaxSlots; ++slot) {
            const int file = table.files[slot];
            const bool good = table.is_open(slot) ? file >= 0 && file < kMaxFiles &&
                                                        world.files[file].kind != FileKind::kNone
                                                  : file == -1;
            if (!good) {
                return false;
            }
        }
        if ((table.close_on_exec & ~table.open) != 0) {
            return false;
        }
    }
    return true;
}

/// A table that no process has is empty, so every table counts.
bool references_are_descriptors(const World& world, const Settings&) {
    std::array<int, kMaxFiles> counted{};
    for (const SlotTable& table : world.tables) {
        for_each_member(table.open,
                        [&](int slot) { ++counted[static_cast<std::size_t>(table.files[slot])]; });
    }
    for (int i = 0; i < kMaxRequests; ++i) {
        if (world.requests[i].ring >= 0) {
            ++counted[static_cast<std::size_t>(world.items[kMaxItems + i].file)];
        }
    }
    int in_flight = 0;
    for (const SocketBuffer& buffer : world.buffers) {
        if (buffer.rights >= 0) {
            ++counted[static_cast<std::size_t>(buffer.rights)];
            ++in_flight;
        }
    }
    if (in_flight != world.in_flight) {
        return false;
    }
    for (int i = 0; i < kMaxFiles; ++i) {
        const bool used = world.files[i].kind != FileKind::kNone;
        const int count = counted[static_cast<std::size_t>(i)];
        if (world.files[i].references != count || used != (count > 0)) {
            return false;
        }
    }
    return true;
}

bool item_sets_agree(const World& world, const Settings&) {
    ItemSet of_instances = 0;
    ItemSet of_files = 0;
    int count = 0;
    for (const Instance& instance : world.instances) {
        of_instances |= instance.items;
        count += std::popcount(instance.items);
    }
    for (const OpenFile& file : world.files) {
        of_files |= file.items;
        count += std::popcount(file.items);
    }
    return of_instances == world.used_items && of_files == world.used_items &&
           count == 2 * std::popcount(world.used_items);
}

bool items_lie_where_they_say(const World& world, const Settings&) {
    bool good = true;
    for_each_member(world.used_items, [&](int i) {
        const Item& item = world.items[i];
        good = good && item.file >= 0 && item.instance >= 0 && item.slot >= 0 &&
               (world.files[item.file].items & only(i)) != 0 &&
               (world.instances[item.instance].items & only(i)) != 0;
    });
    return good;
}

bool item_keys_are_unique(const World& world, const Settings&) {
    bool unique = true;
    for_each_member(world.used_items, [&](int i) {
        const Item& item = world.items[i];
        for_each_member(world.instances[item.instance].items & ~only(i), [&](int j) {
            const Item& other = world.items[j];
            unique = unique && (other.file != item.file || other.slot != item.slot);
        });
    });
    return unique;
}

bool queued_means_ranked(const World& world, const Settings&) {
    return every_item(world, [&](const Item& item) {
        const bool ranked = item.earliest_rank != kNoRank && item.latest_rank < world.next_rank;
        return item.earliest_rank == item.latest_rank && item.queued != Queued::kMaybe &&
               ranked == (item.queued == Queued::kYes);
    });
}

bool ranks_are_unique(const World& world, const Settings&) {
    bool unique = true;
    for_each_member(world.used_items, [&](int i) {
        const Item& item = world.items[i];
        for_each_member(world.instances[item.instance].items & ~only(i), [&](int j) {
            unique =
                unique && (item.queued == Queued::kNo || world.items[j].queued == Queued::kNo ||
                           item.latest_rank != world.items[j].latest_rank);
        });
    });
    return unique;
}

bool unused_items_are_blank(const World& world, const Settings&) {
    bool blank = true;
    constexpr ItemSet kAll = (ItemSet{1} << kMaxItems) - 1;
    for_each_member(kAll & ~world.used_items,
                    [&](int i) { blank = blank && world.items[i] == Item{}; });
    for (int i = 0; i < kMaxRequests; ++i) {
        blank = blank && (world.requests[i].ring >= 0 || world.items[kMaxItems + i] == Item{});
    }
    return blank && (world.used_items & ~kAll) == 0;
}

bool interests_have_the_implied_bits(const World& world, const Settings&) {
    return every_item(world, [](const Item& item) {
        return is_armed(item) ? (item.events & event::kAlways) == event::kAlways
                              : (item.events & event::kOneshot) != 0;
    });
}

/// True if the file may be woken while a harvest goes on: by a timer, by a child that ends, by the
/// worker of a terminal, or, if it is an instance, by what it watches.
bool may_wake_in_a_harvest(const World& world, const OpenFile& file) {
    return file.kind == FileKind::kTimerfd || file.kind == FileKind::kPidfd ||
           file.kind == FileKind::kTerminal || (file.kind == FileKind::kEpoll && world.has_company);
}

/// A wake-up between the start of a harvest and the item's turn queues it again at the end, though
/// it was reported and disarmed by then (ep_poll_callback, ep_done_scan).
bool disarmed_items_are_not_queued(const World& world, const Settings&) {
    return every_item(world, [&](const Item& item) {
        return is_armed(item) || item.queued == Queued::kNo ||
               may_wake_in_a_harvest(world, world.files[item.file]);
    });
}

bool exclusive_items_are_plain(const World& world, const Settings&) {
    return every_item(world, [&](const Item& item) {
        return (item.events & event::kExclusive) == 0 ||
               ((item.events & ~event::kExclusiveCompanions) == 0 &&
                world.files[item.file].kind != FileKind::kEpoll);
    });
}

bool watched_files_can_be_polled(const World& world, const Settings&) {
    return every_item(world, [&](const Item& item) { return has_poll(world.files[item.file]); });
}

/// The items of `queue`, or nothing if it is no proper list: an item twice, or behind exclusive
/// ones one that is not.
struct Walk {
    ItemSet items = 0;
    bool proper = true;
    bool exclusive_last = true;
};
Walk walk(const World& world, const WaitQueue& queue, int entry) {
    Walk walk;
    bool exclusive = false;
    for (int i = queue.first; i >= 0; i = world.items[i].next_waiter[entry]) {
        const bool used = i >= kMaxItems ? world.requests[i - kMaxItems].ring >= 0
                                         : (world.used_items & only(i)) != 0;
        if ((walk.items & only(i)) != 0 || !used) {
            walk.proper = false;
            return walk;
        }
        walk.items |= only(i);
        const bool is_exclusive = (world.items[i].events & event::kExclusive) != 0;
        walk.exclusive_last = walk.exclusive_last && (is_exclusive || !exclusive);
        exclusive = exclusive || is_exclusive;
    }
    return walk;
}

/// Calls `holds(walk, file)` for each wait queue of each file in use.
template <class Holds>
bool every_wait_queue(const World& world, Holds holds) {
    return every_file(world, [&](int i) {
        const bool of_process = world.files[i].kind == FileKind::kSignalfd;
        for (int process = 0; process < (of_process ? kMaxProcesses : 1); ++process) {
            // wait_queues() finds them for those who change the world; nothing is changed here.
            const WaitQueues queues = wait_queues(const_cast<World&>(world), i, process);
            for (int entry = 0; entry < 2; ++entry) {
                if (queues.entry[entry] != nullptr &&
                    !holds(walk(world, *queues.entry[entry], entry), i)) {
                    return false;
                }
            }
        }
        return true;
    });
}

bool wait_queues_hold_the_watchers(const World& world, const Settings&) {
    constexpr ItemSet kItems = (ItemSet{1} << kMaxItems) - 1;
    ItemSet waiting = 0;
    ItemSet excused = 0;  // added when their file took no waiters any more
    const bool good = every_wait_queue(world, [&](const Walk& walk, int file) {
        waiting |= walk.items;
        // Both ends of a pipe, all openers of a FIFO, all signalfds and all mount tables have the
        // same queues.
        const OpenFile& self = world.files[file];
        bool only_of_this_object = true;
        for_each_member(walk.items, [&](int i) {
            const OpenFile& other = world.files[world.items[i].file];
            only_of_this_object = only_of_this_object && other.kind == self.kind &&
                                  (other.object == self.object || self.kind == FileKind::kSignalfd);
        });
        // Items of a signalfd are with the process that added them, and with nobody when it ended.
        const bool may_miss = self.kind == FileKind::kSignalfd || !takes_waiters(world, self);
        excused |= may_miss ? self.items : 0;
        return walk.proper && only_of_this_object && (self.items & ~walk.items & ~excused) == 0;
    });
    return good && ((waiting & kItems) | excused) == world.used_items;
}

bool exclusive_waiters_are_last(const World& world, const Settings&) {
    return every_wait_queue(world, [](const Walk& walk, int) { return walk.exclusive_last; });
}

bool nesting_has_no_cycle(const World& world, const Settings&) {
    return every_item(world, [&](const Item& item) {
        const OpenFile& file = world.files[item.file];
        return file.kind != FileKind::kEpoll || !reaches(world, file.object, item.instance);
    });
}

int height(const World& world, int instance) {
    int most = 0;
    for_each_member(world.instances[instance].items, [&](int i) {
        const OpenFile& file = world.files[world.items[i].file];
        if (file.kind == FileKind::kEpoll) {
            most = std::max(most, 1 + height(world, file.object));
        }
    });
    return most;
}

bool nesting_is_shallow(const World& world, const Settings& settings) {
    constexpr int kMostLinks = 4;  // chains of five instances (R-A22)
    if (!settings.profile->has(VersionDifference::kV49)) {
        return true;
    }
    for (int i = 0; i < kMaxInstances; ++i) {
        if (world.instances[i].items != 0 && height(world, i) > kMostLinks) {
            return false;
        }
    }
    return true;
}

/// Bits of which each change from off to on wakes with a key that names them. An eventfd and a
/// datagram socket have others (R-D17, R-D44), and an inner instance can become ready unnoticed
/// (R-B13).
EventMask announced_bits(const World& world, const OpenFile& file) {
    switch (file.kind) {
        case FileKind::kPipe:
            return ~EventMask{0};
        case FileKind::kEventfd:
            return event::kIn | event::kOut;
        case FileKind::kTimerfd:
        case FileKind::kSignalfd:
            return event::kIn;
        case FileKind::kSocket:
            return world.sockets[file.object].type == SocketType::kStream
                       ? event::kIn | event::kRdhup | event::kPri
                       : event::kIn;
        case FileKind::kInotify:
            return ~EventMask{0};
        case FileKind::kPidfd:  // its end can be seen a moment before anybody is woken
            return world.children[file.object].state == ChildState::kEnded ? 0 : ~EventMask{0};
        default:
            return 0;
    }
}

bool no_level_is_lost(const World& world, const Settings& settings) {
    constexpr EventMask kNotLevel = event::kEdge | event::kExclusive;
    ItemSet candidates = 0;
    for_each_member(world.used_items, [&](int i) {
        const Item& item = world.items[i];
        const bool level = is_armed(item) && (item.events & kNotLevel) == 0;
        const bool checked = level && item.queued == Queued::kNo &&
                             announced_bits(world, world.files[item.file]) != 0;
        candidates |= checked ? only(i) : 0;
    });
    if (candidates == 0) {
        return true;
    }
    World scratch = world;  // a peek changes nothing, but its type cannot say so
    Choices choices;
    Event events[kMaxEvents];
    Transition transition(scratch, settings, nullptr, choices, events);
    transition.look = Look::kPeek;
    bool lost = false;
    for_each_member(candidates, [&](int i) {
        const Item& item = world.items[i];
        const EventMask asked = item.events & announced_bits(world, world.files[item.file]);
        lost = lost || (file_mask(transition, item.file, item.events).surely & asked) != 0;
    });
    return !lost;
}

constexpr Invariant kInvariants[] = {
    {"descriptors-name-files",
     "Each open descriptor names a file in use, and a closed one nothing; only open ones can be "
     "close-on-exec.",
     descriptors_name_files},
    {"references-are-descriptors",
     "A file has as many references as descriptors and messages name it, and is in use while it "
     "has any.",
     references_are_descriptors},
    {"item-sets-agree",
     "The items in use are those of the instances and also those of the files, each in one set of "
     "either.",
     item_sets_agree},
    {"items-lie-where-they-say", "An item is in the sets of the file and instance that it names.",
     items_lie_where_they_say},
    {"item-keys-are-unique", "No two items of an instance have the same file and descriptor.",
     item_keys_are_unique},
    {"queued-means-ranked",
     "An item has a rank, and one that was given out, exactly while it is in the ready list.",
     queued_means_ranked},
    {"ranks-are-unique", "No two items in the ready list of an instance have the same rank.",
     ranks_are_unique},
    {"unused-items-are-blank", "What an item held is gone once it is not in use.",
     unused_items_are_blank},
    {"interests-have-the-implied-bits",
     "An armed item asks for ERR and HUP, and only a ONESHOT item is ever disarmed.",
     interests_have_the_implied_bits},
    {"disarmed-items-are-not-queued",
     "A disarmed item is not in the ready list, unless its file can be woken during a harvest.",
     disarmed_items_are_not_queued},
    {"exclusive-items-are-plain",
     "An EXCLUSIVE item has only the companions that ADD accepts and watches no instance.",
     exclusive_items_are_plain},
    {"watched-files-can-be-polled", "Every watched file has a poll method.",
     watched_files_can_be_polled},
    {"wait-queues-hold-the-watchers",
     "The wait queues of a file hold exactly the items that watch it, each once.",
     wait_queues_hold_the_watchers},
    {"exclusive-waiters-are-last", "In a wait queue EXCLUSIVE items stand behind all others.",
     exclusive_waiters_are_last},
    {"nesting-has-no-cycle", "No instance watches itself, directly or through others.",
     nesting_has_no_cycle},
    {"nesting-is-shallow", "No chain of instances has more than four links (with V-49).",
     nesting_is_shallow},
    {"no-level-is-lost",
     "A level-triggered item whose file is ready is in the ready list, unless it is EXCLUSIVE or "
     "the bit is one that no wake-up names.",
     no_level_is_lost},
};

}  // namespace

std::span<const Invariant> item_invariants() { return kInvariants; }

}  // namespace epollcheck
