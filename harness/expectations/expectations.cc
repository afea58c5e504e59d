// Expectations. See expectations.h; the TOML is read in expectations_parser.cc.

#include "harness/expectations/expectations.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "harness/check/cause.h"

namespace epollcheck {

namespace {

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

bool observed_matches(const std::string& wanted, const CauseParts& seen) {
    return wanted == seen.observed || wanted == seen.observed_class();
}

}  // namespace

std::string_view expected_status_name(ExpectedStatus status) {
    switch (status) {
        case ExpectedStatus::kFails:
            return "fails";
        case ExpectedStatus::kCrashes:
            return "crashes";
        case ExpectedStatus::kFlaky:
            return "flaky";
    }
    return "";
}

std::string Expectation::name() const {
    std::string text = case_id;
    for (const std::string* part : {&rule, &operation, &observed}) {
        if (!part->empty()) {
            text += (text.empty() ? "" : " ") + *part;
        }
    }
    return text;
}

std::string Expectation::explanation() const {
    return link.empty() ? reason : fmt::format("{} ({})", reason, link);
}

bool Expectation::is_of_one_case() const {
    return !case_id.empty() && case_id.find_first_of("*?[") == std::string::npos;
}

bool Expectation::speaks_of(const std::string& id) const {
    return case_id.empty() || fnmatch(case_id.c_str(), id.c_str(), 0) == 0;
}

bool Expectation::is_met_by(const CaseResult& result) const {
    const bool failed = result.status == CaseStatus::kFailed;
    const bool crashed = result.status == CaseStatus::kCrashed;
    const bool status_fits = (failed && status != ExpectedStatus::kCrashes) ||
                             (crashed && status != ExpectedStatus::kFails);
    if (!status_fits || !speaks_of(result.id)) {
        return false;
    }
    const CauseParts cause = cause_parts(result.cause);
    return (rule.empty() || rule == cause.rule) &&
           (operation.empty() || operation == cause.operation) &&
           (observed.empty() || observed_matches(observed, cause));
}

std::variant<std::string, ExpectationsError> read_expectations_text(const std::string& path) {
    const auto fail = [&] {
        return ExpectationsError{fmt::format("cannot read {}: {}", path, std::strerror(errno))};
    };
    const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "re"));
    if (file == nullptr) {
        return fail();
    }
    std::string text;
    char piece[1 << 14];
    while (const std::size_t size = std::fread(piece, 1, sizeof piece, file.get())) {
        text.append(piece, size);
    }
    if (std::ferror(file.get()) != 0) {
        return fail();
    }
    return text;
}

std::variant<Expectations, ExpectationsError> load_expectations(const std::string& path) {
    auto text = read_expectations_text(path);
    if (auto* error = std::get_if<ExpectationsError>(&text)) {
        return std::move(*error);
    }
    return parse_expectations(std::get<std::string>(text), path);
}

}  // namespace epollcheck
