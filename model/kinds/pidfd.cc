// pidfd. See pidfd.h.

#include "model/kinds/pidfd.h"

#include "model/eventpoll/wake.h"
#include "model/kinds/descriptors.h"

namespace epollcheck {

namespace {

constexpr const char* kNoChildren = "only P1 has children";

/// The child behind a descriptor argument, or null.
Child* child_of(Transition& transition, const Descriptor& descriptor) {
    const int index = open_file(transition, descriptor);
    if (index < 0 || transition.world.files[index].kind != FileKind::kPidfd) {
        return nullptr;
    }
    return &transition.world.children[transition.world.files[index].object];
}

/// What defects make of the mask of a process that has ended.
MaskRange corrupt_mask(const Transition& transition, const Child& child, MaskRange range) {
    const bool reaped = child.state == ChildState::kReaped;
    if (!reaped && transition.has(Defect::kPidfdExitNotReadable)) {
        return {};
    }
    EventMask mask = range.surely;
    mask |= transition.has(Defect::kPidfdHupAtExit) ? event::kHup : 0;
    mask &= ~(transition.has(Defect::kPidfdHupMissing) ? event::kHup : 0);
    mask &= ~(transition.has(Defect::kPidfdNormBitMissing) ? event::kRdnorm : 0);
    return MaskRange::exactly(mask);
}

/// The mask of a process that has ended.
MaskRange mask_after_end(const Transition& transition, const Child& child) {
    if (child.state != ChildState::kReaped) {
        return MaskRange::exactly(event::kReadable);
    }
    const EventMask hangup = transition.has(VersionDifference::kV42) ? event::kHup : 0;
    return transition.exact() ? MaskRange::exactly(event::kReadable | hangup)
                              : MaskRange{event::kReadable, event::kReadable | event::kHup};
}

}  // namespace

MaskRange pidfd_mask(Transition& transition, const OpenFile& file) {
    const Child& child = transition.world.children[file.object];
    transition.decided_by(Rule::kD75);
    if (child.state == ChildState::kAlive || child.state == ChildState::kDying) {
        return {};
    }
    const MaskRange range = mask_after_end(transition, child);
    return transition.sound() ? range : corrupt_mask(transition, child, range);
}

Result spawn_child(Transition& transition) {
    World& world = transition.world;
    if (transition.process != 0) {
        return transition.give_up(kNoChildren);
    }
    if (!transition.settings.calibration->has_pidfd) {
        return transition.give_up("the target has no pidfd");
    }
    int index = 0;
    while (index < kMaxChildren && world.children[index].used) {
        ++index;
    }
    if (index == kMaxChildren) {
        return transition.give_up("more children than the model has room for");
    }
    world.children[index] = Child{};
    world.children[index].used = true;
    world.has_company = true;
    return install(transition, new_file(transition, FileKind::kPidfd, index), true);
}

Result kill_child(Transition& transition, const Operation& operation) {
    if (transition.process != 0) {
        return transition.give_up(kNoChildren);
    }
    Child* const child = child_of(transition, operation.fd);
    if (child == nullptr) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    if (child->state == ChildState::kReaped) {
        return transition.fail(error::kESRCH, Rule::kNone);
    }
    if (child->state == ChildState::kAlive) {
        child->state = ChildState::kDying;
    }
    return Result::of_value(0);
}

Result reap_child(Transition& transition, const Operation& operation) {
    if (transition.process != 0) {
        return transition.give_up(kNoChildren);
    }
    const std::int64_t number =
        operation.fd.handle >= 0 ? slot_of(transition, operation.fd) : operation.fd.number;
    if (number < 0) {
        return transition.fail(error::kEINVAL, Rule::kNone);  // no id that waitid(2) takes
    }
    Child* const child = child_of(transition, operation.fd);
    if (child == nullptr) {
        return transition.fail(error::kEBADF, Rule::kNone);
    }
    if (child->state == ChildState::kReaped) {
        return transition.fail(error::kECHILD, Rule::kNone);
    }
    const bool waits = child->state == ChildState::kAlive || child->state == ChildState::kDying;
    if (waits && transition.world.files[open_file(transition, operation.fd)].nonblocking) {
        return transition.fail(error::kEAGAIN, Rule::kNone);
    }
    if (child->state == ChildState::kAlive) {
        return Result::blocked();
    }
    while (is_dying(*child)) {
        die_further(transition, *child);
    }
    child->state = ChildState::kReaped;
    if (transition.has(Defect::kPidfdReapSilent)) {
        return Result::of_value(0);
    }
    if (transition.has(VersionDifference::kV42)) {
        wake(transition, child->waiters, 0, 0, Rule::kD76);
    } else {
        wake_perhaps(transition, child->waiters, 0, 0, Rule::kD76);
    }
    return Result::of_value(0);
}

bool is_dying(const Child& child) {
    return child.state == ChildState::kDying || child.state == ChildState::kEnded;
}

void die_further(Transition& transition, Child& child) {
    if (child.state == ChildState::kDying) {
        child.state = ChildState::kEnded;
        return;
    }
    child.state = ChildState::kZombie;
    const bool keyed = transition.has(VersionDifference::kV42);
    if (!transition.has(Defect::kPidfdExitSilent)) {
        wake(transition, child.waiters, 0, keyed ? event::kReadable : 0, Rule::kD76);
    }
}

}  // namespace epollcheck
