// Loading a plug-in. See plugin_library.h.

#include "harness/target/plugin_library.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

namespace epollcheck {

namespace {

constexpr const char* kSymbol = "epollcheck_plugin_v1";
/// What a table has at least: up to the last member that is not optional.
constexpr std::size_t kLeastSize = offsetof(epollcheck_plugin, create);

HarnessError wrong(const std::string& path, const std::string& what) {
    return {"the plug-in " + path + " " + what};
}

/// What is wrong with a table, or "".
std::string fault_of(const epollcheck_plugin* table) {
    if (table == nullptr) {
        return std::string("has no table: its ") + kSymbol + "() returns NULL.";
    }
    if (table->version != EPOLLCHECK_PLUGIN_VERSION) {
        return "has a table of version " + std::to_string(table->version) +
               "; this epollcheck knows version " + std::to_string(EPOLLCHECK_PLUGIN_VERSION) +
               ". Build it against the epollcheck_plugin.h that belongs to this epollcheck.";
    }
    if (table->size < kLeastSize) {
        return "has a table of " + std::to_string(table->size) + " bytes; it takes at least " +
               std::to_string(kLeastSize) + ". Set `size` to sizeof(struct epollcheck_plugin).";
    }
    if (table->create1 == nullptr || table->ctl == nullptr || table->wait == nullptr ||
        table->reset == nullptr) {
        return "lacks one of create1, ctl, wait and reset, which every plug-in has.";
    }
    return "";
}

}  // namespace

void PluginLibrary::Unload::operator()(void* library) const { dlclose(library); }

std::variant<PluginLibrary, HarnessError> PluginLibrary::load(const std::string& path) {
    // dlopen looks for a name without a slash in the directories of the system.
    const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
    if (access(file.c_str(), R_OK) != 0) {
        return wrong(path, std::string("cannot be read: ") + std::strerror(errno) + ".");
    }
    PluginLibrary plugin;
    plugin.library_.reset(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (plugin.library_ == nullptr) {
        return wrong(path, std::string("cannot be loaded: ") + dlerror() + ".");
    }
    void* const symbol = dlsym(plugin.library_.get(), kSymbol);
    if (symbol == nullptr) {
        return wrong(path, std::string("exports no function ") + kSymbol +
                               "(), by which epollcheck knows a plug-in of this version. See "
                               "epollcheck_plugin.h.");
    }
    const auto table_of = reinterpret_cast<decltype(&epollcheck_plugin_v1)>(symbol);
    const epollcheck_plugin* const given = table_of();
    if (const std::string fault = fault_of(given); !fault.empty()) {
        return wrong(path, fault);
    }
    auto table = std::make_unique<epollcheck_plugin>();
    std::memcpy(table.get(), given, std::min<std::size_t>(given->size, sizeof *table));
    if (table->name == nullptr || *table->name == '\0') {
        table->name = "a plug-in without a name";
    }
    plugin.table_ = std::move(table);
    return plugin;
}

}  // namespace epollcheck
