// Every seeded defect of the model is detected by a written case, and every rule within reach
// decides an answer of one. This is what tells that the suite is worth something.

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "conformance/case_exercise.h"
#include "conformance/case_suite.h"
#include "harness/check/calibrate.h"
#include "harness/check/defective_model.h"
#include "harness/check/features.h"
#include "harness/check/rule_reach.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {
namespace {

/// The cases of the binary, and a judge for the newest kernel that the model describes, on a
/// machine like this one.
class Suite {
public:
    Suite() {
        auto loaded = load_suite(embedded_cases(), "conformance/cases");
        REQUIRE(std::holds_alternative<CaseSuite>(loaded));
        cases = std::get<CaseSuite>(std::move(loaded));
        REQUIRE_FALSE(calibrate(this_machine(), calibration));
        for (const Case& test_case : cases) {
            REQUIRE_FALSE(calibrate_for(this_machine(), test_case.program.operations, calibration));
            programs.push_back(&test_case.program);
        }
        REQUIRE_FALSE(calibrate_for_generator(this_machine(), calibration));
        assume_privileges(calibration);
        judge = std::make_unique<Judge>(named_profiles().back(), calibration);
    }

    CaseSuite cases;
    std::vector<const Program*> programs;
    Calibration calibration;
    std::unique_ptr<Judge> judge;
};

TEST_CASE("every defect of the model is detected by a case", "[defects]") {
    Suite suite;
    DefectHunt hunt(*suite.judge, suite.programs, {});
    std::string matrix;
    for (std::size_t i = 1; i <= all_defects().size(); ++i) {
        const DefectRow row = hunt.hunt(static_cast<Defect>(i));
        const DefectInfo& info = defect_info(row.defect);
        const std::string first =
            row.cases.count > 0 ? suite.cases[row.cases.first].program.header.id : "nothing";
        matrix += fmt::format("{:<6} {:<30} {:>4} {:<9} {}\n", info.id, info.name, row.cases.count,
                              row.cases.count > 0 ? tier_name(row.tier) : "-", first);
        INFO(info.id << " " << info.name << ": " << info.text
                     << " Try `epollcheck defects --defect " << info.id
                     << " --programs 100000`, and write a case.");
        CHECK(row.cases.count > 0);
    }
    WARN("the kill matrix: defect, cases that detect it, loosest tier, first case\n" << matrix);
}

TEST_CASE("without a defect no program is suspected", "[defects]") {
    Suite suite;
    for (const Program* program : suite.programs) {
        INFO(program->header.id);
        CHECK((unmet_need(program->header.needs, suite.calibration) != nullptr ||
               !detect(*program, Defect::kNone, *suite.judge)));
    }
    constexpr std::uint64_t kPrograms = 500;
    DefectHunt hunt(*suite.judge, suite.programs, {kPrograms, 1});
    CHECK(hunt.hunt(Defect::kNone).cases.count == 0);
    CHECK(hunt.hunt(Defect::kNone).random.count == 0);
}

TEST_CASE("random programs detect plain defects without any case", "[defects]") {
    Suite suite;
    constexpr std::uint64_t kPrograms = 500;
    DefectHunt hunt(*suite.judge, {}, {kPrograms, 1});
    for (const Defect defect : {Defect::kEdgeIsLevel, Defect::kOneshotStaysArmed,
                                Defect::kModKeepsData, Defect::kPipeCloseSilent}) {
        INFO(defect_info(defect).name);
        CHECK(hunt.hunt(defect).random.count > 0);
        const auto program = hunt.smallest(defect);
        REQUIRE(program);
        CHECK(detect(*program, defect, *suite.judge));
        CHECK(program->operations.size() < 10);
    }
}

TEST_CASE("the table of defects is in order", "[defects]") {
    std::set<std::string_view> ids;
    std::set<std::string_view> names;
    for (const DefectInfo& info : all_defects()) {
        INFO(info.id << " " << info.name);
        CHECK(ids.insert(info.id).second);
        CHECK(names.insert(info.name).second);
        CHECK(info.id.starts_with("D-"));
        CHECK(info.text.ends_with('.'));
        std::string_view rest = info.rules;
        while (!rest.empty()) {
            const std::string_view id = rest.substr(0, rest.find(' '));
            CHECK(rule_named(id));
            rest.remove_prefix(std::min(rest.size(), id.size() + 1));
        }
        CHECK(defect_named(info.id) == defect_named(info.name));
    }
    CHECK(all_defects().size() >= 80);
    CHECK_FALSE(defect_named("D-0"));
}

TEST_CASE("every rule within reach decides an answer of a case", "[rules]") {
    Suite suite;
    InProcessTarget target;
    const Workbench bench{target, *suite.judge, suite.calibration};
    RuleSet exercised;
    RuleSet not_run;  // needs what this machine does not permit, such as userfaultfd
    for (const Program* program : suite.programs) {
        const CaseExercise exercise = exercise_case(*program, bench);
        (exercise.not_run.empty() ? exercised : not_run).merge(exercise.rules);
    }
    const RuleReach reach = rule_reach(exercised);
    CHECK(reach.reachable() > 100);
    reach.missed.for_each([&](Rule rule) {
        if (not_run.contains(rule)) {
            return;
        }
        FAIL_CHECK(rule_info(rule).id << " decides nothing in any case: write one, or let the "
                                         "branch of the model that decides name it");
    });
    reach.mistaken.for_each([](Rule rule) {
        FAIL_CHECK(rule_info(rule).id << " is listed as out of reach, but a case exercises it: "
                                         "take it off the list in rule_reach.cc");
    });
    for (const OutOfReach& entry : rules_out_of_reach()) {
        INFO(entry.first << " to " << entry.last);
        REQUIRE(rule_named(entry.first));
        REQUIRE(rule_named(entry.last));
        CHECK(*rule_named(entry.first) <= *rule_named(entry.last));
    }
}

}  // namespace
}  // namespace epollcheck
