// inotify, and the calls by name whose effects it shows.

#include <cerrno>
#include <string>

#include "harness/executor/interpreter.h"

namespace epollcheck {

/// The name that `operation` is about; null after an error of the harness.
const char* Interpreter::name_of_path(const Operation& operation) {
    if (operation.number < 0 || operation.number > static_cast<int>(Path::kEntryB)) {
        fail({"a program names path number " + std::to_string(operation.number) +
              ", which does not exist."});
        return nullptr;
    }
    const char* const name = files_.name(static_cast<Path>(operation.number));
    if (name == nullptr) {
        fail(*files_.error());
    }
    return name;
}

Result Interpreter::inotify_call(const Operation& operation) {
    const int fd = number_of(operation.fd);
    if (operation.kind == OperationKind::kInotifyRmWatch) {
        return plain(system_call::inotify_rm_watch(fd, operation.number));
    }
    const char* const name = name_of_path(operation);
    if (name == nullptr) {
        return {};
    }
    const Outcome outcome = system_call::inotify_add_watch(fd, name, operation.flags);
    return outcome == -ENOSPC ? fail({"inotify_add_watch got ENOSPC: raise "
                                      "/proc/sys/fs/inotify/max_user_watches."})
                              : refused(outcome);
}

Result Interpreter::named_file_call(const Operation& operation) {
    const auto path = static_cast<Path>(operation.number);
    const bool is_entry = path == Path::kEntryA || path == Path::kEntryB;
    // What does not belong to the program stays as it is.
    if (!is_entry && path != Path::kRegularFile) {
        return fail(
            {"a program makes, truncates or removes a file that it may not touch: use "
             "\"directory/a\", \"directory/b\" or \"file\"."});
    }
    const char* const name = name_of_path(operation);
    if (name == nullptr) {
        return {};
    }
    switch (operation.kind) {
        case OperationKind::kMknod:
            return refused(system_call::mknod(name));
        case OperationKind::kTruncate:
            return plain(system_call::truncate(name));
        default:
            return is_entry ? plain(system_call::unlink(name))
                            : fail({"a program removes \"file\": only files in \"directory\" can "
                                    "be removed."});
    }
}

}  // namespace epollcheck
