// SARIF report. See sarif_report.h; the names are those of the standard.

#include "reports/sarif_report.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "reports/findings.h"

namespace epollcheck {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr const char* kCrash = "crash";
constexpr const char* kDisagreement = "disagreement";
constexpr const char* kStale = "stale-expectation";

Json message(const std::string& text) { return {{"text", text}}; }

Json location(const std::string& case_id) {
    const std::size_t slash = case_id.rfind('/');
    return {
        {"logicalLocations",
         Json::array({{{"name", slash == std::string::npos ? case_id : case_id.substr(slash + 1)},
                       {"fullyQualifiedName", case_id},
                       {"kind", "test"}}})}};
}

/// The rules that the results of a run name, in the order in which they first do.
class RuleTable {
public:
    std::size_t index_of(const std::string& id, const std::string& text) {
        const auto [place, fresh] = places_.try_emplace(id, rules_.size());
        if (fresh) {
            rules_.push_back({{"id", id}, {"fullDescription", message(text)}});
        }
        return place->second;
    }

    [[nodiscard]] Json take() { return std::move(rules_); }

private:
    std::map<std::string, std::size_t> places_;
    Json rules_ = Json::array();
};

/// The rule that the tier of the deviation names first, or one of our own.
QuotedRule broken_rule(const CaseResult& result) {
    if (result.status == CaseStatus::kCrashed) {
        return {kCrash, "A target neither dies nor hangs nor answers nonsense."};
    }
    if (!result.deviation || result.deviation->rules.empty()) {
        return {kDisagreement, "What is written down, the model and the target agree."};
    }
    const DeviationRecord& deviation = *result.deviation;
    for (const TierFinding& finding : deviation.findings) {
        for (const QuotedRule& rule : deviation.rules) {
            if (!finding.rules.empty() && finding.rules.front() == rule.id) {
                return rule;
            }
        }
    }
    return deviation.rules.front();
}

Json properties_of(const Finding& finding) {
    const CaseResult& result = *finding.cases.front();
    Json properties = {{"cases", finding.cases.size()},
                       {"status", status_name(result.status)},
                       {"program", result.program}};
    if (result.deviation) {
        properties["tier"] = tier_name(result.deviation->tier);
        properties["observed"] = result.deviation->observed;
        if (!result.deviation->c.empty()) {
            properties["c"] = result.deviation->c;
        }
    }
    return properties;
}

Json result_of(const Finding& finding, const std::string& target, RuleTable& rules) {
    const CaseResult& result = *finding.cases.front();
    const QuotedRule rule = broken_rule(result);
    const std::size_t index = rules.index_of(rule.id, rule.text);
    std::string text = fmt::format("{} on {}: {}", result.id, target, failure_sentence(result));
    if (finding.cases.size() > 1) {
        text += fmt::format(" ({} cases have the same cause)", finding.cases.size());
    }
    Json json = {{"ruleId", rule.id},        {"ruleIndex", index},
                 {"kind", "fail"},           {"level", finding.known() ? "note" : "error"},
                 {"message", message(text)}, {"locations", Json::array({location(result.id)})}};
    for (std::size_t i = 1; i < finding.cases.size(); ++i) {
        json["relatedLocations"].push_back(location(finding.cases[i]->id));
    }
    json["partialFingerprints"] = {{"cause/v1", finding.cause.empty() ? result.id : finding.cause}};
    if (finding.known()) {
        json["suppressions"] = Json::array(
            {{{"kind", "external"}, {"status", "accepted"}, {"justification", result.expected}}});
    }
    json["properties"] = properties_of(finding);
    return json;
}

Json result_of(const StaleRecord& stale, const std::string& target, RuleTable& rules) {
    const std::size_t index = rules.index_of(kStale, "An expected deviation happens.");
    return {{"ruleId", kStale},
            {"ruleIndex", index},
            {"kind", "fail"},
            {"level", "error"},
            {"message", message(fmt::format("{} on {}: expected, but did not happen: {}",
                                            stale.entry, target, stale.reason))},
            {"locations", Json::array({location(stale.entry)})},
            {"partialFingerprints", {{"cause/v1", "stale " + stale.entry}}}};
}

Json invocation_of(const Results& results) {
    Json notifications = Json::array();
    const auto notify = [&](const std::string& text) {
        notifications.push_back({{"level", "error"}, {"message", message(text)}});
    };
    for (const CaseResult& result : results.cases) {
        if (result.status == CaseStatus::kError) {
            notify(result.id + ": " + result.reason);
        }
    }
    if (results.cut_short()) {
        notify(fmt::format("cut short after {} of {} cases", results.cases.size(),
                           results.header.selected));
    }
    Json json = {{"arguments", results.header.command},
                 {"executionSuccessful", notifications.empty()}};
    if (results.summary) {
        json["exitCode"] = results.summary->exit_code;
    }
    json["toolExecutionNotifications"] = std::move(notifications);
    return json;
}

Json run_of(const Results& results) {
    const RunHeader& header = results.header;
    RuleTable rules;
    Json found = Json::array();
    for (const Finding& finding : findings_of(results.cases)) {
        found.push_back(result_of(finding, header.target, rules));
    }
    for (const StaleRecord& stale : results.stale) {
        found.push_back(result_of(stale, header.target, rules));
    }
    Json driver = {{"name", "epollcheck"}, {"version", header.version}, {"rules", rules.take()}};
    return {{"tool", {{"driver", std::move(driver)}}},
            {"automationDetails", {{"id", "epollcheck/" + header.target + "/"}}},
            {"invocations", Json::array({invocation_of(results)})},
            {"results", std::move(found)},
            {"properties",
             {{"target", header.target},
              {"target_title", header.target_title},
              {"kernel", header.kernel},
              {"profile", header.profile},
              {"tier", tier_name(header.tier)},
              {"seed", header.seed}}}};
}

}  // namespace

std::string sarif_report(std::span<const Results> runs) {
    Json json = {{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array()}};
    for (const Results& results : runs) {
        json["runs"].push_back(run_of(results));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace epollcheck
