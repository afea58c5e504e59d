// Files of /proc that tell of changes. See announcement.h.

#include "model/kinds/announcement.h"

#include "model/eventpoll/wake.h"

namespace epollcheck {

namespace {

constexpr EventMask kNews = event::kErr | event::kPri;

/// What a look answers when there is no news.
EventMask mask_at_rest(FileKind kind) {
    return kind == FileKind::kMounts ? event::kReadable : event::kReadable | event::kWritable;
}

/// True if two of `items` are in one instance.
bool shares_an_instance(const World& world, ItemSet items) {
    ItemSet seen = 0;
    bool shares = false;
    for_each_member(items, [&](int i) {
        const ItemSet instance = ItemSet{1} << world.items[i].instance;
        shares = shares || (seen & instance) != 0;
        seen |= instance;
    });
    return shares;
}

}  // namespace

WaitQueue& announcement_queue(World& world, FileKind kind) {
    return world.announcement_waiters[kind == FileKind::kMounts ? 0 : 1];
}

MaskRange announcing_mask(Transition& transition, int index) {
    OpenFile& file = transition.world.files[index];
    const EventMask at_rest = mask_at_rest(file.kind);
    transition.decided_by(Rule::kD82);
    if (file.announced == Certainty::kNo) {
        return MaskRange::exactly(at_rest);
    }
    transition.decided_by(Rule::kD82a);
    // Where the order of looks is open, another item of the file may take the news first.
    const bool alone =
        transition.look != Look::kPerhaps || !shares_an_instance(transition.world, file.items);
    const bool certain = file.announced == Certainty::kYes && alone;
    if (transition.look == Look::kCertain && !transition.has(Defect::kAnnouncementStays)) {
        file.announced = Certainty::kNo;
    } else if (transition.look == Look::kPerhaps) {
        file.announced = Certainty::kMaybe;
    }
    const EventMask news = event::kReadable | kNews;
    if (transition.has(Defect::kAnnouncementHidden)) {
        return MaskRange::exactly(at_rest);
    }
    return certain ? MaskRange::exactly(news) : MaskRange{at_rest & news, at_rest | news};
}

Result announce(Transition& transition, const Operation& operation) {
    World& world = transition.world;
    const Calibration& calibration = *transition.settings.calibration;
    const auto path = static_cast<Path>(operation.number);
    const bool may = path == Path::kMounts       ? calibration.may_mount
                     : path == Path::kDomainName ? calibration.may_set_domain_name
                                                 : false;
    if (!may) {
        return transition.give_up("a change that nothing is announced of here");
    }
    const FileKind kind = path == Path::kMounts ? FileKind::kMounts : FileKind::kDomainName;
    for (OpenFile& file : world.files) {
        if (file.kind == kind) {
            file.announced = Certainty::kYes;
            if (transition.has(Defect::kAnnouncementForOneFile)) {
                break;
            }
        }
    }
    transition.decided_by(Rule::kD82a);
    if (!transition.has(Defect::kAnnouncementSilent)) {
        wake(transition, announcement_queue(world, kind), 0, 0, Rule::kD82a);
    }
    return Result::of_value(0);
}

}  // namespace epollcheck
