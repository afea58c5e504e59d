// The expectations of a target. See target_expectations.h.

#include "harness/cli/target_expectations.h"

#include <filesystem>

#include "harness/cli/terminal.h"
#include "harness/target/tree.h"

namespace epollcheck {

std::string own_expectations_file(const TargetChoice& choice) {
    std::string name = choice.command.empty() ? choice.name : "command";
    const auto chosen = choose_target(choice);
    if (const auto* target = std::get_if<ChosenTarget>(&chosen)) {
        if (!target->description.expectations.empty()) {
            return target->description.expectations;
        }
        name = target->name();
    }
    const std::string directory = choice.directory.empty() ? targets_directory() : choice.directory;
    return std::filesystem::path(directory) / "expectations" / (name + ".toml");
}

std::optional<Expectations> choose_expectations(const ExpectationsChoice& choice,
                                                const TargetChoice& target) {
    std::string file = choice.file;
    if (choice.none) {
        return Expectations{};
    }
    if (file.empty()) {
        file = own_expectations_file(target);
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
