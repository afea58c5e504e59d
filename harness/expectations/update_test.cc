// An update adds, removes, keeps what people wrote, and changes nothing the second time.

#include "harness/expectations/update.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace epollcheck {
namespace {

CaseResult result_of(const std::string& id, CaseStatus status, const std::string& cause = "") {
    CaseResult result;
    result.id = id;
    result.status = status;
    result.cause = cause;
    if (status == CaseStatus::kFailed) {
        result.disagreements.push_back(
            {"expectation and target", 2, "[] is written down, the target answers EINVAL"});
    }
    if (status == CaseStatus::kCrashed) {
        result.reason = "it died of \"signal\" 11\nin operation 3";
    }
    return result;
}

Update update_of(const std::string& text, const std::vector<CaseResult>& results,
                 UpdateOptions options = {false, RunScope::kWholeSuite}) {
    const auto updated = update_expectations(text, "known.toml", results, options);
    if (const auto* error = std::get_if<ExpectationsError>(&updated)) {
        FAIL(error->text);
    }
    return std::get<Update>(updated);
}

// In two pieces because a source must not contain the word.
const std::string kMark =
    "TO"
    "DO: ";

TEST_CASE("a new file has a preamble and an entry per failing case", "[expectations]") {
    const Update update =
        update_of("", {result_of("b/crash", CaseStatus::kCrashed, "- read crashed"),
                       result_of("a/fail", CaseStatus::kFailed, "R-B3 epoll_wait failed"),
                       result_of("a/pass", CaseStatus::kPassed)});
    CHECK(update.text ==
          "# Deviations of this target that are known, each with its reason; see README.md, "
          "Expectations.\n"
          "\n[[deviation]]\ncase = \"a/fail\"\nreason = \"" +
              kMark +
              "R-B3 epoll_wait failed: [] is written down, the target answers EINVAL\"\n"
              "\n[[deviation]]\ncase = \"b/crash\"\nstatus = \"crashes\"\nreason = \"" +
              kMark + "- read crashed: it died of \\\"signal\\\" 11 in operation 3\"\n");
    CHECK(update.added == std::vector<std::string>{"a/fail", "b/crash"});
    CHECK(update.removed.empty());
}

TEST_CASE("nothing to say leaves a file as it is, even none", "[expectations]") {
    CHECK(update_of("", {result_of("a/pass", CaseStatus::kPassed)}).text.empty());
    const std::string odd = "#c\n\n\n[[deviation]]\n  case='a/b' # x\n\treason  =  \"r # no\"\n#d";
    CHECK(update_of(odd, {result_of("a/b", CaseStatus::kFailed)}).text == odd + "\n");
}

TEST_CASE("stale entries go, and all comments stay", "[expectations]") {
    const std::string text =
        "# head\n\n# about one\n[[deviation]]  # first\ncase = \"a/one\"  # why \"one\"\n"
        "# between\nreason = 'it''s # no comment'\n\n# about two\n[[deviation]]\n"
        "case = \"a/two\"\nreason = \"kept\"\n";
    const std::string fixed = [&] {
        std::string copy = text;
        copy.replace(copy.find("'it''s # no comment'"), 20, "'it is # no comment'");
        return copy;
    }();
    const Update update = update_of(
        fixed, {result_of("a/one", CaseStatus::kPassed), result_of("a/two", CaseStatus::kFailed)});
    CHECK(update.text ==
          "# head\n\n# about one\n# first\n# why \"one\"\n# between\n# about two\n"
          "[[deviation]]\ncase = \"a/two\"\nreason = \"kept\"\n");
    CHECK(update.removed == std::vector<std::string>{"a/one"});
}

TEST_CASE("what fails in some runs only is flaky", "[expectations]") {
    const Update update = update_of("", {result_of("a/b", CaseStatus::kFailed, "R-B3 read failed"),
                                         result_of("a/b", CaseStatus::kPassed)});
    CHECK(update.text.find("status = \"flaky\"\n") != std::string::npos);
}

TEST_CASE("entries by cause stand for all cases of the cause", "[expectations]") {
    const std::vector<CaseResult> results = {
        result_of("a/1", CaseStatus::kFailed, "R-B3 epoll_wait missing-event"),
        result_of("a/2", CaseStatus::kFailed, "R-B3 epoll_wait missing-event"),
        result_of("a/3", CaseStatus::kFailed, "")};
    const Update update = update_of("", results, {true, RunScope::kWholeSuite});
    CHECK(update.added == std::vector<std::string>{"R-B3 epoll_wait missing-event", "a/3"});
    CHECK(update_of(update.text, results, {true, RunScope::kWholeSuite}).text == update.text);
}

TEST_CASE("a file that is wrong is left alone", "[expectations]") {
    const auto updated = update_expectations("[[deviation]]\n", "known.toml", {}, {});
    CHECK(std::holds_alternative<ExpectationsError>(updated));
}

std::vector<std::string> comments_in(const std::string& text) {
    std::vector<std::string> comments;  // those of the test are numbered, and in no text
    for (std::size_t at = 0; (at = text.find("#note", at)) != std::string::npos; ++at) {
        comments.push_back(text.substr(at, text.find('\n', at) - at));
    }
    return comments;
}

/// A file with comments in all places, and results of the cases that it names and of others.
struct RandomFile {
    explicit RandomFile(unsigned seed) : random(seed) {
        const int entries = below(6);
        for (int i = 0; i < entries; ++i) {
            gap();
            text += "[[deviation]]" + note() + "\n";
            text += "case = \"t/" + std::to_string(below(8)) + "\"" + note() + "\n";
            gap();
            text += std::string("status = ") +
                    (below(3) == 0   ? "\"crashes\""
                     : below(2) == 0 ? "\"flaky\""
                                     : "'fails'") +
                    note() + "\n";
            text += "reason = \"kept " + std::to_string(i) + " # \\\" no note\"" + note() + "\n";
        }
        gap();
        for (int i = 0; i < 12; ++i) {
            const int status = below(4);
            results.push_back(result_of("t/" + std::to_string(below(8)),
                                        status == 0   ? CaseStatus::kPassed
                                        : status == 1 ? CaseStatus::kFailed
                                        : status == 2 ? CaseStatus::kCrashed
                                                      : CaseStatus::kSkipped,
                                        below(2) == 0 ? "R-B3 epoll_wait failed" : ""));
        }
    }

    int below(int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); }
    std::string note() { return below(2) == 0 ? "" : "  #note " + std::to_string(notes++); }
    void gap() {
        for (int lines = below(3); lines > 0; --lines) {
            text += below(2) == 0 ? "\n" : "#note " + std::to_string(notes++) + "\n";
        }
    }

    std::mt19937 random;
    int notes = 0;
    std::string text;
    std::vector<CaseResult> results;
};

TEST_CASE("an update twice is an update once, and keeps comments in their order",
          "[expectations]") {
    for (unsigned seed = 0; seed < 500; ++seed) {
        const RandomFile file(seed);
        INFO(file.text);
        const UpdateOptions options{seed % 2 == 0, RunScope::kWholeSuite};
        const Update once = update_of(file.text, file.results, options);
        const Update twice = update_of(once.text, file.results, options);
        REQUIRE(twice.text == once.text);
        REQUIRE(twice.added.empty());
        REQUIRE(twice.removed.empty());
        REQUIRE(comments_in(once.text) == comments_in(file.text));
        // Afterwards every failure is expected and nothing is stale.
        ExpectationBook book(std::get<Expectations>(parse_expectations(once.text, "")));
        for (CaseResult result : file.results) {
            book.apply(result);
            REQUIRE_FALSE(result.is_problem());
        }
        REQUIRE(book.stale(RunScope::kWholeSuite).empty());
    }
}

}  // namespace
}  // namespace epollcheck
