// Components. See components.h.

#include "stress/history/components.h"

#include <numeric>

namespace epollcheck {

namespace {

/// Sets of nodes that grow together (union-find). Nodes are files, and one for whatever has effects
/// that are not known here.
class Nodes {
public:
    Nodes() { std::iota(parent_, parent_ + kCount, 0); }

    int root(int node) {
        while (parent_[node] != node) {
            node = parent_[node] = parent_[parent_[node]];
        }
        return node;
    }
    void join(int left, int right) { parent_[root(left)] = root(right); }

    static constexpr int kAll = kMaxFiles;
    static constexpr int kCount = kMaxFiles + 1;

private:
    int parent_[kCount];
};

/// The kinds of file whose ends are different files of one object, or that know each other.
void join_ends(const World& world, Nodes& nodes) {
    for (int i = 0; i < kMaxFiles; ++i) {
        const OpenFile& file = world.files[i];
        for (int j = 0; j < i; ++j) {
            const OpenFile& other = world.files[j];
            const bool same_object = file.kind == other.kind && file.object == other.object;
            const bool are_peers = file.kind == FileKind::kSocket && other.kind == file.kind;
            if (file.kind != FileKind::kNone && (same_object || are_peers)) {
                nodes.join(i, j);
            }
        }
        switch (file.kind) {
            case FileKind::kNone:
            case FileKind::kEpoll:
            case FileKind::kPipe:
            case FileKind::kEventfd:
            case FileKind::kTimerfd:
            case FileKind::kSocket:
                break;
            default:
                nodes.join(i, Nodes::kAll);
        }
    }
    for (const SocketBuffer& buffer : world.buffers) {
        for (int i = 0; i < kMaxFiles && buffer.rights >= 0; ++i) {
            if (world.files[i].kind == FileKind::kSocket) {
                nodes.join(buffer.rights, i);  // it travels in some socket
            }
        }
    }
    for_each_member(world.used_items, [&](int i) {
        nodes.join(world.items[i].file, world.instances[world.items[i].instance].file);
    });
}

/// The file that a descriptor names at the beginning in a process, or kAll if that cannot be said.
int file_at_beginning(const World& world, int process, const Descriptor& descriptor) {
    const int slot = descriptor.handle >= 0 ? world.handles[descriptor.handle] : -1;
    const int table = world.table_of[process];
    return table >= 0 && world.tables[table].is_open(slot) ? world.tables[table].files[slot]
                                                           : Nodes::kAll;
}

/// True if what it does is about descriptors that it does not name.
bool is_about_process(OperationKind kind) {
    switch (kind) {
        case OperationKind::kFork:
        case OperationKind::kClone:
        case OperationKind::kExit:
        case OperationKind::kUnshare:
        case OperationKind::kCloseRange:
            return true;
        default:
            return false;
    }
}

bool names_two(OperationKind kind) {
    return kind == OperationKind::kEpollCtl || kind == OperationKind::kIoUringCtl ||
           kind == OperationKind::kDup2 || kind == OperationKind::kDup3 ||
           kind == OperationKind::kSendFd || kind == OperationKind::kRecvFd;
}

bool names_thread(OperationKind kind) {
    return kind == OperationKind::kAwait || kind == OperationKind::kResume ||
           kind == OperationKind::kInterrupt;
}

}  // namespace

Components components_of(std::span<const Operation> operations, std::size_t first,
                         const World& start) {
    Nodes nodes;
    join_ends(start, nodes);
    for (std::size_t i = first; i < operations.size(); ++i) {
        const Operation& operation = operations[i];
        const bool binds = operation.bound[0] >= 0 || operation.bound[1] >= 0;
        if (names_two(operation.kind)) {
            nodes.join(file_at_beginning(start, operation.process, operation.fd),
                       file_at_beginning(start, operation.process, operation.other_fd));
        }
        if (binds || names_thread(operation.kind) || is_about_process(operation.kind)) {
            // What it makes takes the lowest number, and an await is about another thread.
            for (int file = 0; file < Nodes::kAll; ++file) {
                nodes.join(file, Nodes::kAll);
            }
        }
    }
    Components components;
    components.of_operation.assign(operations.size(), 0);
    std::vector<int> number_of(Nodes::kCount, -1);
    for (std::size_t i = first; i < operations.size(); ++i) {
        if (operations[i].kind == OperationKind::kBarrier) {
            continue;
        }
        const int root =
            nodes.root(names_thread(operations[i].kind)
                           ? static_cast<int>(Nodes::kAll)
                           : file_at_beginning(start, operations[i].process, operations[i].fd));
        int& number = number_of[static_cast<std::size_t>(root)];
        number = number < 0 ? components.count++ : number;
        components.of_operation[i] = number;
    }
    return components;
}

}  // namespace epollcheck
