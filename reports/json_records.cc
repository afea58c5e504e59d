// Records as JSON. See json_records.h.

#include "reports/json_records.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace epollcheck {

namespace {

using Json = nlohmann::ordered_json;  // fields in the order of the schema: people read these lines

std::string line_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Optional fields are only written where they say something.
template <typename Value>
void add_unless_empty(Json& json, const char* key, const Value& value) {
    if (!value.empty()) {
        json[key] = value;
    }
}

Json rules_json(const std::vector<QuotedRule>& rules) {
    Json list = Json::array();
    for (const QuotedRule& rule : rules) {
        list.push_back({{"id", rule.id}, {"text", rule.text}});
    }
    return list;
}

Json deviation_json(const DeviationRecord& deviation) {
    Json findings = Json::array();
    for (const TierFinding& finding : deviation.findings) {
        findings.push_back({{"tier", tier_name(finding.tier)},
                            {"permits", finding.permits},
                            {"step", finding.step},
                            {"observed", finding.observed},
                            {"allowed", finding.allowed},
                            {"allowed_complete", finding.allowed_complete},
                            {"rules", finding.rules}});
    }
    Json json = {{"tier", tier_name(deviation.tier)},    {"step", deviation.step},
                 {"operation", deviation.operation},     {"observed", deviation.observed},
                 {"rules", rules_json(deviation.rules)}, {"findings", std::move(findings)}};
    add_unless_empty(json, "c", deviation.c);
    return json;
}

Json parts_json(const std::vector<RunPart>& parts) {
    Json list = Json::array();
    for (const RunPart& part : parts) {
        list.push_back({{"command", part.command},
                        {"seed", part.seed},
                        {"selected", part.selected},
                        {"ran", part.ran},
                        {"duration_us", part.duration_us},
                        {"complete", part.complete},
                        {"interrupted", part.interrupted},
                        {"exit_code", part.exit_code}});
    }
    return list;
}

/// Reads fields of one object; a missing field or one of a wrong type becomes a RecordError.
class Fields {
public:
    Fields(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
        if (!json_.is_object()) {
            throw RecordError(where_ + " is not an object");
        }
    }

    template <typename Value>
    void read(const char* key, Value& value) const {
        try {
            member(key).get_to(value);
        } catch (const Json::exception&) {
            throw RecordError(fmt::format("'{}' of {} has the wrong type", key, where_));
        }
    }

    /// Leaves `value` as it is if there is no such field.
    template <typename Value>
    void read_optional(const char* key, Value& value) const {
        if (has(key)) {
            read(key, value);
        }
    }

    [[nodiscard]] bool has(const char* key) const { return json_.contains(key); }

    void read(const char* key, Tier& tier) const { tier = read_name<Tier>(key, tier_named); }
    void read(const char* key, CaseStatus& status) const {
        status = read_name<CaseStatus>(key, status_named);
    }

    /// Calls `visit` with the fields of each object of the array `key`.
    template <typename Visit>
    void each(const char* key, Visit visit) const {
        const Json& list = member(key);
        if (!list.is_array()) {
            throw RecordError(fmt::format("'{}' of {} is not an array", key, where_));
        }
        for (const Json& element : list) {
            visit(Fields(element, fmt::format("an element of '{}'", key)));
        }
    }

    [[nodiscard]] const Json& member(const char* key) const {
        const auto found = json_.find(key);
        if (found == json_.end()) {
            throw RecordError(fmt::format("'{}' of {} is missing", key, where_));
        }
        return *found;
    }

private:
    template <typename Value, typename Named>
    Value read_name(const char* key, Named named) const {
        std::string name;
        read(key, name);
        const std::optional<Value> value = named(name);
        if (!value) {
            throw RecordError(
                fmt::format("'{}' of {} is '{}', which is no {}", key, where_, name, key));
        }
        return *value;
    }

    const Json& json_;
    std::string where_;
};

RunPart part_of(const Fields& fields) {
    RunPart part;
    fields.read("command", part.command);
    fields.read("seed", part.seed);
    fields.read("selected", part.selected);
    fields.read("ran", part.ran);
    fields.read("duration_us", part.duration_us);
    fields.read("complete", part.complete);
    fields.read("interrupted", part.interrupted);
    fields.read("exit_code", part.exit_code);
    return part;
}

RunHeader header_of(const Fields& fields) {
    int schema = 0;
    fields.read("schema", schema);
    if (schema != kResultsSchema) {
        throw RecordError(fmt::format("the results have schema {}, this epollcheck reads schema {}",
                                      schema, kResultsSchema));
    }
    RunHeader header;
    fields.read("version", header.version);
    fields.read("command", header.command);
    fields.read("seed", header.seed);
    fields.read("profile", header.profile);
    fields.each("probed", [&](const Fields& probed) {
        ProbedRecord& record = header.probed.emplace_back();
        probed.read("id", record.id);
        probed.read("present", record.present);
        probed.read("text", record.text);
    });
    fields.read("kernel", header.kernel);
    fields.read("tier", header.tier);
    fields.read("selected", header.selected);
    fields.read_optional("target", header.target);
    fields.read_optional("target_title", header.target_title);
    if (fields.has("parts")) {
        fields.each("parts", [&](const Fields& part) { header.parts.push_back(part_of(part)); });
    }
    return header;
}

DeviationRecord deviation_of(const Fields& fields) {
    DeviationRecord deviation;
    fields.read("tier", deviation.tier);
    fields.read("step", deviation.step);
    fields.read("operation", deviation.operation);
    fields.read("observed", deviation.observed);
    fields.each("rules", [&](const Fields& rule) {
        QuotedRule& quoted = deviation.rules.emplace_back();
        rule.read("id", quoted.id);
        rule.read("text", quoted.text);
    });
    fields.each("findings", [&](const Fields& finding) {
        TierFinding& record = deviation.findings.emplace_back();
        finding.read("tier", record.tier);
        finding.read("permits", record.permits);
        finding.read("step", record.step);
        finding.read("observed", record.observed);
        finding.read("allowed", record.allowed);
        finding.read("allowed_complete", record.allowed_complete);
        finding.read("rules", record.rules);
    });
    fields.read_optional("c", deviation.c);
    return deviation;
}

CaseResult case_of(const Fields& fields) {
    CaseResult result;
    fields.read("id", result.id);
    fields.read("title", result.title);
    fields.read("tags", result.tags);
    fields.read("rules", result.rules);
    fields.read("tier", result.tier);
    fields.read("status", result.status);
    fields.read("verdict", result.verdict);
    fields.read("reason", result.reason);
    if (const Json& deviation = fields.member("deviation"); !deviation.is_null()) {
        result.deviation = deviation_of(Fields(deviation, "'deviation'"));
    }
    fields.each("disagreements", [&](const Fields& disagreement) {
        DisagreementRecord& record = result.disagreements.emplace_back();
        disagreement.read("between", record.between);
        disagreement.read("step", record.step);
        disagreement.read("text", record.text);
    });
    fields.read("duration_us", result.duration_us);
    fields.read("program", result.program);
    fields.read("exercised", result.exercised);
    fields.read_optional("target", result.target);
    fields.read_optional("cause", result.cause);
    fields.read_optional("expected", result.expected);
    fields.read_optional("answers", result.answers);
    return result;
}

StaleRecord stale_of(const Fields& fields) {
    StaleRecord stale;
    fields.read_optional("target", stale.target);
    fields.read("entry", stale.entry);
    fields.read("reason", stale.reason);
    return stale;
}

RunSummary summary_of(const Fields& fields) {
    RunSummary summary;
    for (int status = 0; status < kCaseStatuses; ++status) {
        const std::string name(status_name(static_cast<CaseStatus>(status)));
        if (static_cast<CaseStatus>(status) == CaseStatus::kCrashed) {  // younger than the others
            fields.read_optional(name.c_str(), summary.counts[status]);
        } else {
            fields.read(name.c_str(), summary.counts[status]);
        }
    }
    fields.read_optional("expected", summary.expected);
    fields.read_optional("stale", summary.stale);
    fields.read("duration_us", summary.duration_us);
    fields.read("interrupted", summary.interrupted);
    fields.read("exit_code", summary.exit_code);
    fields.read_optional("target", summary.target);
    return summary;
}

}  // namespace

std::string record_line(const RunHeader& header) {
    Json probed = Json::array();
    for (const ProbedRecord& record : header.probed) {
        probed.push_back({{"id", record.id}, {"present", record.present}, {"text", record.text}});
    }
    Json json = {{"record", "run"},
                 {"schema", kResultsSchema},
                 {"version", header.version},
                 {"target", header.target},
                 {"target_title", header.target_title},
                 {"command", header.command},
                 {"seed", header.seed},
                 {"profile", header.profile},
                 {"probed", std::move(probed)},
                 {"kernel", header.kernel},
                 {"tier", tier_name(header.tier)},
                 {"selected", header.selected}};
    add_unless_empty(json, "parts", parts_json(header.parts));
    return line_of(json);
}

std::string record_line(const CaseResult& result) {
    Json disagreements = Json::array();
    for (const DisagreementRecord& record : result.disagreements) {
        disagreements.push_back(
            {{"between", record.between}, {"step", record.step}, {"text", record.text}});
    }
    Json json = {{"record", "case"}};
    add_unless_empty(json, "target", result.target);
    json.update({{"id", result.id},
                 {"title", result.title},
                 {"tags", result.tags},
                 {"rules", result.rules},
                 {"tier", tier_name(result.tier)},
                 {"status", status_name(result.status)},
                 {"verdict", result.verdict},
                 {"reason", result.reason},
                 {"deviation", result.deviation ? deviation_json(*result.deviation) : Json()},
                 {"disagreements", std::move(disagreements)},
                 {"duration_us", result.duration_us},
                 {"program", result.program},
                 {"exercised", result.exercised}});
    add_unless_empty(json, "cause", result.cause);
    add_unless_empty(json, "expected", result.expected);
    add_unless_empty(json, "answers", result.answers);
    return line_of(json);
}

std::string record_line(const StaleRecord& stale) {
    Json json = {{"record", "stale"}};
    add_unless_empty(json, "target", stale.target);
    json["entry"] = stale.entry;
    json["reason"] = stale.reason;
    return line_of(json);
}

std::string record_line(const RunSummary& summary) {
    Json json = {{"record", "summary"}};
    add_unless_empty(json, "target", summary.target);
    for (int status = 0; status < kCaseStatuses; ++status) {
        json[std::string(status_name(static_cast<CaseStatus>(status)))] = summary.counts[status];
    }
    json["expected"] = summary.expected;
    json["stale"] = summary.stale;
    json["duration_us"] = summary.duration_us;
    json["interrupted"] = summary.interrupted;
    json["exit_code"] = summary.exit_code;
    return line_of(json);
}

std::string record_lines(const Results& results) {
    std::string text = record_line(results.header) + "\n";
    for (const CaseResult& result : results.cases) {
        text += record_line(result) + "\n";
    }
    for (const StaleRecord& stale : results.stale) {
        text += record_line(stale) + "\n";
    }
    if (results.summary) {
        text += record_line(*results.summary) + "\n";
    }
    return text;
}

Record parse_record(std::string_view line) {
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) {
        throw RecordError("this is no JSON");
    }
    const Fields fields(json, "the record");
    std::string kind;
    fields.read("record", kind);
    if (kind == "run") {
        return header_of(fields);
    }
    if (kind == "case") {
        return case_of(fields);
    }
    if (kind == "stale") {
        return stale_of(fields);
    }
    if (kind == "summary") {
        return summary_of(fields);
    }
    throw RecordError(fmt::format("'{}' is no kind of record (run, case, stale, summary)", kind));
}

}  // namespace epollcheck
