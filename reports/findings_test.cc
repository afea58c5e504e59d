// Failures of the same cause are one finding, shown by its smallest program.

#include "reports/findings.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

CaseResult failure(const std::string& id, const std::string& cause, int operations) {
    CaseResult result;
    result.id = id;
    result.cause = cause;
    result.status = CaseStatus::kFailed;
    for (int i = 0; i < operations; ++i) {
        result.program += "epoll_create1(0)\n";
    }
    return result;
}

TEST_CASE("failures of one cause are one finding, the smallest first", "[reports]") {
    const std::vector<CaseResult> cases = {
        failure("a/long", "R-1", 3), failure("a/other", "R-2", 1), failure("a/short", "R-1", 1),
        failure("a/equal", "R-1", 1)};
    const auto findings = findings_of(cases);
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].cause == "R-1");
    REQUIRE(findings[0].cases.size() == 3);
    CHECK(findings[0].cases[0]->id == "a/equal");
    CHECK(findings[0].cases[1]->id == "a/short");
    CHECK(findings[0].cases[2]->id == "a/long");
    CHECK(findings[1].cases.size() == 1);
}

TEST_CASE("failures without a cause stand alone", "[reports]") {
    const std::vector<CaseResult> cases = {failure("a/a", "", 1), failure("a/b", "", 1)};
    CHECK(findings_of(cases).size() == 2);
}

TEST_CASE("known failures and crashes are findings, other statuses are not", "[reports]") {
    std::vector<CaseResult> cases = {failure("a/a", "R-1", 1), failure("a/b", "R-1", 1),
                                     failure("a/c", "R-1", 1)};
    cases[1].expected = "long known";
    cases[2].status = CaseStatus::kCrashed;
    auto findings = findings_of(cases);
    REQUIRE(findings.size() == 2);
    CHECK_FALSE(findings[0].known());
    CHECK(findings[0].cases.size() == 2);
    CHECK(findings[1].known());
    cases[0].status = cases[1].status = cases[2].status = CaseStatus::kInconclusive;
    CHECK(findings_of(cases).empty());
}

}  // namespace
}  // namespace epollcheck
