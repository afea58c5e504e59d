// PrivateFiles: the named files of a program, "fifo", "fifo2", "file" and "directory", and the
// names of what a program may make in the directory.
//
// They live in a temporary directory of the executor's own. The directory is made when a program
// first opens one of them and each file when it is opened, so programs without names cost nothing.

#pragma once

#include <optional>

#include "harness/executor/harness_error.h"
#include "model/vocabulary/operation.h"

namespace epollcheck {

class PrivateFiles {
public:
    PrivateFiles() = default;
    /// Removes the temporary directory.
    ~PrivateFiles();
    PrivateFiles(const PrivateFiles&) = delete;
    PrivateFiles& operator=(const PrivateFiles&) = delete;

    /// The name to open for `path`; null if it cannot be made, then error() tells why. From now on
    /// the file exists; of an entry of the directory only the directory does.
    const char* name(Path path);
    /// Removes all files that name() made.
    void remove();
    [[nodiscard]] const std::optional<HarnessError>& error() const { return error_; }

private:
    static constexpr int kFiles = static_cast<int>(Path::kDirectory) + 1;
    static constexpr int kFirstEntry = static_cast<int>(Path::kEntryA);
    static constexpr int kEntries = static_cast<int>(Path::kEntryB) - kFirstEntry + 1;
    static constexpr int kNameBytes = 256;

    bool make_directory();
    bool make(Path path);
    bool provide(Path path);
    void remove_entries();

    bool any_made_ = false;
    bool made_[kFiles] = {};
    char directory_[kNameBytes] = {};  // empty: not made yet
    char names_[kFiles][kNameBytes] = {};
    char entries_[kEntries][kNameBytes] = {};  // made by the program, if at all
    std::optional<HarnessError> error_;
};

}  // namespace epollcheck
