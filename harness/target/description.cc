// Description. See description.h.

#include "harness/target/description.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "harness/target/toml_text.h"

namespace epollcheck {

namespace {

namespace files = std::filesystem;

constexpr const char* kSuffix = ".toml";
constexpr const char* kTransportNames[] = {"in-process", "pipes", "serial", "file", "plug-in"};
constexpr const char* kCalls[] = {"raw", "libc", "io_uring"};
constexpr const char* kTiers[] = {"contract", "linux", "exact"};

/// Reads the keys of one description; the first thing that is wrong is kept.
class Reader {
public:
    Reader(const toml::table& table, TargetDescription& description)
        : table_(table), description_(description) {}

    std::string read() {
        TargetDescription& to = description_;
        std::string how = "pipes";
        std::string tier(tier_name(to.tier));
        text("title", to.title);
        choice("how", how, kTransportNames);
        words("command", to.command);
        text("library", to.library);
        text("executor", to.executor);
        choice("calls", to.calls, kCalls);
        text("argument", to.argument);
        choice("tier", tier, kTiers);
        text("profile", to.profile);
        number("start_ms", to.start_ms, std::numeric_limits<int>::max() / 4);
        number("reply_ms", to.reply_ms, std::numeric_limits<int>::max() / 4);
        number("batch", to.batch, 65536);
        number("output_limit", to.output_limit, std::int64_t{1} << 32);
        text("expectations", to.expectations);
        text("setup", to.setup);
        text("notes", to.notes);
        to.how = static_cast<Transport>(
            std::find(std::begin(kTransportNames), std::end(kTransportNames), how) -
            std::begin(kTransportNames));
        to.tier = tier_named(tier).value_or(to.tier);
        refuse_others();
        check_whole();
        return error_;
    }

private:
    void fail(const toml::node* node, const std::string& what) {
        if (error_.empty()) {
            const auto line = node != nullptr ? node->source().begin.line : 0;
            error_ = line > 0 ? fmt::format("line {}: {}", line, what) : what;
        }
    }

    const toml::node* find(const char* key) {
        known_.emplace_back(key);
        return table_.get(key);
    }

    void text(const char* key, std::string& to) {
        if (const toml::node* const node = find(key)) {
            if (const auto* const value = node->as_string()) {
                to = value->get();
            } else {
                fail(node, fmt::format("{} must be a text in quotes", key));
            }
        }
    }

    template <std::size_t kCount>
    void choice(const char* key, std::string& to, const char* const (&values)[kCount]) {
        text(key, to);
        if (std::find(std::begin(values), std::end(values), to) == std::end(values)) {
            fail(table_.get(key), fmt::format("there is no {} '{}'; there are {}", key, to,
                                              fmt::join(values, ", ")));
        }
    }

    template <class Number>
    void number(const char* key, Number& to, std::int64_t most) {
        if (const toml::node* const node = find(key)) {
            const auto* const value = node->as_integer();
            if (value == nullptr || value->get() < 1 || value->get() > most) {
                fail(node, fmt::format("{} must be a number from 1 to {}", key, most));
            } else {
                to = static_cast<Number>(value->get());
            }
        }
    }

    void words(const char* key, std::vector<std::string>& to) {
        const toml::node* const node = find(key);
        if (node == nullptr) {
            return;
        }
        const toml::array* const array = node->as_array();
        if (array == nullptr || array->empty()) {
            fail(node, fmt::format("{} must be a list of words: [\"ssh\", \"host\"]", key));
            return;
        }
        for (const toml::node& element : *array) {
            if (const auto* const word = element.as_string()) {
                to.push_back(word->get());
            } else {
                fail(&element, fmt::format("each word of {} must be a text in quotes", key));
            }
        }
    }

    void refuse_others() {
        for (const auto& [key, node] : table_) {
            if (std::find(known_.begin(), known_.end(), key.str()) == known_.end()) {
                fail(&node, fmt::format("there is no key '{}'; there are {}", key.str(),
                                        fmt::join(known_, ", ")));
            }
        }
    }

    /// What no key alone can get wrong.
    void check_whole() {
        const Transport how = description_.how;
        const bool is_process = how != Transport::kInProcess && how != Transport::kPlugIn;
        if (description_.title.empty()) {
            fail(nullptr, "title is missing: one line that says what the target is");
        } else if (is_process && description_.command.empty()) {
            fail(nullptr, "command is missing: the words that start an executor");
        } else if (!is_process && !description_.command.empty()) {
            fail(table_.get("command"),
                 fmt::format("a target that is reached by {} has no command", transport_name(how)));
        }
    }

    const toml::table& table_;
    TargetDescription& description_;
    std::vector<std::string> known_;
    std::string error_;
};

}  // namespace

const char* transport_name(Transport how) { return kTransportNames[static_cast<int>(how)]; }

std::variant<TargetDescription, std::string> parse_description(const std::string& text,
                                                               const std::string& path) {
    TargetDescription description;
    description.path = path;
    description.name = files::path(path).stem().string();
    std::string wrong;
    try {
        const toml::table table = parse_toml(text);
        wrong = Reader(table, description).read();
    } catch (const toml::parse_error& error) {
        wrong = fmt::format("line {}: {}", error.source().begin.line, error.description());
    }
    if (!wrong.empty()) {
        return fmt::format("{}: {} (harness/targets/README.md explains the keys)", path, wrong);
    }
    const files::path directory = files::path(path).parent_path();
    for (std::string* const file : {&description.expectations, &description.library}) {
        if (!file->empty() && file->front() != '{' && file->front() != '/') {
            *file = (directory / *file).string();
        }
    }
    return description;
}

std::variant<TargetDescription, std::string> load_description(const std::string& name,
                                                              const std::string& directory) {
    const bool is_path = name.ends_with(kSuffix);
    const files::path path =
        is_path ? files::path(name) : files::path(directory) / (name + kSuffix);
    if (!is_path && (name.empty() || name.find('/') != std::string::npos || !exists(path))) {
        return fmt::format("there is no target '{}' in {}; there are {}", name, directory,
                           fmt::join(description_names(directory), ", "));
    }
    std::ifstream file(path);
    std::ostringstream text;
    if (!(text << file.rdbuf())) {
        return fmt::format("{} cannot be read", path.string());
    }
    return parse_description(text.str(), path.string());
}

std::vector<std::string> description_names(const std::string& directory) {
    std::vector<std::string> names;
    std::error_code failure;
    for (const auto& entry : files::directory_iterator(directory, failure)) {
        if (entry.path().extension() == kSuffix) {
            names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace epollcheck
