// Golden files of what is laid out for several targets: the matrix of golden/targets.jsonl, and a
// table side by side. To accept new ones after a deliberate change, run the tests with
// EPOLLCHECK_UPDATE_GOLDEN=1 and read the difference.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "reports/matrix_report.h"
#include "reports/results_reader.h"
#include "reports/side_by_side.h"

namespace epollcheck {
namespace {

std::string golden_path(const std::string& name) {
    return std::string(EPOLLCHECK_SOURCE_DIR) + "/reports/golden/" + name;
}

void check_golden(const std::string& name, const std::string& text) {
    if (std::getenv("EPOLLCHECK_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(golden_path(name), std::ios::binary) << text;
    }
    std::ifstream file(golden_path(name), std::ios::binary);
    std::ostringstream expected;
    expected << file.rdbuf();
    INFO(name);
    CHECK(text == expected.str());
}

std::string without_colours(std::string text) {
    for (std::size_t begin = 0; (begin = text.find('\x1b')) != std::string::npos;) {
        text.erase(begin, text.find('m', begin) + 1 - begin);
    }
    return text;
}

std::vector<Results> golden_runs() {
    auto loaded = load_runs(golden_path("targets.jsonl"));
    if (const auto* error = std::get_if<ResultsError>(&loaded)) {
        FAIL(error->text);
    }
    return std::get<std::vector<Results>>(loaded);
}

SideBySide example() {
    SideBySide table;
    table.title = "edge/second-write: A second write to a pipe is reported again";
    table.operations = {"epoll_create1(0) = ep", "pipe2([r, w], O_NONBLOCK)",
                        "epoll_ctl(ep, ADD, r, {IN|OUT|RDHUP|ET, 1})", "write(w, 1)",
                        "epoll_wait(ep, 16, 0)"};
    ComparedTarget good{.name = "in-process",
                        .about = "Linux 6.18.0 x86_64, profile probed",
                        .outcome = "conforms at tier exact",
                        .good = true,
                        .answers = {"ep", "0", "0", "1", "[1:IN]"},
                        .allowed = {{"ep"}, {"0"}, {"0"}, {"1"}, {"[1:IN]"}},
                        .forbidden_step = 0,
                        .rules = ""};
    ComparedTarget lost{.name = "gvisor",
                        .about = "Linux 4.4.0 x86_64, profile probed",
                        .outcome = "deviates at tier linux: R-C15 epoll_wait missing-event",
                        .good = false,
                        .answers = {"ep", "0", "0", "1", "[]"},
                        .allowed = {{"ep"}, {"0"}, {"0"}, {"1"}, {"[1:IN]", "[1:IN|RDNORM]"}},
                        .forbidden_step = 5,
                        .rules = "R-C15 R-C20"};
    ComparedTarget dead{.name = "emulation-with-a-long-name",
                        .about = "",
                        .outcome = "crashed: it died of signal 11",
                        .good = false,
                        .answers = {"ep", "0", "EINVAL"},
                        .allowed = {{"ep"}, {"0"}, {"0"}},
                        .forbidden_step = 3,
                        .rules = "R-A1"};
    table.targets = {good, lost, dead};
    return table;
}

TEST_CASE("the matrix of several targets is the golden one", "[reports]") {
    const auto runs = golden_runs();
    const std::string plain = matrix_report(runs, false);
    check_golden("targets.matrix", plain);
    CHECK(plain.find('\x1b') == std::string::npos);
    const std::string coloured = matrix_report(runs, true);
    CHECK(coloured.find("\x1b[31m") != std::string::npos);
    CHECK(without_colours(coloured) == plain);
}

TEST_CASE("the matrix shows a run that could not start", "[reports]") {
    auto runs = golden_runs();
    Results missing;
    missing.header.target = "missing";
    missing.header.selected = 8;
    runs.push_back(missing);
    const std::string text = matrix_report(runs, false);
    CHECK(text.find("0 passed; cut short, 0 of 8 cases ran\n") != std::string::npos);
}

TEST_CASE("side by side is the golden table, wide and narrow", "[reports]") {
    check_golden("side-by-side.wide", side_by_side_text(example(), 120, false));
    check_golden("side-by-side.narrow", side_by_side_text(example(), 60, false));
    CHECK(without_colours(side_by_side_text(example(), 100, true)) ==
          side_by_side_text(example(), 100, false));
}

TEST_CASE("rows are marked where answers differ or are forbidden", "[reports]") {
    const SideBySide table = example();
    CHECK_FALSE(differs_at(table, 0));
    CHECK(differs_at(table, 2));
    CHECK(differs_at(table, 3));  // one did not run
    CHECK(differs_at(table, 4));
    SideBySide alone = table;
    alone.targets = {table.targets[1]};
    CHECK_FALSE(differs_at(alone, 3));
    CHECK(differs_at(alone, 4));
}

}  // namespace
}  // namespace epollcheck
