// Files of expectations are read whole or not at all, and entries meet what they name.

#include "harness/expectations/expectations.h"

#include <catch2/catch.hpp>

#include "harness/expectations/outcome.h"

namespace epollcheck {
namespace {

Expectations expectations_of(const std::string& text) {
    const auto parsed = parse_expectations(text, "known.toml");
    if (const auto* error = std::get_if<ExpectationsError>(&parsed)) {
        FAIL(error->text);
    }
    return std::get<Expectations>(parsed);
}

std::string error_of(const std::string& text) {
    const auto parsed = parse_expectations(text, "known.toml");
    REQUIRE(std::holds_alternative<ExpectationsError>(parsed));
    return std::get<ExpectationsError>(parsed).text;
}

CaseResult result_of(const std::string& id, CaseStatus status, const std::string& cause = "") {
    CaseResult result;
    result.id = id;
    result.status = status;
    result.cause = cause;
    return result;
}

TEST_CASE("entries are read with their lines", "[expectations]") {
    const Expectations read = expectations_of(
        "# Known of this target.\n\n[[deviation]]\ncase = \"edge/*\"  # all of them\n"
        "reason = 'no \"edges\"'\nlink = \"https://example.org/1\"\n\n"
        "[[deviation]]\n# by its cause\nrule = \"R-C13\"\noperation = \"epoll_wait\"\n"
        "observed = \"missing event\"\nstatus = \"flaky\"\nreason = \"a race\"\n");
    REQUIRE(read.entries.size() == 2);
    const Expectation& one = read.entries[0];
    CHECK(one.case_id == "edge/*");
    CHECK(one.reason == "no \"edges\"");
    CHECK(one.link == "https://example.org/1");
    CHECK(one.explanation() == "no \"edges\" (https://example.org/1)");
    CHECK(one.status == ExpectedStatus::kFails);
    CHECK(one.line == 3);
    CHECK(one.last_line == 6);
    CHECK(one.name() == "edge/*");
    CHECK_FALSE(one.is_of_one_case());
    const Expectation& other = read.entries[1];
    CHECK(other.name() == "R-C13 epoll_wait missing-event");
    CHECK(other.status == ExpectedStatus::kFlaky);
    CHECK(other.line == 8);
    CHECK(other.last_line == 14);
    CHECK(expectations_of("").entries.empty());
    CHECK(expectations_of("# nothing yet\n").entries.empty());
}

TEST_CASE("a file that is not understood is one error with its line", "[expectations]") {
    const std::string head = "[[deviation]]\ncase = \"a/b\"\n";
    CHECK(error_of("[[deviation]]\ncase = \n").find("known.toml:2: error: ") == 0);
    CHECK(error_of(head) ==
          "known.toml:1: error: a deviation needs a `reason` that says why it is expected");
    CHECK(error_of("[[deviation]]\nreason = \"r\"\n") ==
          "known.toml:1: error: a deviation needs a `case`, a `rule`, an `operation` or what was "
          "`observed`");
    CHECK(error_of(head + "reasons = \"r\"\n") ==
          "known.toml:3: error: a deviation has no `reasons`; did you mean 'reason'?");
    CHECK(error_of(head + "reason = 7\n") ==
          "known.toml:3: error: `reason` must be a text that is not empty");
    CHECK(error_of(head + "reason = \"\"\n") ==
          "known.toml:3: error: `reason` must be a text that is not empty");
    CHECK(error_of(head + "reason = \"\"\"two\nlines\"\"\"\n") ==
          "known.toml:3: error: write `reason` on one line");
    CHECK(error_of(head + "reason = \"r\"\nstatus = \"fail\"\n") ==
          "known.toml:4: error: there is no status 'fail'; there are fails, crashes, flaky");
    CHECK(error_of("[[deviation]]\nrule = \"R-Z1\"\nreason = \"r\"\n") ==
          "known.toml:2: error: there is no rule 'R-Z1'; see `epollcheck rules`");
    CHECK(error_of("[[deviation]]\noperation = \"epoll_wiat\"\nreason = \"r\"\n") ==
          "known.toml:2: error: there is no operation 'epoll_wiat'; did you mean 'epoll_wait'?");
    CHECK(
        error_of("[[deviation]]\nobserved = \"lost\"\nreason = \"r\"\n")
            .find(
                "known.toml:2: error: 'lost' is no class of answers; there are missing-event, ") ==
        0);
    CHECK(error_of("[deviation]\ncase = \"a/b\"\n") ==
          "known.toml:1: error: write [[deviation]], with two brackets");
    CHECK(error_of("deviation = [{case = \"a/b\", reason = \"r\"}]\n") ==
          "known.toml:1: error: write each deviation under a line [[deviation]]");
    CHECK(error_of("title = \"x\"\n") ==
          "known.toml:1: error: 'title' means nothing here; there is only [[deviation]]");
}

TEST_CASE("a file that cannot be read says why", "[expectations]") {
    const auto loaded = load_expectations("/no/such/file.toml");
    REQUIRE(std::holds_alternative<ExpectationsError>(loaded));
    CHECK(std::get<ExpectationsError>(loaded).text ==
          "cannot read /no/such/file.toml: No such file or directory");
}

TEST_CASE("an entry is met by what all its selectors and its status name", "[expectations]") {
    const std::string cause = "R-C13 epoll_wait wrong-errno (EINVAL instead of EBADF)";
    const CaseResult failure = result_of("edge/one", CaseStatus::kFailed, cause);
    const CaseResult crash = result_of("edge/one", CaseStatus::kCrashed, "- epoll_wait crashed");
    Expectation entry;
    entry.case_id = "edge/*";
    CHECK(entry.is_met_by(failure));
    CHECK_FALSE(entry.is_met_by(crash));
    CHECK_FALSE(entry.is_met_by(result_of("edge/one", CaseStatus::kPassed)));
    CHECK_FALSE(entry.is_met_by(result_of("order/one", CaseStatus::kFailed, cause)));
    entry.observed = "wrong-errno";
    CHECK(entry.is_met_by(failure));
    entry.observed = "wrong-errno (EINVAL instead of EBADF)";
    CHECK(entry.is_met_by(failure));
    entry.observed = "wrong-errno (EINVAL instead of EPERM)";
    CHECK_FALSE(entry.is_met_by(failure));
    entry.observed = "";
    entry.rule = "R-C14";
    CHECK_FALSE(entry.is_met_by(failure));
    entry.rule = "";
    entry.status = ExpectedStatus::kCrashes;
    CHECK(entry.is_met_by(crash));
    CHECK_FALSE(entry.is_met_by(failure));
    entry.status = ExpectedStatus::kFlaky;
    CHECK(entry.is_met_by(crash));
    CHECK(entry.is_met_by(failure));
}

const std::string kBook =
    "[[deviation]]\ncase = \"a/fails\"\nreason = \"one\"\n"
    "[[deviation]]\ncase = \"a/*\"\nreason = \"two\"\n"
    "[[deviation]]\ncase = \"b/mended\"\nreason = \"three\"\n"
    "[[deviation]]\ncase = \"b/*\"\nreason = \"four\"\n"
    "[[deviation]]\nrule = \"R-C13\"\nreason = \"five\"\n"
    "[[deviation]]\ncase = \"b/mended\"\nstatus = \"flaky\"\nreason = \"six\"\n"
    "[[deviation]]\ncase = \"c/skipped\"\nreason = \"seven\"\n";

TEST_CASE("the first entry that is met gives the reason, and what is not met is stale",
          "[expectations]") {
    ExpectationBook book(expectations_of(kBook));
    CaseResult failure = result_of("a/fails", CaseStatus::kFailed, "R-C1 epoll_wait wrong-bits");
    CaseResult mended = result_of("b/mended", CaseStatus::kPassed);
    CaseResult skipped = result_of("c/skipped", CaseStatus::kSkipped);
    CaseResult unknown = result_of("d/new", CaseStatus::kFailed, "R-C1 epoll_wait wrong-bits");
    for (CaseResult* result : {&failure, &mended, &skipped, &unknown}) {
        book.apply(*result);
    }
    CHECK(failure.expected == "one");
    CHECK(failure.is_known());
    CHECK(mended.expected.empty());
    CHECK(skipped.expected.empty());
    CHECK(unknown.is_problem());
    // Neither patterns nor causes are stale in a part of the suite, and nothing at a looser tier.
    CHECK(book.stale(RunScope::kNothing).empty());
    CHECK(book.stale(RunScope::kSingleCases) == std::vector<std::size_t>{2});
    CHECK(book.stale(RunScope::kWholeSuite) == std::vector<std::size_t>{2, 3, 4});
    const auto records = book.stale_records(RunScope::kSingleCases);
    REQUIRE(records.size() == 1);
    CHECK(records[0].entry == "known.toml:7: b/mended");
    CHECK(records[0].reason == "three");
}

TEST_CASE("a crash is not the failure that was expected", "[expectations]") {
    ExpectationBook book(expectations_of("[[deviation]]\ncase = \"a/b\"\nreason = \"r\"\n"));
    CaseResult crash = result_of("a/b", CaseStatus::kCrashed, "- epoll_wait crashed");
    book.apply(crash);
    CHECK(crash.is_problem());
    CHECK(book.stale(RunScope::kSingleCases) == std::vector<std::size_t>{0});
}

}  // namespace
}  // namespace epollcheck
