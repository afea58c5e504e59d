// Make target. See make_target.h.

#include "harness/target/make_target.h"

#include <fmt/format.h>

#include "harness/target/child_process.h"
#include "harness/target/file_connection.h"
#include "harness/target/in_process_target.h"
#include "harness/target/pipe_connection.h"
#include "harness/target/plugin_target.h"
#include "harness/target/process_target.h"
#include "harness/target/tree.h"

namespace epollcheck {

namespace {

constexpr const char* kExecutor = "{executor}";
constexpr const char* kArgument = "{argument}";
constexpr const char* kPlugins = "{plugins}";

bool replace(std::string& text, std::string_view what, const std::string& by) {
    const auto at = text.find(what);
    if (at != std::string::npos) {
        text.replace(at, what.size(), by);
    }
    return at != std::string::npos;
}

bool has_word(const TargetDescription& description, const char* what) {
    for (const std::string& word : description.command) {
        if (word.find(what) != std::string::npos) {
            return true;
        }
    }
    return false;
}

std::string missing_executor(const TargetDescription& description) {
    const std::string& executor = description.executor;
    return fmt::format("there is no executor at {}: build it with `{}`",
                       fmt::join(executor_places(executor), " or "),
                       executor == "native" ? "./epollcheck executors"
                       : executor == "dynamic"
                           ? "ninja -C build/release epollcheck-executor-dynamic"
                           : "./epollcheck executors " + executor);
}

/// The executor with its options.
std::vector<std::string> executor_words(const TargetDescription& description) {
    std::vector<std::string> words = {executor_path(description.executor)};
    if (description.calls != "raw") {
        words.insert(words.end(), {"--calls", description.calls});
    }
    if (description.how == Transport::kSerial) {
        words.emplace_back("--armour");
    }
    if (description.how == Transport::kFile) {
        words.insert(words.end(), {"--file", "{input}", "{output}"});
    }
    return words;
}

HarnessError wrong(const TargetDescription& description, const std::string& what) {
    return HarnessError{fmt::format("target '{}': {}", description.name, what)};
}

std::variant<std::unique_ptr<Target>, HarnessError> load(const TargetDescription& description) {
    auto loaded = PluginTarget::open(plugin_path(description));
    if (const auto* error = std::get_if<HarnessError>(&loaded)) {
        return wrong(description, error->what);
    }
    return std::move(std::get<std::unique_ptr<PluginTarget>>(loaded));
}

std::variant<std::unique_ptr<Target>, HarnessError> make_process(
    const TargetDescription& description, const std::string& argument) {
    auto command = target_command(description, argument);
    if (const auto* error = std::get_if<HarnessError>(&command)) {
        return *error;
    }
    ConnectionSettings settings;
    settings.command = std::move(std::get<std::vector<std::string>>(command));
    settings.start_ms = description.start_ms;
    settings.reply_ms = description.reply_ms;
    settings.output_limit = description.output_limit;
    settings.armour = description.how == Transport::kSerial;
    std::unique_ptr<Connection> connection;
    if (description.how == Transport::kFile) {
        connection = std::make_unique<FileConnection>(std::move(settings));
    } else {
        connection = std::make_unique<PipeConnection>(std::move(settings));
    }
    ProcessTargetSettings target_settings;
    target_settings.name = description.name;
    target_settings.advice = description.setup;
    target_settings.batch = description.batch;
    auto target = std::make_unique<ProcessTarget>(target_settings, std::move(connection));
    if (auto error = target->start()) {
        return *error;
    }
    return target;
}

}  // namespace

std::variant<std::vector<std::string>, HarnessError> target_command(
    const TargetDescription& description, const std::string& argument) {
    if (has_word(description, kExecutor) && executor_path(description.executor).empty()) {
        return wrong(description, missing_executor(description));
    }
    if (has_word(description, kArgument) && argument.empty()) {
        return wrong(description, fmt::format("it needs an argument, {}: --target {}:ARGUMENT",
                                              description.argument, description.name));
    }
    const std::vector<std::string> executor = executor_words(description);
    std::vector<std::string> words;
    for (std::string word : description.command) {
        if (word == kExecutor) {
            words.insert(words.end(), executor.begin(), executor.end());
            continue;
        }
        replace(word, kExecutor, fmt::format("{}", fmt::join(executor, " ")));
        replace(word, kArgument, argument);
        words.push_back(std::move(word));
    }
    return words;
}

std::string why_not_here(const TargetDescription& description) {
    if (description.how == Transport::kInProcess || description.how == Transport::kPlugIn) {
        return "";
    }
    const std::string& first = description.command.front();
    if (first.find('{') == std::string::npos && find_command(first).empty()) {
        return fmt::format("there is no command '{}'{}{}", first,
                           description.setup.empty() ? "" : ": ", description.setup);
    }
    if (has_word(description, kExecutor) && executor_path(description.executor).empty()) {
        return missing_executor(description);
    }
    return "";
}

std::string plugin_path(const TargetDescription& description) {
    std::string path = description.library;
    replace(path, kPlugins, plugins_directory());
    return path;
}

std::variant<std::unique_ptr<Target>, HarnessError> make_target(
    const TargetDescription& description, const std::string& argument) {
    if (!argument.empty() && description.argument.empty()) {
        return wrong(description, fmt::format("it takes no argument such as '{}'", argument));
    }
    if (description.how == Transport::kInProcess) {
        auto target = std::make_unique<InProcessTarget>();
        if (const auto& error = target->setup_error()) {
            return *error;
        }
        return target;
    }
    if (description.how == Transport::kPlugIn) {
        return load(description);
    }
    return make_process(description, argument);
}

}  // namespace epollcheck
