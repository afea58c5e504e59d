// The TOML of expectations. See expectations.h.
//
// Everything that is not understood is an error with its line: an entry whose selector is misspelt
// would hide nothing, or too much, and nobody would notice.

#include <fmt/format.h>

#include <algorithm>

#include "harness/check/cause.h"
#include "harness/expectations/expectations.h"
#include "harness/program/suggestion.h"
#include "harness/target/toml_text.h"
#include "model/rules/rule.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

namespace {

constexpr std::string_view kKeys[] = {"case",   "rule",   "operation", "observed",
                                      "status", "reason", "link"};
constexpr ExpectedStatus kStatuses[] = {ExpectedStatus::kFails, ExpectedStatus::kCrashes,
                                        ExpectedStatus::kFlaky};

/// What is wrong, and where.
struct Wrong {
    int line;
    std::string text;
};

int line_of(const toml::source_region& region) { return static_cast<int>(region.begin.line); }

std::string with_guess(std::string text, const std::string& guess) {
    return guess.empty() ? text : text + "; " + guess;
}

/// Reads one [[deviation]]; throws Wrong.
class EntryReader {
public:
    explicit EntryReader(const toml::table& table) : table_(table) {
        entry_.line = line_of(table.source());
        entry_.last_line = entry_.line;
    }

    Expectation read() {
        check_keys();
        entry_.case_id = text_of("case");
        entry_.rule = text_of("rule");
        entry_.operation = text_of("operation");
        entry_.observed = text_of("observed");
        entry_.reason = text_of("reason");
        entry_.link = text_of("link");
        read_status(text_of("status"));
        check_selectors();
        if (entry_.reason.empty()) {
            fail("reason", "a deviation needs a `reason` that says why it is expected");
        }
        return entry_;
    }

private:
    void check_keys() {
        for (const auto& [key, value] : table_) {
            if (std::find(std::begin(kKeys), std::end(kKeys), key.str()) == std::end(kKeys)) {
                throw Wrong{line_of(key.source()),
                            with_guess(fmt::format("a deviation has no `{}`", key.str()),
                                       did_you_mean(key.str(), kKeys))};
            }
            if (value.source().end.line != value.source().begin.line) {
                // So that an update can edit the file line by line.
                throw Wrong{line_of(key.source()),
                            fmt::format("write `{}` on one line", key.str())};
            }
            entry_.last_line = std::max(entry_.last_line, line_of(key.source()));
            if (!value.is_string() || value.as_string()->get().empty()) {
                throw Wrong{line_of(key.source()),
                            fmt::format("`{}` must be a text that is not empty", key.str())};
            }
        }
    }

    [[nodiscard]] std::string text_of(std::string_view key) const {
        return table_[key].value_or(std::string());
    }

    [[noreturn]] void fail(std::string_view key, const std::string& text) const {
        const auto* const node = table_.get(key);
        throw Wrong{node != nullptr ? line_of(node->source()) : entry_.line, text};
    }

    void read_status(const std::string& name) {
        for (const ExpectedStatus status : kStatuses) {
            if (name.empty() || name == expected_status_name(status)) {
                entry_.status = status;
                return;
            }
        }
        fail("status",
             fmt::format("there is no status '{}'; there are fails, crashes, flaky", name));
    }

    void check_selectors() {
        if (entry_.name().empty()) {
            fail("", "a deviation needs a `case`, a `rule`, an `operation` or what was `observed`");
        }
        if (!entry_.rule.empty() && entry_.rule != "-" && !rule_named(entry_.rule)) {
            fail("rule", fmt::format("there is no rule '{}'; see `epollcheck rules`", entry_.rule));
        }
        if (!entry_.operation.empty() && entry_.operation != "-" &&
            operation_named(entry_.operation) == nullptr) {
            fail("operation",
                 with_guess(fmt::format("there is no operation '{}'", entry_.operation),
                            did_you_mean(entry_.operation, names_of(operation_table()))));
        }
        if (!entry_.observed.empty()) {
            tidy_observed();
        }
    }

    /// The class as causes have it: with hyphens.
    void tidy_observed() {
        const std::size_t end = std::min(entry_.observed.find(" ("), entry_.observed.size());
        const std::string name = entry_.observed.substr(0, end);
        const auto observed = observed_class_named(name);
        if (!observed) {
            std::string known;
            for (int i = 0; i < kObservedClasses; ++i) {
                known += i == 0 ? "" : ", ";
                known += observed_class_name(static_cast<ObservedClass>(i));
            }
            fail("observed", fmt::format("'{}' is no class of answers; there are {}", name, known));
        }
        entry_.observed.replace(0, end, observed_class_name(*observed));
    }

    const toml::table& table_;
    Expectation entry_;
};

const toml::table& entry_table(const toml::node& node) {
    const toml::table* const table = node.as_table();
    if (table == nullptr || table->is_inline()) {
        throw Wrong{line_of(node.source()), "write each deviation under a line [[deviation]]"};
    }
    return *table;
}

std::vector<Expectation> read_entries(const toml::table& file) {
    std::vector<Expectation> entries;
    for (const auto& [key, value] : file) {
        if (key.str() != "deviation") {
            throw Wrong{
                line_of(key.source()),
                fmt::format("'{}' means nothing here; there is only [[deviation]]", key.str())};
        }
        if (!value.is_array()) {
            throw Wrong{line_of(key.source()), "write [[deviation]], with two brackets"};
        }
        for (const toml::node& node : *value.as_array()) {
            entries.push_back(EntryReader(entry_table(node)).read());
        }
    }
    return entries;
}

}  // namespace

std::variant<Expectations, ExpectationsError> parse_expectations(std::string_view text,
                                                                 const std::string& file_name) {
    const auto error = [&](int line, std::string_view what) {
        return ExpectationsError{fmt::format("{}:{}: error: {}", file_name, line, what)};
    };
    try {
        return Expectations{file_name, read_entries(parse_toml(text))};
    } catch (const toml::parse_error& wrong) {
        return error(line_of(wrong.source()), wrong.description());
    } catch (const Wrong& wrong) {
        return error(wrong.line, wrong.text);
    }
}

}  // namespace epollcheck
