// Catch session. See catch_session.h.

#include "conformance/catch_session.h"

#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include <catch2/catch.hpp>

#include "conformance/catch_runner.h"

namespace epollcheck {

namespace {

constexpr const char* kReporterName = "epollcheck-records";

/// What the tests and the listener share; Catch2 makes its reporters itself.
struct SessionState {
    const SessionHooks* hooks = nullptr;
    CaseResult result;  // of the test that runs
    bool stopped = false;
    bool ended = false;
};

SessionState state;

class CaseTest : public Catch::ITestInvoker {
public:
    explicit CaseTest(const Case& test_case) : case_(test_case) {}

    void invoke() const override {
        if (state.stopped) {
            return;
        }
        state.result = CaseResult();
        state.result.id = case_.program.header.id;  // even if an exception ends the case
        state.result = state.hooks->run(case_);
        for (const DisagreementRecord& disagreement : state.result.disagreements) {
            FAIL_CHECK(disagreement.between << ": " << disagreement.text);
        }
        if (state.result.disagreements.empty()) {
            SUCCEED();
        }
    }

private:
    const Case& case_;
};

class RecordListener : public Catch::IStreamingReporter {
public:
    explicit RecordListener(const Catch::ReporterConfig& /*config*/) {}
    // NOLINTBEGIN(readability-identifier-naming): Catch2 calls them by these names.
    static std::string getDescription() { return "hands each result to the session"; }
    static std::set<Catch::Verbosity> getSupportedVerbosities() {
        return {Catch::Verbosity::Normal};
    }
    // NOLINTEND(readability-identifier-naming)

    Catch::ReporterPreferences getPreferences() const override { return {}; }
    void noMatchingTestCases(const std::string& /*spec*/) override {}
    void testRunStarting(const Catch::TestRunInfo& /*info*/) override {}
    void testGroupStarting(const Catch::GroupInfo& /*info*/) override {}
    void testCaseStarting(const Catch::TestCaseInfo& /*info*/) override { message_.clear(); }
    void sectionStarting(const Catch::SectionInfo& /*info*/) override {}
    void assertionStarting(const Catch::AssertionInfo& /*info*/) override {}
    void sectionEnded(const Catch::SectionStats& /*stats*/) override {}
    void testGroupEnded(const Catch::TestGroupStats& /*stats*/) override {}
    void testRunEnded(const Catch::TestRunStats& /*stats*/) override { state.ended = true; }
    void skipTest(const Catch::TestCaseInfo& /*info*/) override {}

    bool assertionEnded(const Catch::AssertionStats& stats) override {
        if (!stats.assertionResult.isOk() && stats.assertionResult.hasMessage()) {
            message_ = stats.assertionResult.getMessage();
        }
        return true;
    }

    void testCaseEnded(const Catch::TestCaseStats& stats) override {
        if (state.stopped) {
            return;
        }
        // A test that failed without a disagreement was ended by an exception.
        if (stats.totals.assertions.failed > 0 && state.result.disagreements.empty()) {
            state.result.status = CaseStatus::kError;
            state.result.reason = "an exception ended the case: " + message_;
        }
        state.stopped = !state.hooks->record(state.result);
    }

private:
    std::string message_;
};

}  // namespace

bool run_catch_session(std::span<const Case* const> cases, const SessionHooks& hooks) {
    state = SessionState{};
    state.hooks = &hooks;
    const Catch::ReporterRegistrar<RecordListener> registrar(kReporterName);
    for (const Case* test_case : cases) {
        std::string tags;
        for (const std::string& tag : test_case->program.header.tags) {
            tags += "[" + tag + "]";
        }
        Catch::getMutableRegistryHub().registerTest(
            Catch::makeTestCase(new CaseTest(*test_case), "",  // Catch2 takes ownership
                                Catch::NameAndTags(test_case->program.header.id, tags),
                                Catch::SourceLineInfo(test_case->file.c_str(), 1)));
    }
    run_registered_tests(kReporterName);
    return state.ended;
}

}  // namespace epollcheck
