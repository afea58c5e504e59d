// Tree. See tree.h.

#include "harness/target/tree.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace epollcheck {

namespace {

namespace files = std::filesystem;

constexpr const char* kExecutor = "epollcheck-executor";

/// The directory of this binary.
files::path here() {
    std::error_code failure;
    const files::path binary = files::read_symlink("/proc/self/exe", failure);
    return failure ? files::current_path(failure) : binary.parent_path();
}

files::path source_tree() {
    const char* const home = std::getenv("EPOLLCHECK_HOME");
    return home != nullptr && *home != 0 ? files::path(home)
                                         : here().parent_path().parent_path();  // of build/PRESET
}

files::path shared() { return here().parent_path() / "share" / "epollcheck"; }

}  // namespace

std::string targets_directory() {
    const files::path in_source = source_tree() / "harness" / "targets";
    return (exists(in_source) ? in_source : shared() / "targets").string();
}

std::string plugins_directory() {
    const files::path beside = here() / "plugins";  // as in a build tree
    return (exists(beside) ? beside : here().parent_path() / "lib" / "epollcheck").string();
}

std::vector<std::string> executor_places(const std::string& architecture) {
    std::vector<std::string> places;
    if (architecture == "dynamic") {
        return {(here() / kExecutor).string() + "-dynamic"};
    }
    utsname names = {};
    uname(&names);  // fails only for a bad pointer
    const std::string machine = architecture == "native" ? names.machine : architecture;
    if (machine == names.machine) {
        places.push_back((here() / kExecutor).string());
    }
    const std::string name = std::string(kExecutor) + "." + machine;
    for (const files::path& directory :
         {source_tree() / "build" / "executors", shared() / "executors"}) {
        places.push_back((directory / name).string());
    }
    return places;
}

std::string executor_path(const std::string& architecture) {
    for (const std::string& place : executor_places(architecture)) {
        if (access(place.c_str(), X_OK) == 0) {
            return place;
        }
    }
    return "";
}

}  // namespace epollcheck
