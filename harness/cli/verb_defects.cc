// `epollcheck defects`. See verb_defects.h.
//
// No kernel is judged here: the model with a defect acts as the implementation, so the verb says
// how good the suite is. It needs this machine only for its capacities (harness/check/calibrate.h).

#include "harness/cli/verb_defects.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "harness/check/calibrate.h"
#include "harness/check/defective_model.h"
#include "harness/check/finding_size.h"
#include "harness/check/median.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "harness/program/printer.h"
#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(A defect is one seeded fault of the model, which then acts as an implementation. A case or
random program detects it if the sound model forbids one of the answers, or if an answer is not
what the case expects. The tier is the loosest one that forbids an answer to one of the first
cases. Only written cases are tried, so that a defect which the covering suite alone detects shows
as a hole. Exit code 1: a defect is detected by no case.

Examples:
  epollcheck defects                  all of them
  epollcheck defects --programs 2000  and what random programs detect
  epollcheck defects --sizes          how small findings become
  epollcheck defects --defect D-17    the smallest program found that detects one)";

struct DefectsOptions {
    std::string defect;
    bool sizes = false;
    RandomPrograms random{0, 1};
    std::string profile = std::string(named_profiles().back().name);
    std::string cases;
};

std::string kills_text(const Kills& kills, std::string_view first) {
    return kills.count == 0 ? fmt::format("{:>5}  {:<52}", "-", "-")
                            : fmt::format("{:>5}  {:<52}", kills.count, first);
}

class Matrix {
public:
    Matrix(const DefectsOptions& options, const CaseSuite& suite, DefectHunt& hunt)
        : options_(options), suite_(suite), hunt_(hunt), paint_(colour_wanted()) {}

    int show() {
        print(paint_.bold(fmt::format("{:<6} {:<28} {:<9} {:<9} {:>5}  {:<52}{}\n", "id", "defect",
                                      "kind", "tier", "cases", "first case",
                                      options_.random.count > 0 ? " random" : "")));
        std::size_t undetected = 0;
        std::size_t only_random = 0;
        for (std::size_t i = 1; i <= all_defects().size(); ++i) {
            const DefectRow row = hunt_.hunt(static_cast<Defect>(i));
            print(row_text(row));
            const bool by_case = row.cases.count > 0;
            only_random += !by_case && row.random.count > 0 ? 1 : 0;
            undetected += !by_case && row.random.count == 0 ? 1 : 0;
            std::size_t& of_kind = missed_[defect_info(row.defect).kind];
            of_kind += by_case ? 0 : 1;
        }
        print(kinds_text());
        print(unbroken_rules_text());
        const std::size_t all = all_defects().size();
        print(fmt::format("defects: {} of {} detected by a case", all - undetected - only_random,
                          all));
        print(options_.random.count > 0 ? fmt::format(", {} by random programs only (seed {})\n",
                                                      only_random, options_.random.seed)
                                        : std::string("\n"));
        return undetected + only_random == 0 ? exit_code::kConforms : exit_code::kDeviation;
    }

private:
    std::string row_text(const DefectRow& row) const {
        const DefectInfo& info = defect_info(row.defect);
        const bool by_case = row.cases.count > 0;
        const std::string first =
            by_case ? suite_[row.cases.first].program.header.id : std::string();
        std::string text = fmt::format(
            "{:<6} {:<28} {:<9} {:<9} {}", info.id, info.name, defect_kind_name(info.kind),
            by_case ? tier_name(row.tier) : "-", kills_text(row.cases, first));
        if (options_.random.count > 0) {
            text += fmt::format(" {:>6}", row.random.count);
        }
        return (by_case ? text : paint_.bad(text)) + "\n";
    }

    std::string kinds_text() const {
        std::map<DefectKind, std::size_t> seeded;
        for (const DefectInfo& info : all_defects()) {
            ++seeded[info.kind];
        }
        std::string text = "detected by kind: ";
        for (const auto& [kind, count] : seeded) {
            text +=
                fmt::format("{} {}/{} ", defect_kind_name(kind), count - missed_.at(kind), count);
        }
        return wrap(text, "\n", "  ", 100);
    }

    static std::string unbroken_rules_text() {
        std::string text;
        std::size_t count = 0;
        for (const RuleInfo& rule : all_rules()) {
            if (!breaks(rule.id)) {
                text += " " + std::string(rule.id);
                ++count;
            }
        }
        return wrap(fmt::format("rules that no defect breaks: {}:{}", count, text), "", "  ", 100);
    }

    static bool breaks(std::string_view rule) {
        return std::ranges::any_of(all_defects(), [&](const DefectInfo& info) {
            const auto at = info.rules.find(rule);
            return at != std::string_view::npos &&
                   (at + rule.size() == info.rules.size() || info.rules[at + rule.size()] == ' ');
        });
    }

    const DefectsOptions& options_;
    const CaseSuite& suite_;
    DefectHunt& hunt_;
    Paint paint_;
    std::map<DefectKind, std::size_t> missed_;
};

/// Shows a smallest program that detects `defect`, with the sound and the defective answers.
int show_smallest(Defect defect, DefectHunt& hunt, Judge& judge) {
    const DefectInfo& info = defect_info(defect);
    print(fmt::format("# {} {}: {}\n# It breaks {}.\n", info.id, info.name, info.text, info.rules));
    const auto program = hunt.smallest(defect);
    if (!program) {
        print("# Nothing detects it; try `--programs 100000`.\n");
        return exit_code::kDeviation;
    }
    const Trace sound = judge.predict(program->operations);
    const Trace broken = defective_trace(program->operations, defect, judge);
    for (std::size_t i = 0; i < broken.size() && i < sound.size(); ++i) {
        const Operation& operation = program->operations[i];
        const bool same = same_answer(sound[i], broken[i]);
        std::string line = print_operation(*program, i);
        if (operation.bound[0] < 0) {
            line += " = " + print_answer(operation, *program, sound[i]);
        }
        print(same ? line + "\n"
                   : fmt::format("{:<50} # with the defect: {}\n", line,
                                 print_answer(operation, *program, broken[i])));
    }
    return exit_code::kConforms;
}

/// Shows how small the findings of a campaign become, for each defect. The programs are the random
/// ones and then the cases.
int show_sizes(const std::vector<const Program*>& cases, const DefectHunt& hunt, Judge& judge,
               Calibration& calibration) {
    std::vector<const Program*> programs;
    for (std::size_t i = 0; i < hunt.random_programs(); ++i) {
        programs.push_back(&hunt.random_program(i));
    }
    programs.insert(programs.end(), cases.begin(), cases.end());
    std::vector<double> sizes;
    for (std::size_t i = 1; i <= all_defects().size(); ++i) {
        const auto defect = static_cast<Defect>(i);
        const DefectInfo& info = defect_info(defect);
        const auto size = finding_size(defect, programs, judge, calibration);
        print(size ? fmt::format("{:<6} {:<30} {:>3} operations, of {}\n", info.id, info.name,
                                 size->after, size->before)
                   : fmt::format("{:<6} {:<30} no finding\n", info.id, info.name));
        if (size) {
            sizes.push_back(static_cast<double>(size->after));
        }
    }
    if (sizes.empty()) {
        return exit_code::kInconclusive;
    }
    const std::size_t found = sizes.size();
    const double largest = *std::ranges::max_element(sizes);
    print(fmt::format("findings of {} of {} defects: median {} operations, largest {}\n", found,
                      all_defects().size(), median(sizes), largest));
    return exit_code::kConforms;
}

int measure_machine(const CaseSuite& suite, Calibration& calibration) {
    auto error = calibrate(this_machine(), calibration);
    for (const Case& test_case : suite) {
        error = error ? error
                      : calibrate_for(this_machine(), test_case.program.operations, calibration);
    }
    error = error ? error : calibrate_for_generator(this_machine(), calibration);
    if (error) {
        complain(error->what);
        return exit_code::kOwnFault;
    }
    return exit_code::kConforms;
}

int show_defects(DefectsOptions options) {
    const auto defect = defect_named(options.defect);
    const auto profile = profile_named(options.profile);
    if (!options.defect.empty() && !defect) {
        complain(fmt::format("there is no defect '{}'; see `epollcheck defects`", options.defect));
        return exit_code::kUsage;
    }
    if (!profile) {
        complain(fmt::format("there is no profile '{}'; see `epollcheck doctor`", options.profile));
        return exit_code::kUsage;
    }
    const auto suite = load_written_cases(options.cases);
    if (!suite) {
        return exit_code::kUsage;
    }
    Calibration calibration;
    if (const int code = measure_machine(*suite, calibration); code != exit_code::kConforms) {
        return code;
    }
    assume_privileges(calibration);
    std::vector<const Program*> programs;
    for (const Case& test_case : *suite) {
        programs.push_back(&test_case.program);
    }
    constexpr std::uint64_t kEnoughToExplain = 2000;
    if ((defect || options.sizes) && options.random.count == 0) {
        options.random.count = kEnoughToExplain;
    }
    Judge judge(*profile, calibration);
    DefectHunt hunt(judge, programs, options.random);
    if (options.sizes) {
        return show_sizes(programs, hunt, judge, calibration);
    }
    return defect ? show_smallest(*defect, hunt, judge) : Matrix(options, *suite, hunt).show();
}

}  // namespace

RunVerb add_defects_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<DefectsOptions>();
    command.footer(kFooter);
    command.add_option("--defect", options->defect, "show the smallest program that detects it")
        ->option_text("D-...");
    command.add_flag("--sizes", options->sizes,
                     "show how small the findings of random programs (or else of\n"
                     "cases) become, and the median over all defects");
    command.add_option("--programs", options->random.count, "how many random programs to try")
        ->capture_default_str();
    command.add_option("--seed", options->random.seed, "seed of the random programs")
        ->capture_default_str();
    command.add_option("--profile", options->profile, "the kernel that the model describes")
        ->capture_default_str();
    add_cases_option(command, options->cases);
    return [options] { return show_defects(*options); };
}

}  // namespace epollcheck
