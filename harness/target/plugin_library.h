// PluginLibrary: a shared library with an epoll of its own, loaded and looked at.
//
// What can be wrong with such a file is told apart here, each with a message that says what to do:
// it is not there, it is no library, it exports no table, the table is of another version, or
// something is missing in it. See epollcheck_plugin.h for what it has to look like.

#pragma once

#include <memory>
#include <string>
#include <variant>

#include "harness/executor/harness_error.h"
#include "harness/target/epollcheck_plugin.h"

namespace epollcheck {

class PluginLibrary {
public:
    /// Loads the library at `path`; a path without a slash is one in the current directory.
    static std::variant<PluginLibrary, HarnessError> load(const std::string& path);

    /// The table of the library; members that it is too old to have are null.
    [[nodiscard]] const epollcheck_plugin& table() const { return *table_; }

private:
    struct Unload {
        void operator()(void* library) const;
    };

    std::unique_ptr<void, Unload> library_;
    std::unique_ptr<const epollcheck_plugin> table_;  // a copy that stays where it is
};

}  // namespace epollcheck
