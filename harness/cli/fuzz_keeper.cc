// Fuzz keeper. See fuzz_keeper.h.

#include "harness/cli/fuzz_keeper.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "fuzz/differential_subject.h"
#include "harness/check/cause.h"
#include "harness/check/race_cause.h"
#include "harness/check/readiness_finding.h"
#include "harness/check/reproducer.h"
#include "harness/cli/finding_files.h"
#include "harness/cli/terminal.h"
#include "harness/program/printer.h"
#include "harness/program/shrink.h"
#include "model/vocabulary/operation_table.h"
#include "reports/output_file.h"
#include "stress/race_report.h"
#include "stress/race_shrink.h"

namespace epollcheck {

namespace {

namespace fs = std::filesystem;

/// Of the program of a cause that turned out to be another finding.
constexpr const char* kTwin = ".twin";

/// What tells findings apart. Where an error is answered or due, call and errors mostly say it all,
/// and which rule comes first depends on what else the program did; the errors of epoll_ctl and of
/// waits have rules of their own.
std::string distinction_of(const std::string& cause) {
    const CauseParts parts = cause_parts(cause);
    if (parts.operation.starts_with("epoll_") && parts.operation != "epoll_create1") {
        return cause;
    }
    const auto observed = observed_class_named(parts.observed_class());
    const bool is_about_error = observed == ObservedClass::kWrongErrno ||
                                observed == ObservedClass::kSucceeded ||
                                observed == ObservedClass::kFailed;
    return is_about_error ? fmt::format("{} {}", parts.operation, parts.observed) : cause;
}

/// The distinction as the name of a file: "R-C13-epoll_wait-missing-event",
/// "read-wrong-errno-EFAULT-instead-of-EBADF".
std::string file_name(const std::string& cause) {
    constexpr std::size_t kMost = 100;
    std::string name;
    for (const char letter : distinction_of(cause).substr(0, kMost)) {
        const bool is_plain =
            std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
        if (is_plain || (!name.empty() && name.back() != '-')) {
            name += is_plain ? letter : '-';
        }
    }
    while (name.ends_with('-')) {
        name.pop_back();
    }
    return name;
}

std::string operation_name(const Program& program, std::size_t step) {
    return step < program.operations.size()
               ? std::string(operation_spec(program.operations[step].kind).name)
               : "end";
}

/// The operations of a program that was printed: what stands below its header.
std::string operations_of(const std::string& program_text) {
    const auto end_of_header = program_text.find("\n\n");
    return end_of_header == std::string::npos ? program_text
                                              : program_text.substr(end_of_header + 2);
}

}  // namespace

FuzzKeeper::FuzzKeeper(Order order, const Workbench& bench, Target* other,
                       HistoryJudge* history_judge)
    : order_(std::move(order)), bench_(bench), other_(other), history_judge_(history_judge) {}

bool FuzzKeeper::is_expected(const std::string& cause) const {
    CaseResult result;
    result.id = "fuzz/" + file_name(cause);
    const bool crashed = cause_parts(cause).observed.starts_with("crashed");
    result.status = crashed ? CaseStatus::kCrashed : CaseStatus::kFailed;
    result.cause = cause;
    return std::ranges::any_of(order_.expectations.entries, [&](const Expectation& expectation) {
        return expectation.is_met_by(result);
    });
}

FindingHeader FuzzKeeper::header(const std::string& cause) const {
    return {"fuzz/" + file_name(cause), fmt::format("{}: {}", cause, order_.found_by)};
}

/// True if nobody knows `cause` yet. Then the program is kept, as it is.
bool FuzzKeeper::claim(const std::string& cause, const Program& program) {
    const std::string path = path_of(cause, ".ep");
    if (is_expected(cause) || fs::exists(path_of(cause, kTwin))) {
        return false;
    }
    const int file = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (file < 0) {
        return false;
    }
    const auto error = write_fully(file, print_program(program));
    close(file);
    if (error) {
        complain(fmt::format("cannot write to {}: {}", path, *error));
    }
    return true;
}

/// True if what was claimed as `cause` has become the program of another finding. Then it is none.
bool FuzzKeeper::is_twin(const std::string& cause, const Program& program) const {
    const std::string own = path_of(cause, ".ep");
    const std::string operations = operations_of(print_program(program));
    for (const fs::directory_entry& entry : fs::directory_iterator(order_.directory)) {
        if (entry.path().extension() != ".ep" || entry.path() == own) {
            continue;
        }
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        if (operations_of(text) == operations) {
            fs::rename(own, path_of(cause, kTwin));
            return true;
        }
    }
    return false;
}

std::string FuzzKeeper::path_of(const std::string& cause, const char* extension) const {
    return fmt::format("{}/{}{}", order_.directory, file_name(cause), extension);
}

void FuzzKeeper::keep(const std::string& cause, const Program& program, const std::string& text,
                      const std::string& c_text) const {
    auto error = save_finding(order_.directory, program, header(cause), c_text);
    if (!error) {  // last, because it is what tells that the rest is there
        OutputFile file(path_of(cause, ".txt"));
        file.write(text);
        file.close();
        error = file.error();
    }
    if (error) {
        complain(*error);
    }
}

void FuzzKeeper::deviation(const Program& program, const Trace& trace, const Judgement& judgement) {
    const std::string cause = cause_of(program.operations, trace, judgement.deviations.front());
    if (!claim(cause, program)) {
        return;
    }
    const Finding finding =
        shrink_finding(bench_, program, trace, order_.tier, {.stop = order_.hurry});
    if (is_twin(cause, finding.program)) {
        return;
    }
    keep(cause, finding.program, finding_text(finding, header(cause), bench_.judge, order_.tier),
         emit_c(finding, bench_.judge));
}

void FuzzKeeper::disagreement(const Program& program, const ReadinessDisagreement& found) {
    const std::string cause =
        fmt::format("R-C13a - disagreement {}", readiness_text(program, found));
    if (!claim(cause, program)) {
        return;
    }
    const ReadinessFinding finding = shrink_readiness_finding(bench_, program, found);
    keep(cause, finding.program, finding_text(finding, header(cause)), "");
}

void FuzzKeeper::crash(const Program& program, const HarnessError& error) {
    const std::string cause = fmt::format("- - crashed {}", error.what);
    if (claim(cause, program)) {
        keep(cause, program, finding_text(program, error, header(cause)), "");
    }
}

void FuzzKeeper::race(const Program& program, const Schedule& schedule,
                      const ConcurrentTrace& trace, const HistoryJudgement& judgement) {
    const std::string cause = race_cause(program.operations, trace, judgement);
    if (!claim(cause, program)) {
        return;
    }
    const RaceFinding found{.program = program,
                            .schedule = schedule,
                            .trace = trace,
                            .judgement = judgement,
                            .cause = cause};
    const ConcurrentRunner run = [this](const Program& smaller, const Schedule& shifted,
                                        ConcurrentTrace& answers) {
        return bench_.target.run_concurrent(
            smaller.operations, static_cast<int>(smaller.handles.size()), shifted, answers);
    };
    const SmallerRace race = shrink_race(found, run, *history_judge_, {}, order_.hurry);
    std::string text = race_report(race.finding, order_.tier);
    if (race.runs > 0) {
        text += fmt::format("  {}\n", confidence_text(race, program.operations.size()));
    }
    keep(cause, with_answers(race.finding.program, race.finding.trace), text, "");
}

void FuzzKeeper::difference(const Program& program, std::size_t step, const Trace&, const Trace&) {
    const std::string cause = fmt::format("difference {}", operation_name(program, step));
    if (!claim(cause, program)) {
        return;
    }
    const Program smaller = smaller_difference(program, step);
    Trace here;
    Trace there;
    const int handles = static_cast<int>(smaller.handles.size());
    bench_.target.run(smaller.operations, handles, here);
    other_->run(smaller.operations, handles, there);
    std::string text = fmt::format("DIFFERENT {}\n", cause);
    for (std::size_t i = 0; i < smaller.operations.size(); ++i) {
        const auto answer = [&](const Trace& trace) {
            return i < trace.size() ? print_answer(smaller.operations[i], smaller, trace[i])
                                    : std::string("did not run");
        };
        const bool same = i < here.size() && i < there.size() && same_answer(here[i], there[i]);
        text += fmt::format("{} {:>4}  {} -> {}{}\n", same ? "   " : "-->", i + 1,
                            print_operation(smaller, i), answer(here),
                            same ? "" : fmt::format(", there {}", answer(there)));
    }
    keep(cause, smaller, text + "\n", "");
}

/// A smaller program of which the same kind of operation is the first that is answered differently.
Program FuzzKeeper::smaller_difference(const Program& program, std::size_t step) {
    const std::string name = operation_name(program, step);
    const auto differs = [&](const Program& smaller) {
        Trace here;
        Trace there;
        const int handles = static_cast<int>(smaller.handles.size());
        return !bench_.target.run(smaller.operations, handles, here) &&
               !other_->run(smaller.operations, handles, there) && here.size() == there.size() &&
               first_difference(here, there) < here.size() &&
               operation_name(smaller, first_difference(here, there)) == name;
    };
    return differs(program) ? shrink_program(program, differs) : program;
}

std::vector<std::string> kept_reports(const std::string& directory) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
        if (entry.path().extension() == ".txt") {
            names.push_back(entry.path().filename().string());
        }
    }
    std::ranges::sort(names);
    return names;
}

}  // namespace epollcheck
