// The expectations of a target. See target_expectations.h.

#include "harness/cli/target_expectations.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

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

namespace {

std::optional<Expectations> load_or_complain(const std::string& file) {
    auto loaded = load_expectations(file);
    if (const auto* error = std::get_if<ExpectationsError>(&loaded)) {
        complain(error->text);
        return std::nullopt;
    }
    return std::get<Expectations>(std::move(loaded));
}

/// None in a file that does not exist.
std::optional<Expectations> load_if_there(const std::string& file) {
    std::error_code error;
    return std::filesystem::exists(file, error) ? load_or_complain(file) : Expectations{};
}

}  // namespace

std::optional<Expectations> choose_expectations(const ExpectationsChoice& choice,
                                                const TargetChoice& target) {
    if (choice.none) {
        return Expectations{};
    }
    return choice.file.empty() ? load_if_there(own_expectations_file(target))
                               : load_or_complain(choice.file);
}

std::optional<Expectations> choose_fuzz_expectations(const ExpectationsChoice& choice,
                                                     const TargetChoice& target) {
    auto expectations = choose_expectations(choice, target);
    if (!expectations || choice.none || !choice.file.empty()) {
        return expectations;
    }
    const auto file = std::filesystem::path(own_expectations_file(target));
    auto found = load_if_there(file.parent_path() / (file.stem().string() + ".fuzz.toml"));
    if (!found) {
        return std::nullopt;
    }
    std::ranges::move(found->entries, std::back_inserter(expectations->entries));
    return expectations;
}

}  // namespace epollcheck
