// Files that epoll refuses. See inode.h.

#include "model/kinds/inode.h"

#include <algorithm>

#include "model/kinds/announcement.h"
#include "model/kinds/descriptors.h"
#include "model/kinds/file.h"
#include "model/kinds/inotify.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr int kProgramFile = 0;  // inode of the path "file"; the others are memory files

FileKind kind_of_path(Path path) {
    switch (path) {
        case Path::kRegularFile:
            return FileKind::kRegular;
        case Path::kDirectory:
            return FileKind::kDirectory;
        case Path::kDevNull:
            return FileKind::kDevNull;
        case Path::kDevZero:
            return FileKind::kDevZero;
        case Path::kDevFull:
            return FileKind::kDevFull;
        case Path::kDevUrandom:
            return FileKind::kDevUrandom;
        case Path::kDevRandom:
            return FileKind::kDevRandom;
        case Path::kMounts:
            return FileKind::kMounts;
        case Path::kDomainName:
            return FileKind::kDomainName;
        case Path::kBlockDevice:
            return FileKind::kBlockDevice;
        default:
            return FileKind::kNone;
    }
}

/// Bytes that a device moves of `length`. It stops at the end of a page when a signal is pending
/// (read_iter_zero, write_pool_user and their like), so longer transfers may be short.
std::uint32_t device_transfer(const Transition& transition, std::uint32_t length) {
    if (transition.observed == nullptr || transition.observed->result.kind != ResultKind::kValue) {
        return length;
    }
    const std::int64_t seen = transition.observed->result.value;
    const bool whole_pages = seen % transition.settings.calibration->page_size == 0;
    return seen > 0 && seen < std::int64_t{length} && whole_pages ? static_cast<std::uint32_t>(seen)
                                                                  : length;
}

}  // namespace

Result open_inode(Transition& transition, const Operation& operation) {
    const bool path_only = (operation.flags & flag::kPath) != 0;
    const bool writes = (operation.flags & (flag::kWriteOnly | flag::kReadWrite)) != 0;
    const FileKind kind =
        path_only ? FileKind::kPathOnly : kind_of_path(static_cast<Path>(operation.number));
    if (kind == FileKind::kNone || (operation.flags & flag::kDirect) != 0) {
        return transition.give_up("an open that is not modelled");
    }
    if (writes && (announces(kind) || kind == FileKind::kBlockDevice)) {
        return transition.give_up("a file of /proc or a block device that is opened for writing");
    }
    if (kind == FileKind::kDirectory && writes) {
        return transition.fail(error::kEISDIR, Rule::kNone);
    }
    const int index = new_file(transition, kind, kProgramFile);
    OpenFile& file = transition.world.files[index];
    file.readable = !path_only && (operation.flags & flag::kWriteOnly) == 0;
    file.writable = !path_only && writes;
    file.nonblocking = !path_only && (operation.flags & flag::kNonblock) != 0;
    return install(transition, index, (operation.flags & flag::kCloexec) != 0);
}

Result create_memory_file(Transition& transition) {
    World& world = transition.world;
    int inode = kProgramFile + 1;
    while (inode < kMaxInodes && (world.used_inodes >> inode & 1) != 0) {
        ++inode;
    }
    if (inode == kMaxInodes) {
        return transition.give_up("more memory files than the model has room for");
    }
    world.used_inodes = static_cast<std::uint8_t>(world.used_inodes | 1U << inode);
    world.inode_sizes[inode] = 0;
    return install(transition, new_file(transition, FileKind::kRegular, inode), false);
}

Result read_inode(Transition& transition, OpenFile& file, const Operation& operation) {
    const std::uint32_t length = transfer_length(operation);
    if (file.kind == FileKind::kDirectory) {
        return transition.fail(error::kEISDIR, Rule::kNone);
    }
    if (file.kind == FileKind::kDevNull) {
        return Result::of_value(0);
    }
    if (announces(file.kind) || file.kind == FileKind::kBlockDevice) {
        return transition.give_up(
            "the contents of files of /proc and block devices are not modelled");
    }
    std::uint32_t count = length;
    if (file.kind == FileKind::kRegular) {
        const std::uint32_t size = transition.world.inode_sizes[file.object];
        count = std::min(length, size - std::min(size, file.offset));
    } else {
        count = device_transfer(transition, length);
    }
    if (count > 0 && operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);
    }
    if (file.kind == FileKind::kRegular) {
        file.offset += count;
    }
    return bytes_read(transition, operation, count);
}

Result write_inode(Transition& transition, OpenFile& file, const Operation& operation) {
    const std::uint32_t length = transfer_length(operation);
    if (file.kind == FileKind::kDevFull) {
        return transition.fail(error::kENOSPC, Rule::kNone);
    }
    const bool random = file.kind == FileKind::kDevUrandom || file.kind == FileKind::kDevRandom;
    const bool copies = file.kind == FileKind::kRegular || random;
    if (copies && length > 0 && operation.pointer != Pointer::kGood) {
        return transition.fail(error::kEFAULT, Rule::kNone);
    }
    if (file.kind == FileKind::kRegular) {
        std::uint32_t& size = transition.world.inode_sizes[file.object];
        file.offset += length;
        size = std::max(size, file.offset);
        if (file.object == kProgramFile && length > 0) {
            notify(transition, Watched::kFile, watch::kModify, 0);
        }
    }
    return Result::of_value(random ? device_transfer(transition, length) : length);
}

void release_inode(World& world, const OpenFile& file) {
    if (file.kind == FileKind::kRegular && file.object != kProgramFile) {
        world.used_inodes = static_cast<std::uint8_t>(world.used_inodes & ~(1U << file.object));
    }
}

}  // namespace epollcheck
