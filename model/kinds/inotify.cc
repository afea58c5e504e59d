// inotify. See inotify.h.

#include "model/kinds/inotify.h"

#include <algorithm>

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"
#include "model/vocabulary/operation_table.h"
#include "model/world/manual_error.h"

namespace epollcheck {

namespace {

constexpr std::uint32_t kModelled = watch::kModify | watch::kCreate | watch::kDelete;
constexpr std::uint32_t kHowToAdd = watch::kMaskCreate | watch::kMaskAdd;
constexpr std::uint32_t kHeadBytes = 16;   // sizeof(struct inotify_event)
constexpr std::uint32_t kEntryBytes = 32;  // and a name of one letter, padded (inotify(7))

std::uint32_t bytes_of(const Notice& notice) {
    return notice.entry == 0 ? kHeadBytes : kEntryBytes;
}

void queue_notice(Transition& transition, Inotify& inotify, const Notice& notice) {
    transition.decided_by(Rule::kD77);
    if (inotify.queued > 0 && inotify.notices[inotify.queued - 1] == notice &&
        !transition.has(Defect::kInotifyNeverMerges)) {
        if (transition.has(Defect::kInotifyMergedWakes)) {
            wake(transition, inotify.waiters, 0, 0, Rule::kD77);
        }
        return;  // merged
    }
    if (inotify.queued == kMaxNotices) {
        transition.give_up("more unread inotify events than the model has room for");
        return;
    }
    inotify.notices[inotify.queued++] = notice;
    if (!transition.has(Defect::kInotifySilent) &&
        !(inotify.queued > 1 && transition.has(Defect::kInotifyWakesIfEmpty))) {
        const EventMask key = transition.has(Defect::kInotifyKeyIn) ? event::kIn : 0;
        wake(transition, inotify.waiters, 0, key, Rule::kD77);
    }
}

/// The instance behind the descriptor of a watch call; -1 with the error that applies.
int watch_target(Transition& transition, const Operation& operation, ErrorList& errors) {
    const int index = open_file(transition, operation.fd);
    if (index < 0) {
        errors.add(error::kEBADF, Rule::kNone);
        return -1;
    }
    const OpenFile& file = transition.world.files[index];
    if (file.kind != FileKind::kInotify) {
        errors.add(error::kEINVAL, Rule::kNone);
        return -1;
    }
    return file.object;
}

/// The number of a new watch. Linux counts upward and the manual promises nothing.
std::int32_t new_number(Transition& transition, const Inotify& inotify) {
    const Result next = Result::of_value(inotify.last_number + 1);
    const Result given = transition.held_to(Rule::kD77a, next);
    constexpr std::int64_t kLargest = 0x7fffffff;
    const bool usable =
        given.kind == ResultKind::kValue && given.value > 0 && given.value <= kLargest;
    return static_cast<std::int32_t>(usable ? given.value : next.value);
}

/// The number of a file in the directory, from 1, or 0 if `path` is none.
int entry_of(std::int32_t path) {
    const auto first = static_cast<std::int32_t>(Path::kEntryA);
    return path >= first && path <= static_cast<std::int32_t>(Path::kEntryB) ? path - first + 1 : 0;
}

bool entry_exists(const World& world, int entry) { return (world.entries >> entry & 1) != 0; }

}  // namespace

MaskRange inotify_mask(Transition& transition, const OpenFile& file) {
    transition.decided_by(Rule::kD77);
    const bool readable = transition.world.inotifies[file.object].queued > 0;
    const bool plain = transition.has(Defect::kInotifyNormBitMissing);
    return MaskRange::exactly(!readable ? 0 : plain ? event::kIn : event::kReadable);
}

Result create_inotify(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    if (!transition.settings.calibration->has_inotify) {
        return transition.give_up("the target has no inotify");
    }
    if ((operation.flags & ~(flag::kCloexec | flag::kNonblock)) != 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    int index = 0;
    while (index < kMaxInotifies && world.inotifies[index].used) {
        ++index;
    }
    if (index == kMaxInotifies) {
        return transition.give_up("more inotify instances than the model has room for");
    }
    world.inotifies[index] = Inotify{};
    world.inotifies[index].used = true;
    world.has_company = true;
    const int file = new_file(transition, FileKind::kInotify, index);
    world.files[file].writable = false;
    world.files[file].nonblocking = (operation.flags & flag::kNonblock) != 0;
    return install(transition, file, (operation.flags & flag::kCloexec) != 0);
}

Result add_watch(Transition& transition, const Operation& operation) {
    ErrorList errors;
    if (operation.flags == 0) {
        errors.add(error::kEINVAL, Rule::kNone);
    }
    const bool both = (operation.flags & kHowToAdd) == kHowToAdd;
    const int index = watch_target(transition, operation, errors);
    if (index >= 0 && both) {
        errors.add(error::kEINVAL, Rule::kNone);
    }
    if (errors.any()) {
        return transition.fail(errors);
    }
    const auto path = static_cast<Path>(operation.number);
    const bool known_path = path == Path::kRegularFile || path == Path::kDirectory;
    if (!known_path || (operation.flags & ~(kModelled | kHowToAdd)) != 0) {
        return transition.give_up("a watch that is not modelled");
    }
    Inotify& inotify = transition.world.inotifies[index];
    const Watched watched = path == Path::kDirectory ? Watched::kDirectory : Watched::kFile;
    Watch& target = inotify.watches[static_cast<int>(watched)];
    const auto wanted = static_cast<std::uint16_t>(operation.flags & kModelled);
    if (target.number == 0) {
        target.number = new_number(transition, inotify);
        inotify.last_number = target.number;
        target.wanted = wanted;
        return Result::of_value(target.number);
    }
    if ((operation.flags & watch::kMaskCreate) != 0) {
        return transition.fail(error::kEEXIST, Rule::kNone);
    }
    const bool joins = (operation.flags & watch::kMaskAdd) != 0;
    target.wanted = static_cast<std::uint16_t>(joins ? target.wanted | wanted : wanted);
    return Result::of_value(target.number);
}

Result remove_watch(Transition& transition, const Operation& operation) {
    ErrorList errors;
    const int index = watch_target(transition, operation, errors);
    if (errors.any()) {
        return transition.fail(errors);
    }
    Inotify& inotify = transition.world.inotifies[index];
    for (Watch& watch : inotify.watches) {
        if (watch.number != 0 && watch.number == operation.number) {
            if (!transition.has(Defect::kInotifyIgnoredMissing)) {
                queue_notice(transition, inotify,
                             {.watch = watch.number, .what = watch::kIgnored, .entry = 0});
            }
            watch = Watch{};
            return Result::of_value(0);
        }
    }
    return transition.fail(error::kEINVAL, Rule::kNone);
}

Result read_inotify(Transition& transition, const OpenFile& file, const Operation& operation) {
    Inotify& inotify = transition.world.inotifies[file.object];
    const std::uint32_t length = transfer_length(operation);
    transition.decided_by(Rule::kD77);
    if (inotify.queued == 0) {
        if (length < kHeadBytes && may_fail(transition, error::kEINVAL, Rule::kD77)) {
            return transition.fail(error::kEINVAL, Rule::kD77);  // too small for any event
        }
        return file.nonblocking ? transition.fail(error::kEAGAIN, Rule::kNone) : Result::blocked();
    }
    if (bytes_of(inotify.notices[0]) > length) {
        return transition.fail(error::kEINVAL, Rule::kNone);
    }
    const bool bad = operation.pointer != Pointer::kGood;
    std::uint32_t bytes = 0;
    int taken = 0;
    while (taken < inotify.queued && bytes + bytes_of(inotify.notices[taken]) <= length &&
           !(bad && taken > 0)) {
        bytes += bytes_of(inotify.notices[taken++]);
    }
    const Inotify before = inotify;
    std::copy(inotify.notices + taken, inotify.notices + inotify.queued, inotify.notices);
    std::fill(inotify.notices + inotify.queued - taken, inotify.notices + inotify.queued, Notice{});
    inotify.queued = static_cast<std::uint8_t>(inotify.queued - taken);
    inotify = transition.has(Defect::kInotifyReadKeeps) ? before : inotify;
    if (transition.has(Defect::kInotifyReadWakes)) {
        wake(transition, inotify.waiters, 0, 0, Rule::kD77);
    }
    if (bad) {
        return transition.fail(error::kEFAULT, Rule::kNone);  // one event is lost all the same
    }
    return Result::of_value(bytes);
}

void notify(Transition& transition, Watched watched, std::uint32_t what, int entry) {
    World& world = transition.world;
    std::uint64_t listening = 0;
    for (int i = 0; i < kMaxInotifies; ++i) {
        const Watch& watch = world.inotifies[i].watches[static_cast<int>(watched)];
        if (watch.number != 0 && (watch.wanted & what) != 0) {
            listening |= std::uint64_t{1} << i;
        }
    }
    while (listening != 0) {
        const bool several = (listening & (listening - 1)) != 0;
        const int next = several ? transition.choose(listening) : std::countr_zero(listening);
        Inotify& inotify = world.inotifies[next];
        queue_notice(transition, inotify,
                     {.watch = inotify.watches[static_cast<int>(watched)].number,
                      .what = static_cast<std::uint16_t>(what),
                      .entry = static_cast<std::uint8_t>(entry)});
        listening &= ~(std::uint64_t{1} << next);
    }
}

Result make_entry(Transition& transition, const Operation& operation) {
    const int entry = entry_of(operation.number);
    if (entry == 0 || entry_exists(transition.world, entry)) {
        return transition.fail(error::kEEXIST, Rule::kNone);
    }
    transition.world.entries = static_cast<std::uint8_t>(transition.world.entries | 1U << entry);
    notify(transition, Watched::kDirectory, watch::kCreate, entry);
    return Result::of_value(0);
}

Result truncate_file(Transition& transition, const Operation& operation) {
    const int entry = entry_of(operation.number);
    if (entry != 0) {
        if (!entry_exists(transition.world, entry)) {
            return transition.fail(error::kENOENT, Rule::kNone);
        }
        notify(transition, Watched::kDirectory, watch::kModify, entry);
        return Result::of_value(0);
    }
    if (static_cast<Path>(operation.number) != Path::kRegularFile) {
        return transition.give_up("truncate is modelled for regular files only");
    }
    transition.world.inode_sizes[0] = 0;
    notify(transition, Watched::kFile, watch::kModify, 0);
    return Result::of_value(0);
}

Result unlink_entry(Transition& transition, const Operation& operation) {
    const int entry = entry_of(operation.number);
    if (entry == 0) {
        return transition.give_up("unlink is modelled for files in the directory only");
    }
    if (!entry_exists(transition.world, entry)) {
        return transition.fail(error::kENOENT, Rule::kNone);
    }
    transition.world.entries = static_cast<std::uint8_t>(transition.world.entries & ~(1U << entry));
    notify(transition, Watched::kDirectory, watch::kDelete, entry);
    return Result::of_value(0);
}

}  // namespace epollcheck
