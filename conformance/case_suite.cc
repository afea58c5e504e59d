// Case suite. See case_suite.h.

#include "conformance/case_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "harness/check/features.h"
#include "harness/program/parser.h"
#include "model/rules/rule.h"

namespace epollcheck {

namespace {

constexpr std::string_view kSuffix = ".ep";

class SuiteLoader {
public:
    /// Checks what the file at `file`, whose path below the cases is `path`, was parsed to.
    void add(std::string_view path, const std::string& file,
             std::variant<Program, ParseError> parsed) {
        if (const auto* error = std::get_if<ParseError>(&parsed)) {
            errors_.push_back(error->text());
            return;
        }
        auto& program = std::get<Program>(parsed);
        check_header(path, file, program.header);
        if (program.operations.empty()) {
            complain(file, "there is no operation");
        }
        const auto [first, is_new] = files_.emplace(program.header.id, file);
        if (!is_new) {
            complain(file, fmt::format("the id '{}' is also that of {}", program.header.id,
                                       first->second));
        }
        suite_.push_back({file, std::move(program)});
    }

    void complain(const std::string& file, const std::string& what) {
        errors_.push_back(fmt::format("{}:1:1: error: {}", file, what));
    }

    std::variant<CaseSuite, SuiteErrors> result() {
        if (!errors_.empty()) {
            return std::move(errors_);
        }
        std::sort(suite_.begin(), suite_.end(), [](const Case& left, const Case& right) {
            return left.program.header.id < right.program.header.id;
        });
        return std::move(suite_);
    }

private:
    void check_header(std::string_view path, const std::string& file, const Header& header) {
        const std::string_view id = path.substr(0, path.size() - kSuffix.size());
        if (header.id != id) {
            complain(file, fmt::format("the id is '{}', but the place of the file says '{}'",
                                       header.id, id));
        }
        if (header.title.empty()) {
            complain(file, "there is no title; say in one sentence what is promised");
        }
        for (const std::string& rule : header.rules) {
            if (!rule_named(rule)) {
                complain(file, fmt::format("there is no rule '{}'; see `epollcheck rules`", rule));
            }
        }
        for (const std::string& need : header.needs) {
            if (feature_named(need) == nullptr) {
                complain(file,
                         fmt::format("there is no feature '{}'; see `epollcheck doctor`", need));
            }
        }
    }

    CaseSuite suite_;
    SuiteErrors errors_;
    std::map<std::string, std::string> files_;  // by id
};

}  // namespace

std::variant<CaseSuite, SuiteErrors> load_suite(std::span<const CaseText> texts,
                                                const std::string& directory) {
    SuiteLoader loader;
    for (const CaseText& text : texts) {
        const std::string file = directory + "/" + std::string(text.path);
        loader.add(text.path, file, parse_program(text.text, file));
    }
    return loader.result();
}

std::variant<CaseSuite, SuiteErrors> load_suite_directory(const std::string& directory) {
    namespace fs = std::filesystem;
    std::vector<std::string> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == kSuffix) {
            files.push_back(entry->path().string());
        }
    }
    if (error) {
        return SuiteErrors{
            fmt::format("cannot read the cases in {}: {}", directory, error.message())};
    }
    std::sort(files.begin(), files.end());
    SuiteLoader loader;
    for (const std::string& file : files) {
        loader.add(fs::path(file).lexically_relative(directory).string(), file, load_program(file));
    }
    return loader.result();
}

}  // namespace epollcheck
