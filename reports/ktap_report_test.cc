// What a case says cannot be taken for a result, a plan or a directive of KTAP.

#include "reports/ktap_report.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

TEST_CASE("texts with a meaning in KTAP lose it", "[reports]") {
    Results results;
    results.header.selected = 1;
    results.summary = RunSummary{};
    CaseResult& result = results.cases.emplace_back();
    result.id = "a/b";
    result.status = CaseStatus::kSkipped;
    result.reason = "no # SKIP here\nok 2 another";
    CHECK(ktap_report({&results, 1}).find("    ok 2") == std::string::npos);
    CHECK(ktap_report({&results, 1}).find("  ok 1 b # SKIP no - SKIP here ok 2 another\n") !=
          std::string::npos);
    result.status = CaseStatus::kFailed;
    result.program = "ok 2 another\n# SKIP\n1..7\n";
    const std::string text = ktap_report({&results, 1});
    CHECK(text.find("\n  not ok 1 b\n") != std::string::npos);
    for (std::size_t end = 0; (end = text.find("another", end)) != std::string::npos; ++end) {
        const std::size_t begin = text.rfind('\n', end) + 1;
        CHECK(text.compare(begin, 3, "  #") == 0);
    }
}

}  // namespace
}  // namespace epollcheck
