// The expectations of a target. See target_expectations.h.

#include "harness/cli/target_expectations.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "harness/cli/terminal.h"

namespace epollcheck {

namespace {

/// The directory that holds harness/targets: the tree that this program was built in.
std::filesystem::path home_directory() {
    if (const char* home = std::getenv("EPOLLCHECK_HOME"); home != nullptr && *home != '\0') {
        return home;
    }
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    return program.parent_path().parent_path().parent_path();  // TREE/build/release/epollcheck
}

}  // namespace

std::string own_expectations_file(const std::string& name) {
    return home_directory() / "harness/targets/expectations" / (name + ".toml");
}

std::optional<Expectations> choose_expectations(const ExpectationsChoice& choice,
                                                const std::string& name) {
    std::string file = choice.file;
    if (choice.none) {
        return Expectations{};
    }
    if (file.empty()) {
        file = own_expectations_file(name);
        std::error_code error;
        if (!std::filesystem::exists(file, error)) {
            return Expectations{};
        }
    }
    auto loaded = load_expectations(file);
    if (const auto* error = std::get_if<ExpectationsError>(&loaded)) {
        complain(error->text);
        return std::nullopt;
    }
    return std::get<Expectations>(std::move(loaded));
}

}  // namespace epollcheck
