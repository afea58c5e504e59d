// Making and removing a program's named files. See private_files.h.

#include "harness/executor/private_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "model/vocabulary/operation_table.h"

namespace epollcheck {

PrivateFiles::~PrivateFiles() {
    remove();
    if (directory_[0] != '\0') {
        rmdir(directory_);
    }
}

bool PrivateFiles::make_directory() {
    constexpr const char* kAction = "make a temporary directory for the files of a program";
    constexpr const char* kAdvice = "Set TMPDIR to a directory that can be written.";
    const char* parent = std::getenv("TMPDIR");
    if (parent == nullptr || *parent == '\0') {
        parent = "/tmp";
    }
    char pattern[kNameBytes];
    // Room is left for the names of the files.
    const int length = std::snprintf(pattern, sizeof pattern, "%s/epollcheck-XXXXXX", parent);
    if (length + 24 > kNameBytes) {
        error_ = cannot(kAction, ENAMETOOLONG, kAdvice);
        return false;
    }
    if (mkdtemp(pattern) == nullptr) {
        error_ = cannot(kAction, errno, kAdvice);
        return false;
    }
    std::snprintf(directory_, sizeof directory_, "%s", pattern);
    const auto write_name = [this](char* place, int path) {
        const std::string_view name = path_names()[static_cast<std::size_t>(path)];
        std::snprintf(place, kNameBytes, "%.200s/%.*s", directory_, static_cast<int>(name.size()),
                      name.data());
    };
    for (int i = 0; i < kFiles; ++i) {
        write_name(names_[i], i);
    }
    for (int i = 0; i < kEntries; ++i) {
        write_name(entries_[i], kFirstEntry + i);
    }
    return true;
}

bool PrivateFiles::make(Path path) {
    const char* const name = names_[static_cast<int>(path)];
    switch (path) {
        case Path::kFifo:
        case Path::kFifo2:
            return mkfifo(name, 0600) == 0;
        case Path::kDirectory:
            return mkdir(name, 0700) == 0;
        default:
            return mknod(name, S_IFREG | 0600, 0) == 0;
    }
}

/// Makes the file of `path` unless it is there.
bool PrivateFiles::provide(Path path) {
    bool& made = made_[static_cast<int>(path)];
    if (made) {
        return true;
    }
    if (directory_[0] == '\0' && !make_directory()) {
        return false;
    }
    if (!make(path)) {
        error_ = cannot("make a temporary file for a program", errno,
                        "The file system of TMPDIR must support FIFOs and have space left.");
        return false;
    }
    made = true;
    any_made_ = true;
    return true;
}

const char* PrivateFiles::name(Path path) {
    const int index = static_cast<int>(path);
    if (index >= kFirstEntry) {
        return provide(Path::kDirectory) ? entries_[index - kFirstEntry] : nullptr;
    }
    if (index >= kFiles) {
        return path_names()[static_cast<std::size_t>(index)].data();  // a device of the system
    }
    return provide(path) ? names_[index] : nullptr;
}

void PrivateFiles::remove_entries() {
    for (const auto& entry : entries_) {
        unlink(entry);
    }
}

void PrivateFiles::remove() {
    if (!any_made_) {
        return;
    }
    if (made_[static_cast<int>(Path::kDirectory)]) {
        remove_entries();
    }
    for (int i = 0; i < kFiles; ++i) {
        if (made_[i]) {
            static_cast<Path>(i) == Path::kDirectory ? rmdir(names_[i]) : unlink(names_[i]);
            made_[i] = false;
        }
    }
    any_made_ = false;
}

}  // namespace epollcheck
