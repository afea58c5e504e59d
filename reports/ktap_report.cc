// KTAP report. See ktap_report.h.

#include "reports/ktap_report.h"

#include <fmt/format.h>

#include <map>
#include <sstream>

#include "reports/human_report.h"

namespace epollcheck {

namespace {

constexpr const char* kVersionLine = "KTAP version 1\n";

/// A description, or the text of a directive: `#` and line ends have a meaning in KTAP.
std::string plain(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        result += letter == '#' ? '-' : static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
    }
    return result;
}

std::string diagnostics(const std::string& text) {
    std::istringstream lines(text);
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        result += line.empty() ? "#\n" : "# " + line + "\n";
    }
    return result;
}

/// A test and its subtests, which are known before its own result is.
class Tests {
public:
    /// A result line. A `directive` ("SKIP", "XFAIL", "ERROR") stands with its reason.
    void add(bool ok, const std::string& name, std::string_view directive = "",
             const std::string& reason = "") {
        ++count_;
        good_ = good_ && ok;
        text_ += fmt::format("{} {} {}", ok ? "ok" : "not ok", count_, plain(name));
        text_ += directive.empty() ? "\n" : fmt::format(" # {} {}\n", directive, plain(reason));
    }

    void add_diagnostics(const std::string& text) { text_ += diagnostics(text); }

    /// A test called `name` with the subtests of `inner`.
    void add(const std::string& name, const Tests& inner) {
        std::istringstream lines(inner.document("# Subtest: " + plain(name) + "\n"));
        for (std::string line; std::getline(lines, line);) {
            text_ += "  " + line + "\n";
        }
        add(inner.good_, name);
    }

    /// Version, plan and results; `comment` lines follow the version.
    [[nodiscard]] std::string document(const std::string& comment) const {
        return fmt::format("{}{}1..{}\n{}", kVersionLine, comment, count_, text_);
    }

private:
    std::size_t count_ = 0;
    bool good_ = true;
    std::string text_;
};

void add_case(Tests& tests, const CaseResult& result) {
    const std::string topic = topic_of(result);
    const std::string name = topic.empty() ? result.id : result.id.substr(topic.size() + 1);
    switch (result.status) {
        case CaseStatus::kPassed:
            return tests.add(true, name);
        case CaseStatus::kFailed:
        case CaseStatus::kCrashed:
            tests.add_diagnostics(human_case(result, false));
            return result.is_known() ? tests.add(true, name, "XFAIL", result.expected)
                                     : tests.add(false, name);
        case CaseStatus::kSkipped:
            return tests.add(true, name, "SKIP", result.reason);
        case CaseStatus::kInconclusive:
            return tests.add(true, name, "SKIP", "inconclusive: " + result.reason);
        case CaseStatus::kError:
            tests.add_diagnostics(human_case(result, false));
            return tests.add(false, name, "ERROR", result.reason);
    }
}

/// A test per topic.
Tests topic_tests(const Results& results) {
    std::map<std::string, Tests> topics;
    for (const CaseResult& result : results.cases) {
        const std::string topic = topic_of(result);
        add_case(topics[topic.empty() ? "epollcheck" : topic], result);
    }
    Tests tests;
    for (const auto& [topic, cases] : topics) {
        tests.add(topic, cases);
    }
    if (!results.stale.empty()) {
        Tests expectations;
        for (const StaleRecord& stale : results.stale) {
            expectations.add_diagnostics("expected, but did not happen: " + stale.reason);
            expectations.add(false, "stale expectation " + stale.entry);
        }
        tests.add("expectations", expectations);
    }
    if (results.cut_short()) {
        tests.add(false, "all selected cases ran", "ERROR",
                  fmt::format("cut short after {} of {} cases", results.cases.size(),
                              results.header.selected));
    }
    return tests;
}

std::string header_comment(const RunHeader& header) {
    return diagnostics(fmt::format("epollcheck {}, target {}, {}, profile {}, tier {}, seed {}",
                                   header.version, header.target, header.kernel, header.profile,
                                   tier_name(header.tier), header.seed));
}

}  // namespace

std::string ktap_report(std::span<const Results> runs) {
    if (runs.size() == 1) {
        return topic_tests(runs.front()).document(header_comment(runs.front().header));
    }
    Tests targets;
    std::string comment;
    for (const Results& results : runs) {
        comment += header_comment(results.header);
        targets.add(results.header.target, topic_tests(results));
    }
    return targets.document(comment);
}

}  // namespace epollcheck
