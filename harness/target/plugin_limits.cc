// Programs that a plug-in cannot be asked. See plugin_limits.h.

#include "harness/target/plugin_limits.h"

#include <vector>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

using Kind = OperationKind;

constexpr const char* kNoProcesses =
    "an epoll in user space is not shared with a second process, nor kept over an exec";
constexpr const char* kBadPointer =
    "it passes a bad pointer to epoll, which a library in the same process does not survive";

/// The handles that hold instances, as far as the program has been read.
class InstanceHandles {
public:
    [[nodiscard]] bool has(const Descriptor& descriptor) const {
        return descriptor.handle >= 0 && at(descriptor.handle);
    }
    /// What the handles hold after `operation`.
    void follow(const Operation& operation) {
        const bool creates =
            operation.kind == Kind::kEpollCreate || operation.kind == Kind::kEpollCreate1;
        const bool copies = operation.kind == Kind::kDup && has(operation.fd);
        for (const std::int16_t handle : operation.bound) {
            if (handle >= 0) {
                set(handle, creates || copies);
            }
        }
        const bool replaces = operation.kind == Kind::kDup2 || operation.kind == Kind::kDup3;
        if (replaces && operation.other_fd.handle >= 0) {
            set(operation.other_fd.handle, has(operation.fd));
        }
    }

private:
    [[nodiscard]] bool at(std::int16_t handle) const {
        const auto index = static_cast<std::size_t>(handle);
        return index < holds_.size() && holds_[index];
    }
    void set(std::int16_t handle, bool holds) {
        const auto index = static_cast<std::size_t>(handle);
        if (index >= holds_.size()) {
            holds_.resize(index + 1);
        }
        holds_[index] = holds;
    }

    std::vector<bool> holds_;
};

bool may_crash(Pointer pointer) { return pointer != Pointer::kGood && pointer != Pointer::kNull; }

/// Why an operation on no particular file cannot be run.
const char* why_not_at_all(const epollcheck_plugin& plugin, const Operation& operation) {
    switch (operation.kind) {
        case Kind::kFork:
        case Kind::kClone:
        case Kind::kExec:
        case Kind::kUnshare:
            return kNoProcesses;
        case Kind::kCloseRange:
            return "the interface for plug-ins has no close_range";
        case Kind::kLimitWatches:
            return "the limit of watches is the kernel's, and no business of an epoll in user "
                   "space";
        case Kind::kIoUringCtl:
        case Kind::kIoUringWait:
            return "io_uring asks the kernel, not the plug-in";
        case Kind::kEpollPwait:
            return plugin.pwait == nullptr ? "the plug-in offers no epoll_pwait" : nullptr;
        case Kind::kEpollPwait2:
            return plugin.pwait2 == nullptr ? "the plug-in offers no epoll_pwait2" : nullptr;
        default:
            return nullptr;
    }
}

/// Why an operation on an instance cannot be run.
const char* why_not_on_instance(const epollcheck_plugin& plugin, const Operation& operation) {
    switch (operation.kind) {
        case Kind::kDup:
            return plugin.dup == nullptr ? "the plug-in offers no dup of an instance" : nullptr;
        case Kind::kDup2:
            return plugin.dup2 == nullptr ? "the plug-in offers no dup2 of an instance" : nullptr;
        case Kind::kDup3:
            return plugin.dup3 == nullptr ? "the plug-in offers no dup3 of an instance" : nullptr;
        case Kind::kPoll:
            return plugin.poll_now == nullptr ? "the plug-in offers no poll of an instance"
                                              : nullptr;
        case Kind::kPpoll:
        case Kind::kSelect:
        case Kind::kPselect:
            return "the interface for plug-ins has neither select nor ppoll of an instance";
        case Kind::kSettle:
            return "the interface for plug-ins has no poll of an instance that waits";
        case Kind::kFdinfo:
        case Kind::kKcmpEpoll:
            return "the kernel shows no interest list of an epoll in user space";
        case Kind::kFstat:
        case Kind::kReadlink:
        case Kind::kFallocate:
            return "the file behind an epoll in user space is of another kind";
        case Kind::kIoctl:
            return "the interface for plug-ins has no ioctl of an instance";
        default:
            return nullptr;
    }
}

bool is_epoll_call(Kind kind) {
    return kind == Kind::kEpollCtl || kind == Kind::kEpollWait || kind == Kind::kEpollPwait ||
           kind == Kind::kEpollPwait2;
}

/// Why an operation cannot be run when `instances` are known, or null.
const char* why_not(const epollcheck_plugin& plugin, const Operation& operation,
                    const InstanceHandles& instances) {
    if (const char* const reason = why_not_at_all(plugin, operation)) {
        return reason;
    }
    if (is_epoll_call(operation.kind) &&
        (may_crash(operation.pointer) || may_crash(operation.timeout_pointer) ||
         may_crash(operation.mask_pointer))) {
        return kBadPointer;
    }
    if (operation.kind == Kind::kSendFd && instances.has(operation.other_fd)) {
        return "an epoll in user space does not learn of an instance that is sent";
    }
    return instances.has(operation.fd) ? why_not_on_instance(plugin, operation) : nullptr;
}

}  // namespace

std::string plugin_cannot_run(const epollcheck_plugin& plugin,
                              std::span<const Operation> operations) {
    InstanceHandles instances;
    for (const Operation& operation : operations) {
        if (const char* const reason = why_not(plugin, operation, instances)) {
            return reason;
        }
        instances.follow(operation);
    }
    return "";
}

}  // namespace epollcheck
