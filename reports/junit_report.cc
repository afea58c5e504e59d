// JUnit XML report. See junit_report.h.

#include "reports/junit_report.h"

#include <fmt/format.h>

#include <map>

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

std::string counts(const RunSummary& summary, std::size_t tests, std::int64_t duration_us) {
    return fmt::format(
        " tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"", tests,
        summary.count(CaseStatus::kFailed), summary.count(CaseStatus::kError),
        summary.count(CaseStatus::kSkipped) + summary.count(CaseStatus::kInconclusive),
        seconds(duration_us));
}

/// One sentence about what went wrong.
std::string message_of(const CaseResult& result) {
    if (!result.disagreements.empty()) {
        const DisagreementRecord& last = result.disagreements.back();  // that with the target
        return fmt::format("step {}: {} disagree: {}", last.step, last.between, last.text);
    }
    return result.reason;
}

std::string problem_element(const char* name, const CaseResult& result) {
    return fmt::format("      <{}{}{}>{}</{}>\n", name, attribute("message", message_of(result)),
                       attribute("type", result.status == CaseStatus::kError ? "error"
                                         : result.deviation                  ? "deviation"
                                                                             : "disagreement"),
                       xml_escaped(human_case(result, false)), name);
}

std::string case_element(const CaseResult& result, const std::string& topic) {
    const std::string name = topic.empty() ? result.id : result.id.substr(topic.size() + 1);
    std::string text =
        fmt::format("    <testcase{}{}{}", attribute("classname", topic), attribute("name", name),
                    attribute("time", seconds(result.duration_us)));
    switch (result.status) {
        case CaseStatus::kPassed:
            return text + "/>\n";
        case CaseStatus::kFailed:
            text += ">\n" + problem_element("failure", result);
            break;
        case CaseStatus::kError:
            text += ">\n" + problem_element("error", result);
            break;
        case CaseStatus::kSkipped:
        case CaseStatus::kInconclusive:
            text += fmt::format(
                ">\n      <skipped{}/>\n",
                attribute("message",
                          fmt::format("{}: {}", status_name(result.status), result.reason)));
            break;
    }
    return text + "    </testcase>\n";
}

std::string properties(const Results& results) {
    const RunHeader& header = results.header;
    const std::pair<const char*, std::string> entries[] = {
        {"version", header.version},
        {"kernel", header.kernel},
        {"profile", header.profile},
        {"tier", std::string(tier_name(header.tier))},
        {"seed", std::to_string(header.seed)}};
    std::string text = "    <properties>\n";
    for (const auto& [name, value] : entries) {
        text += fmt::format("      <property{}{}/>\n", attribute("name", name),
                            attribute("value", value));
    }
    if (!results.summary || results.cases.size() < header.selected) {
        text += fmt::format("      <property{}{}/>\n", attribute("name", "cut short"),
                            attribute("value", fmt::format("{} of {} cases ran",
                                                           results.cases.size(), header.selected)));
    }
    return text + "    </properties>\n";
}

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
    std::map<std::string, std::vector<CaseResult>> topics;
    for (const CaseResult& result : results.cases) {
        const std::size_t slash = result.id.find('/');
        topics[slash == std::string::npos ? "" : result.id.substr(0, slash)].push_back(result);
    }
    std::int64_t total_us = 0;
    std::string suites;
    for (const auto& [topic, cases] : topics) {
        std::int64_t duration_us = 0;
        std::string elements;
        for (const CaseResult& result : cases) {
            duration_us += result.duration_us;
            elements += case_element(result, topic);
        }
        total_us += duration_us;
        suites += fmt::format("  <testsuite{}{}>\n{}{}  </testsuite>\n",
                              attribute("name", topic.empty() ? "epollcheck" : topic),
                              counts(count_cases(cases), cases.size(), duration_us),
                              properties(results), elements);
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites{}{}>\n{}</testsuites>\n",
        attribute("name", "epollcheck"),
        counts(count_cases(results.cases), results.cases.size(), total_us), suites);
}

}  // namespace epollcheck
