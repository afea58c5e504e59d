// `epollcheck expectations`. See verb_expectations.h.

#include "harness/cli/verb_expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/cli/exit_code.h"
#include "harness/cli/options.h"
#include "harness/cli/target_expectations.h"
#include "harness/cli/terminal.h"
#include "harness/expectations/update.h"
#include "reports/output_file.h"
#include "reports/results_reader.h"
#include "stress/random_program.h"
#include "stress/scenario.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(A file of expectations says which deviations of a target are known, and why:

  [[deviation]]
  case = "edge/*"             # an id or a pattern; or the cause, or both:
  rule = "R-C13"
  operation = "epoll_wait"
  observed = "missing-event"  # see `epollcheck run`, which prints causes
  status = "fails"            # or "crashes", or "flaky": may or may not happen
  reason = "events of pipes are lost while another thread waits"
  link = "https://..."        # may be left out

Examples:
  epollcheck run --target gvisor --format jsonl --output r.jsonl
  epollcheck expectations update r.jsonl      writes what is new, removes what is stale
  epollcheck expectations update r.jsonl --by-cause --file known.toml
  epollcheck expectations check               do all files name cases that exist?)";

constexpr const char* kUpdateFooter =
    R"(New entries get a reason that begins with the word for unfinished work; replace it. All
else in the file stays as it is: comments, order, reasons. A pattern or a cause is only taken for
stale after a run of the whole suite, and nothing after one with --tier.)";

struct ExpectationsOptions {
    std::vector<std::string> results;
    std::vector<std::string> files;
    std::string file;
    std::string target;
    std::string cases;
    bool by_cause = false;
};

TargetChoice named_target(const std::string& name) {
    TargetChoice choice;
    choice.name = name;
    return choice;
}

/// The runs in `files` that are of one target, whose name is found out if it is empty. Nothing if
/// that does not work, having said why.
std::optional<std::vector<Results>> runs_of_target(const std::vector<std::string>& files,
                                                   std::string& target) {
    std::vector<Results> runs;
    std::set<std::string> names;
    for (const std::string& file : files) {
        auto loaded = load_runs(file);
        if (const auto* error = std::get_if<ResultsError>(&loaded)) {
            complain(error->text);
            return std::nullopt;
        }
        for (Results& run : std::get<std::vector<Results>>(loaded)) {
            names.insert(run.header.target);
            if (target.empty() || run.header.target == target) {
                runs.push_back(std::move(run));
            }
        }
    }
    if (runs.empty() || (target.empty() && names.size() > 1)) {
        complain(fmt::format(
            "the results are of {}; {}", fmt::join(names, ", "),
            target.empty() ? "choose one with --target" : fmt::format("none are of '{}'", target)));
        return std::nullopt;
    }
    target = runs.front().header.target;
    return runs;
}

bool names_tier(const std::string& argument) { return argument.starts_with("--tier"); }

/// What the runs together can say about entries that were not met.
RunScope scope_of(const std::vector<Results>& runs, const CaseSuite& suite) {
    std::set<std::string> ran;
    for (const Results& run : runs) {
        if (std::any_of(run.header.command.begin(), run.header.command.end(), names_tier)) {
            return RunScope::kNothing;
        }
        for (const CaseResult& result : run.cases) {
            ran.insert(result.id);
        }
    }
    const bool all = std::all_of(suite.begin(), suite.end(), [&](const Case& test_case) {
        return ran.count(test_case.program.header.id) > 0;
    });
    return all ? RunScope::kWholeSuite : RunScope::kSingleCases;
}

/// Replaces the file as a whole: reasons that somebody wrote must survive a full disk.
std::optional<std::string> replace_file(const std::string& path, const std::string& text) {
    std::error_code error;
    const std::filesystem::path directory = std::filesystem::path(path).parent_path();
    if (!directory.empty()) {
        std::filesystem::create_directories(directory, error);
    }
    const std::string fresh = path + ".new";
    OutputFile file(fresh);
    file.write(text);
    file.close();
    if (file.error()) {
        return file.error();
    }
    std::filesystem::rename(fresh, path, error);
    return error ? std::optional(fmt::format("cannot write to {}: {}", path, error.message()))
                 : std::nullopt;
}

int update(const ExpectationsOptions& options) {
    std::string target = options.target;
    const auto runs = runs_of_target(options.results, target);
    const auto suite = load_cases(options.cases);
    if (!runs || !suite) {
        return exit_code::kUsage;
    }
    const std::string file =
        options.file.empty() ? own_expectations_file(named_target(target)) : options.file;
    std::string text;
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
        auto read = read_expectations_text(file);
        if (const auto* wrong = std::get_if<ExpectationsError>(&read)) {
            complain(wrong->text);
            return exit_code::kUsage;
        }
        text = std::get<std::string>(std::move(read));
    }
    std::vector<CaseResult> results;
    for (const Results& run : *runs) {
        results.insert(results.end(), run.cases.begin(), run.cases.end());
    }
    auto updated =
        update_expectations(text, file, results, {options.by_cause, scope_of(*runs, *suite)});
    if (const auto* wrong = std::get_if<ExpectationsError>(&updated)) {
        complain(wrong->text);
        return exit_code::kUsage;
    }
    const Update& update = std::get<Update>(updated);
    if (update.text != text) {
        if (const auto failure = replace_file(file, update.text)) {
            complain(*failure);
            return exit_code::kOwnFault;
        }
    }
    for (const std::string& name : update.added) {
        print("added    " + name + "\n");
    }
    for (const std::string& name : update.removed) {
        print("removed  " + name + "\n");
    }
    print(fmt::format("{}: {} added, {} removed\n", file, update.added.size(),
                      update.removed.size()));
    return exit_code::kConforms;
}

/// True if the entry is about a program of `stress`: of a scenario, or a random one.
bool speaks_of_races(const Expectation& entry) {
    return entry.speaks_of(random_concurrent_program(0, 0).header.id) ||
           std::ranges::any_of(embedded_scenarios(), [&](const Scenario& scenario) {
               return entry.speaks_of("stress/" + scenario.name);
           });
}

/// What is wrong with one file, each an error with its line.
std::vector<std::string> errors_in(const std::string& file, const CaseSuite& suite) {
    const auto loaded = load_expectations(file);
    if (const auto* error = std::get_if<ExpectationsError>(&loaded)) {
        return {error->text};
    }
    std::vector<std::string> errors;
    for (const Expectation& entry : std::get<Expectations>(loaded).entries) {
        const bool known = std::any_of(suite.begin(), suite.end(), [&](const Case& test_case) {
            return entry.speaks_of(test_case.program.header.id);
        });
        const bool is_of_fuzz = entry.case_id.starts_with("fuzz/");  // has names of its own
        if (!known && !is_of_fuzz && !speaks_of_races(entry)) {
            errors.push_back(fmt::format("{}:{}: error: there is no case '{}'", file, entry.line,
                                         entry.case_id));
        }
    }
    return errors;
}

/// All files of the tree, or nothing if there are none.
std::vector<std::string> all_files() {
    std::vector<std::string> files;
    std::error_code error;
    const auto directory =
        std::filesystem::path(own_expectations_file(named_target("x"))).parent_path();
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
        if (entry.path().extension() == ".toml") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

int check(const ExpectationsOptions& options) {
    const auto suite = load_cases(options.cases);
    if (!suite) {
        return exit_code::kUsage;
    }
    const std::vector<std::string> files = options.files.empty() ? all_files() : options.files;
    if (files.empty()) {
        complain(fmt::format("there are no files of expectations like {}",
                             own_expectations_file(named_target("TARGET"))));
        return exit_code::kNothingSelected;
    }
    int code = exit_code::kConforms;
    for (const std::string& file : files) {
        const std::vector<std::string> errors = errors_in(file, *suite);
        for (const std::string& error : errors) {
            complain(error);
        }
        if (errors.empty()) {
            print(file + ": in order\n");
        } else {
            code = exit_code::kUsage;
        }
    }
    return code;
}

}  // namespace

RunVerb add_expectations_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<ExpectationsOptions>();
    command.require_subcommand(1);
    command.footer(kFooter);
    CLI::App* const updating = command.add_subcommand(
        "update", "write what is new in a run into a file, and remove what is stale");
    updating->footer(kUpdateFooter);
    updating->add_option("results", options->results, "results of `epollcheck run --format jsonl`")
        ->option_text("RESULTS...")
        ->required();
    updating
        ->add_option("--target", options->target,
                     "take the results of this target, where there are several")
        ->option_text("NAME");
    updating
        ->add_option("--file", options->file,
                     "the file; default: that of the target,\n"
                     "harness/targets/expectations/TARGET.toml")
        ->option_text("FILE");
    updating->add_flag("--by-cause", options->by_cause, "new entries name a cause, not each case");
    add_cases_option(*updating, options->cases);
    CLI::App* const checking =
        command.add_subcommand("check", "see that files can be read and name cases that exist");
    checking->add_option("files", options->files, "the files; default: those of all targets")
        ->option_text("FILE...");
    add_cases_option(*checking, options->cases);
    return [options, updating] { return updating->parsed() ? update(*options) : check(*options); };
}

}  // namespace epollcheck
