// Named files of emitted C files. See emit_c_files.h.

#include "harness/program/emit_c_files.h"

#include <fmt/format.h>

#include "harness/program/emit_c_values.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

std::string name_of(Path path) { return c_string(path_names()[static_cast<std::size_t>(path)]); }

std::string make_one(Path path) {
    switch (path) {
        case Path::kDirectory:
            return fmt::format("mkdir({}, 0700)", name_of(path));
        case Path::kRegularFile:
            return fmt::format("mknod({}, S_IFREG | 0600, 0)", name_of(path));
        default:
            return fmt::format("mkfifo({}, 0600)", name_of(path));
    }
}

}  // namespace

std::string c_files_text(const std::set<Path>& files) {
    if (files.empty()) return "";
    std::string removals;
    for (const Path path : files) {
        removals.insert(0,
                        fmt::format("    {}({});\n", path == Path::kDirectory ? "rmdir" : "unlink",
                                    name_of(path)));
    }
    return "static char place[] = \"/tmp/epoll-XXXXXX\";\n\nstatic void remove_files(void)\n{\n" +
           removals + "    rmdir(place);\n}\n\n";
}

std::string c_make_files(const std::set<Path>& files, const std::string& condition) {
    if (files.empty()) return "";
    std::string makes;
    for (const Path path : files) {
        const bool is_entry = path == Path::kEntryA || path == Path::kEntryB;
        if (!is_entry) makes += fmt::format(" || {} != 0", make_one(path));
    }
    std::string tries = fmt::format("!mkdtemp(place) || chdir(place) != 0{}", makes);
    if (!condition.empty()) tries = fmt::format("{}({})", condition, tries);
    return fmt::format(
        "    if ({})\n        return perror(place), 77;\n    atexit(remove_files);\n", tries);
}

}  // namespace epollcheck
