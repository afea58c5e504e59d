// JUnit XML report. See junit_report.h.

#include "reports/junit_report.h"

#include <fmt/format.h>

#include <map>

#include "reports/findings.h"
#include "reports/human_report.h"

namespace epollcheck {

namespace {

constexpr const char* kReplacement = "\xef\xbf\xbd";  // U+FFFD

/// The bytes of the UTF-8 character at the start of `text`, or 0 if there is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::size_t length = 0;
    if (byte(0) < 0x80) {
        return 1;
    }
    if (byte(0) >= 0xc2 && byte(0) < 0xf5) {
        length = byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
    }
    if (length == 0 || length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

std::string seconds(std::int64_t duration_us) {
    return fmt::format("{:.6f}", static_cast<double>(duration_us) / 1e6);
}

std::string attribute(std::string_view name, std::string_view value) {
    return fmt::format(" {}=\"{}\"", name, xml_escaped(value));
}

/// The attributes of a suite, or of all of them, that count.
struct Totals {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    std::int64_t duration_us = 0;

    void add(const Totals& other) {
        tests += other.tests;
        failures += other.failures;
        errors += other.errors;
        skipped += other.skipped;
        duration_us += other.duration_us;
    }

    void add(const CaseResult& result) {
        ++tests;
        failures += result.is_problem() ? 1 : 0;
        errors += result.status == CaseStatus::kError ? 1 : 0;
        skipped += result.is_known() || result.status == CaseStatus::kSkipped ||
                           result.status == CaseStatus::kInconclusive
                       ? 1
                       : 0;
        duration_us += result.duration_us;
    }

    [[nodiscard]] std::string attributes() const {
        return fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
                           tests, failures, errors, skipped, seconds(duration_us));
    }
};

std::string problem_element(const char* name, const char* type, const CaseResult& result) {
    return fmt::format("      <{}{}{}>{}</{}>\n", name,
                       attribute("message", failure_sentence(result)), attribute("type", type),
                       xml_escaped(human_case(result, false)), name);
}

std::string skipped_element(std::string_view why, const std::string& reason) {
    return fmt::format("      <skipped{}/>\n",
                       attribute("message", fmt::format("{}: {}", why, reason)));
}

/// What is inside of the element of a case; nothing for one that passed.
std::string outcome_element(const CaseResult& result) {
    if (result.is_known()) {
        return skipped_element("known", result.expected);
    }
    switch (result.status) {
        case CaseStatus::kPassed:
            return "";
        case CaseStatus::kFailed:
            return problem_element("failure", result.deviation ? "deviation" : "disagreement",
                                   result);
        case CaseStatus::kCrashed:
            return problem_element("failure", "crash", result);
        case CaseStatus::kError:
            return problem_element("error", "error", result);
        case CaseStatus::kSkipped:
        case CaseStatus::kInconclusive:
            return skipped_element(status_name(result.status), result.reason);
    }
    return "";
}

std::string case_element(const CaseResult& result, const std::string& class_name) {
    const std::string topic = topic_of(result);
    const std::string name = topic.empty() ? result.id : result.id.substr(topic.size() + 1);
    const std::string outcome = outcome_element(result);
    return fmt::format("    <testcase{}{}{}{}", attribute("classname", class_name),
                       attribute("name", name), attribute("time", seconds(result.duration_us)),
                       outcome.empty() ? "/>\n" : ">\n" + outcome + "    </testcase>\n");
}

std::string stale_element(const StaleRecord& stale, const std::string& class_name) {
    return fmt::format("    <testcase{}{}{}>\n      <failure{}{}/>\n    </testcase>\n",
                       attribute("classname", class_name), attribute("name", stale.entry),
                       attribute("time", seconds(0)),
                       attribute("message", "expected, but did not happen: " + stale.reason),
                       attribute("type", "stale expectation"));
}

std::string properties(const Results& results) {
    const RunHeader& header = results.header;
    const std::pair<const char*, std::string> entries[] = {
        {"version", header.version},
        {"target", header.target},
        {"kernel", header.kernel},
        {"profile", header.profile},
        {"tier", std::string(tier_name(header.tier))},
        {"seed", std::to_string(header.seed)}};
    std::string text = "    <properties>\n";
    for (const auto& [name, value] : entries) {
        text += fmt::format("      <property{}{}/>\n", attribute("name", name),
                            attribute("value", value));
    }
    if (results.cut_short()) {
        text += fmt::format("      <property{}{}/>\n", attribute("name", "cut short"),
                            attribute("value", fmt::format("{} of {} cases ran",
                                                           results.cases.size(), header.selected)));
    }
    return text + "    </properties>\n";
}

/// Suites of one or more runs, and what they add up to.
class Suites {
public:
    /// With a `prefix`, suites are called PREFIX/TOPIC and classes PREFIX.TOPIC.
    void add(const Results& results, const std::string& prefix) {
        std::map<std::string, std::vector<const CaseResult*>> topics;
        for (const CaseResult& result : results.cases) {
            topics[topic_of(result)].push_back(&result);
        }
        const auto class_name = [&](const std::string& topic) {
            return prefix.empty() || topic.empty() ? prefix + topic : prefix + "." + topic;
        };
        for (const auto& [topic, cases] : topics) {
            Totals totals;
            std::string elements;
            for (const CaseResult* result : cases) {
                totals.add(*result);
                elements += case_element(*result, class_name(topic));
            }
            add_suite(results, prefix, topic.empty() ? "epollcheck" : topic, totals, elements);
        }
        if (!results.stale.empty()) {
            const Totals totals{.tests = results.stale.size(), .failures = results.stale.size()};
            std::string elements;
            for (const StaleRecord& stale : results.stale) {
                elements += stale_element(stale, class_name("expectations"));
            }
            add_suite(results, prefix, "expectations", totals, elements);
        }
    }

    [[nodiscard]] std::string document() const {
        return fmt::format(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites{}{}>\n{}</testsuites>\n",
            attribute("name", "epollcheck"), all_.attributes(), suites_);
    }

private:
    void add_suite(const Results& results, const std::string& prefix, const std::string& name,
                   const Totals& totals, const std::string& elements) {
        suites_ += fmt::format("  <testsuite{}{}>\n{}{}  </testsuite>\n",
                               attribute("name", prefix.empty() ? name : prefix + "/" + name),
                               totals.attributes(), properties(results), elements);
        all_.add(totals);
    }

    Totals all_;
    std::string suites_;
};

}  // namespace

std::string xml_escaped(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        const char letter = text.front();
        const bool control = length == 1 && static_cast<unsigned char>(letter) < 0x20 &&
                             letter != '\n' && letter != '\t';
        if (length == 0 || control) {
            result += kReplacement;
        } else if (letter == '&') {
            result += "&amp;";
        } else if (letter == '<') {
            result += "&lt;";
        } else if (letter == '>') {
            result += "&gt;";
        } else if (letter == '"') {
            result += "&quot;";
        } else {
            result += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

std::string junit_report(const Results& results) {
    Suites suites;
    suites.add(results, "");
    return suites.document();
}

std::string junit_report(std::span<const Results> runs) {
    Suites suites;
    for (const Results& results : runs) {
        suites.add(results, runs.size() == 1 ? "" : results.header.target);
    }
    return suites.document();
}

}  // namespace epollcheck
