// Golden files of every format: golden/NAME.jsonl is what a run wrote, and the files beside it are
// the reports that must be derived from it. To accept new ones after a deliberate change, run the
// tests with EPOLLCHECK_UPDATE_GOLDEN=1 and read the difference.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "reports/human_report.h"
#include "reports/json_records.h"
#include "reports/junit_report.h"
#include "reports/ktap_report.h"
#include "reports/results_reader.h"
#include "reports/sarif_report.h"
#include "reports/tap_report.h"

namespace epollcheck {
namespace {

std::string golden_path(const std::string& name) {
    return std::string(EPOLLCHECK_SOURCE_DIR) + "/reports/golden/" + name;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void check_golden(const std::string& name, const std::string& text) {
    if (std::getenv("EPOLLCHECK_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(golden_path(name), std::ios::binary) << text;
    }
    INFO(name);
    CHECK(text == read_file(golden_path(name)));
}

std::vector<Results> golden_runs(const std::string& name) {
    auto loaded = load_runs(golden_path(name + ".jsonl"));
    if (const auto* error = std::get_if<ResultsError>(&loaded)) {
        FAIL(error->text);
    }
    return std::get<std::vector<Results>>(loaded);
}

TEST_CASE("every format of the golden results is the golden one", "[reports]") {
    // All but the last were written before there were targets.
    const std::string name = GENERATE("every-status", "all-pass", "killed", "targets");
    const std::vector<Results> runs = golden_runs(name);
    check_golden(name + ".tap", tap_report(runs));
    check_golden(name + ".ktap", ktap_report(runs));
    check_golden(name + ".sarif", sarif_report(runs));
    check_golden(name + ".xml", junit_report(runs));
    check_golden(name + ".txt", human_report(runs, false));
}

TEST_CASE("records that are written again are the same lines", "[reports]") {
    std::string text;
    for (const Results& results : golden_runs("targets")) {
        text += record_lines(results);
    }
    CHECK(text == read_file(golden_path("targets.jsonl")));
}

TEST_CASE("results from before there were targets are those of this process", "[reports]") {
    const Results old = golden_runs("every-status").front();
    CHECK(old.header.target == "in-process");
    CHECK(old.summary->count(CaseStatus::kCrashed) == 0);
    CHECK(old.cases.front().cause.empty());
    const auto again = read_runs(record_lines(old), "again");
    CHECK(std::get<std::vector<Results>>(again) == std::vector<Results>{old});
}

TEST_CASE("colours change no letter of a report", "[reports]") {
    const std::vector<Results> runs = golden_runs("targets");
    const std::string plain = human_report(runs, false);
    CHECK(plain.find('\x1b') == std::string::npos);
    std::string coloured = human_report(runs, true);
    CHECK(coloured.find("\x1b[31m") != std::string::npos);
    for (std::size_t begin = 0; (begin = coloured.find('\x1b')) != std::string::npos;) {
        coloured.erase(begin, coloured.find('m', begin) + 1 - begin);
    }
    CHECK(coloured == plain);
}

}  // namespace
}  // namespace epollcheck
