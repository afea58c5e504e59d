// Results that are cut short can be read; those that are corrupt say where.

#include "reports/results_reader.h"

#include <catch2/catch.hpp>
#include <string>

#include "reports/json_records.h"

namespace epollcheck {
namespace {

std::string header_line() { return record_line(RunHeader{}) + "\n"; }
std::string case_line(const std::string& id) {
    CaseResult result;
    result.id = id;
    return record_line(result) + "\n";
}

Results read_good(const std::string& text) {
    auto parsed = parse_results(text, "r.jsonl");
    if (const auto* error = std::get_if<ResultsError>(&parsed)) {
        FAIL(error->text);
    }
    return std::get<Results>(parsed);
}

std::string read_bad(const std::string& text) {
    const auto parsed = parse_results(text, "r.jsonl");
    REQUIRE(std::holds_alternative<ResultsError>(parsed));
    return std::get<ResultsError>(parsed).text;
}

TEST_CASE("a file that ends anywhere after its header can be read", "[reports]") {
    const std::string full =
        header_line() + case_line("a/b") + case_line("a/c") + record_line(RunSummary{}) + "\n";
    const Results all = read_good(full);
    CHECK(all.cases.size() == 2);
    CHECK(all.summary);
    CHECK_FALSE(all.truncated);
    for (std::size_t length = header_line().size(); length < full.size() - 1; ++length) {
        const Results part = read_good(full.substr(0, length));
        // A record that is complete but for its newline counts.
        const bool at_boundary = full[length - 1] == '\n' || full[length] == '\n';
        CHECK(part.truncated == !at_boundary);
        CHECK_FALSE(part.summary);
        const auto lines = std::count(full.begin(), full.begin() + static_cast<long>(length), '\n');
        CHECK(part.cases.size() ==
              static_cast<std::size_t>(lines - 1 + (full[length] == '\n' ? 1 : 0)));
    }
}

TEST_CASE("a corrupt file says where and what", "[reports]") {
    const std::string header = header_line();
    CHECK(read_bad("") == "r.jsonl:1: error: the file is empty");
    CHECK(read_bad("TAP version 14\n") == "r.jsonl:1: error: this is no JSON");
    CHECK(read_bad(header.substr(0, 20)) == "r.jsonl:1: error: this is no JSON");
    CHECK(read_bad(case_line("a/b")) == "r.jsonl:1: error: the first record is not of kind 'run'");
    CHECK(read_bad(header + case_line("a/b").substr(0, 30) + "\n" + case_line("a/c")) ==
          "r.jsonl:2: error: this is no JSON");
    CHECK(read_bad(header + "\n") == "r.jsonl:2: error: this is no JSON");
    CHECK(read_bad(header + "[1]\n") == "r.jsonl:2: error: the record is not an object");
    CHECK(read_bad(header + "{\"id\":1}\n") ==
          "r.jsonl:2: error: 'record' of the record is missing");
    CHECK(read_bad(header + "{\"record\":\"end\"}\n") ==
          "r.jsonl:2: error: 'end' is no kind of record (run, case, stale, summary)");
    CHECK(read_bad(header + header) ==
          "r.jsonl: error: there are 2 runs in it, only one can be used");
    CHECK(read_bad(header + record_line(RunSummary{}) + "\n" + case_line("a/b")) ==
          "r.jsonl:3: error: there is a record after the summary");
    CHECK(read_bad("{\"record\":\"run\",\"schema\":2}\n") ==
          "r.jsonl:1: error: the results have schema 2, this epollcheck reads schema 1");
}

TEST_CASE("a field of a wrong type or value is named", "[reports]") {
    std::string line = case_line("a/b");
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = line;
        changed.replace(changed.find(from), from.size(), to);
        return read_bad(header_line() + changed);
    };
    CHECK(with("\"id\":\"a/b\"", "\"id\":7") ==
          "r.jsonl:2: error: 'id' of the record has the wrong type");
    CHECK(with("\"status\":\"error\"", "\"status\":\"fine\"") ==
          "r.jsonl:2: error: 'status' of the record is 'fine', which is no status");
    CHECK(with("\"tags\":[]", "\"tags\":{}") ==
          "r.jsonl:2: error: 'tags' of the record has the wrong type");
    CHECK(with("\"disagreements\":[]", "\"disagreements\":[3]") ==
          "r.jsonl:2: error: an element of 'disagreements' is not an object");
    CHECK(with("\"deviation\":null", "\"deviation\":{\"tier\":\"exact\"}") ==
          "r.jsonl:2: error: 'step' of 'deviation' is missing");
}

TEST_CASE("files that cannot be read are one clear error", "[reports]") {
    const auto text = [](const std::string& path) {
        const auto loaded = load_results(path);
        REQUIRE(std::holds_alternative<ResultsError>(loaded));
        return std::get<ResultsError>(loaded).text;
    };
    CHECK(text("/nonexistent/r.jsonl") ==
          "cannot read /nonexistent/r.jsonl: No such file or directory");
    CHECK(text("/") == "cannot read /: Is a directory");
    CHECK(text("/dev/null") == "/dev/null:1: error: the file is empty");
}

std::vector<Results> read_good_runs(const std::string& text) {
    auto parsed = read_runs(text, "r.jsonl");
    if (const auto* error = std::get_if<ResultsError>(&parsed)) {
        FAIL(error->text);
    }
    return std::get<std::vector<Results>>(parsed);
}

std::string header_line_of(const std::string& target) {
    RunHeader header;
    header.target = target;
    return record_line(header) + "\n";
}

TEST_CASE("files with several runs can be joined, and runs may be mixed", "[reports]") {
    CaseResult result;
    result.id = "a/c";
    result.target = "one";
    const std::string mixed = record_line(result) + "\n";
    RunSummary end;
    end.target = "one";
    const auto runs = read_good_runs(
        header_line_of("one") + case_line("a/a") + header_line_of("two") + case_line("a/b") +
        mixed + record_line(StaleRecord{"one", "entry", "reason"}) + "\n" + record_line(end) +
        "\n" + case_line("a/d") + record_line(RunSummary{}) + "\n" + header_line_of("one") + mixed);
    REQUIRE(runs.size() == 3);
    CHECK(runs[0].header.target == "one");
    REQUIRE(runs[0].cases.size() == 2);
    CHECK(runs[0].cases[1].id == "a/c");
    CHECK(runs[0].stale.size() == 1);
    CHECK(runs[0].summary);
    REQUIRE(runs[1].cases.size() == 2);
    CHECK(runs[1].cases[1].id == "a/d");
    CHECK(runs[1].summary);
    CHECK(runs[2].cases.size() == 1);
    CHECK_FALSE(runs[2].summary);
}

TEST_CASE("a record must belong to a run that has not ended", "[reports]") {
    const auto error = [](const std::string& text) {
        return std::get<ResultsError>(read_runs(text, "r.jsonl")).text;
    };
    CaseResult result;
    result.target = "two";
    CHECK(error(header_line() + record_line(result) + "\n") ==
          "r.jsonl:2: error: no record of kind 'run' for target 'two' comes before it");
    CHECK(error(header_line_of("two") + record_line(RunSummary{}) + "\n" + header_line() +
                record_line(result) + "\n") ==
          "r.jsonl:4: error: there is a record after the summary");
}

TEST_CASE("bytes that are no UTF-8 do not break a record", "[reports]") {
    CaseResult result;
    result.id = "a/b";
    result.reason = "bad \xff byte, \"quotes\"\n and a line end";
    const Results results = read_good(header_line() + record_line(result) + "\n");
    CHECK(results.cases.at(0).reason == "bad \xef\xbf\xbd byte, \"quotes\"\n and a line end");
}

}  // namespace
}  // namespace epollcheck
