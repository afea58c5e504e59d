// Merging is associative, commutative and idempotent, and loses nothing.

#include "reports/results_merge.h"

#include <catch2/catch.hpp>
#include <random>

#include "reports/json_records.h"
#include "reports/results_reader.h"

namespace epollcheck {
namespace {

std::string lines_of(const std::vector<Results>& runs) {
    std::string text;
    for (const Results& results : runs) {
        text += record_lines(results);
    }
    return text;
}

std::vector<Results> joined(std::vector<Results> runs, const std::vector<Results>& more) {
    runs.insert(runs.end(), more.begin(), more.end());
    return runs;
}

CaseResult case_of(const std::string& id, CaseStatus status) {
    CaseResult result;
    result.id = id;
    result.status = status;
    return result;
}

Results run_of(const std::string& target, const std::string& shard, std::vector<CaseResult> cases) {
    Results results;
    results.header.target = target;
    results.header.command = {"run", "--shard", shard};
    results.header.selected = cases.size();
    results.summary = count_cases(cases);
    results.summary->duration_us = 100;
    results.cases = std::move(cases);
    return results;
}

/// Runs from few values, so that equal and nearly equal ones are common.
class RandomRuns {
public:
    explicit RandomRuns(unsigned seed) : random_(seed) {}

    std::vector<Results> next() {
        std::vector<Results> runs(below(3));
        for (Results& results : runs) {
            results.header.target = below(2) == 0 ? "one" : "two";
            results.header.kernel = below(4) == 0 ? "other" : "kernel";
            results.header.command = {"run", std::to_string(below(3))};
            results.header.seed = below(2);
            for (std::size_t i = below(4); i > 0; --i) {
                results.cases.push_back(random_case(results.header.target));
            }
            results.header.selected = results.cases.size() + below(2);
            if (below(3) == 0) {
                results.stale.push_back({"", "entry " + std::to_string(below(2)), "reason"});
            }
            if (below(3) > 0) {
                results.summary = count_cases(results.cases);
                results.summary->exit_code = std::vector{0, 1, 3, 5, 70, 130, 9}[below(7)];
                results.summary->duration_us = static_cast<std::int64_t>(below(3));
                results.summary->interrupted = below(5) == 0;
            }
        }
        return runs;
    }

private:
    CaseResult random_case(const std::string& target) {
        CaseResult result =
            case_of("a/" + std::to_string(below(3)), static_cast<CaseStatus>(below(2)));
        result.duration_us = static_cast<std::int64_t>(below(3));
        result.target = below(2) == 0 ? "" : target;
        result.expected = below(4) == 0 ? "known" : "";
        return result;
    }

    std::size_t below(std::size_t limit) { return random_() % limit; }

    std::mt19937 random_;
};

TEST_CASE("merging does not depend on order, grouping or repetition", "[reports]") {
    for (unsigned seed = 0; seed < 3000; ++seed) {
        INFO("seed " << seed);
        RandomRuns random(seed);
        const auto a = random.next();
        const auto b = random.next();
        const auto c = random.next();
        const std::string all = lines_of(merge_runs(joined(joined(a, b), c)));
        REQUIRE(all == lines_of(merge_runs(joined(c, joined(b, a)))));
        REQUIRE(all == lines_of(merge_runs(joined(merge_runs(joined(a, b)), c))));
        REQUIRE(all == lines_of(merge_runs(joined(a, merge_runs(joined(b, c))))));
        REQUIRE(all == lines_of(merge_runs(joined(joined(a, b), joined(c, a)))));
        REQUIRE(all == lines_of(merge_runs(merge_runs(joined(joined(a, b), c)))));
        // What was written can be read, and is still the same.
        if (!all.empty()) {
            const auto again = read_runs(all, "merged");
            REQUIRE(all == lines_of(std::get<std::vector<Results>>(again)));
        }
    }
}

TEST_CASE("shards of one run become one run", "[reports]") {
    const auto runs = merge_runs({run_of("one", "2/2", {case_of("b/b", CaseStatus::kFailed)}),
                                  run_of("one", "1/2", {case_of("a/a", CaseStatus::kPassed)}),
                                  run_of("two", "1/2", {case_of("a/a", CaseStatus::kCrashed)})});
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].header.target == "one");
    REQUIRE(runs[0].cases.size() == 2);
    CHECK(runs[0].cases[0].id == "a/a");
    CHECK(runs[0].header.selected == 2);
    CHECK(runs[0].header.command == std::vector<std::string>{"merge"});
    CHECK(runs[0].header.parts.size() == 2);
    REQUIRE(runs[0].summary);
    CHECK(runs[0].summary->count(CaseStatus::kPassed) == 1);
    CHECK(runs[0].summary->count(CaseStatus::kFailed) == 1);
    CHECK(runs[0].summary->duration_us == 200);
    CHECK_FALSE(runs[0].cut_short());
    CHECK(runs[1].header.parts.empty());
}

TEST_CASE("a shard that was cut short leaves the merged run cut short", "[reports]") {
    Results killed = run_of("one", "2/2", {case_of("b/b", CaseStatus::kPassed)});
    killed.header.selected = 3;
    killed.summary.reset();
    const Results other = run_of("one", "1/2", {case_of("a/a", CaseStatus::kPassed)});
    const auto runs = merge_runs({killed, other});
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].cut_short());
    CHECK(runs[0].header.selected == 4);
    CHECK_FALSE(runs[0].summary);
    // Until the same shard has been run to its end.
    const Results again =
        run_of("one", "2/2",
               {case_of("b/b", CaseStatus::kPassed), case_of("b/c", CaseStatus::kPassed),
                case_of("b/d", CaseStatus::kPassed)});
    const auto complete = merge_runs({runs[0], again});
    REQUIRE(complete.size() == 1);
    CHECK_FALSE(complete[0].cut_short());
    CHECK(complete[0].cases.size() == 4);
}

TEST_CASE("results of one case that differ are all kept", "[reports]") {
    const auto runs = merge_runs({run_of("one", "1/1", {case_of("a/a", CaseStatus::kPassed)}),
                                  run_of("one", "1/1 again", {case_of("a/a", CaseStatus::kFailed)}),
                                  run_of("one", "1/1", {case_of("a/a", CaseStatus::kPassed)})});
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].cases.size() == 2);
}

}  // namespace
}  // namespace epollcheck
