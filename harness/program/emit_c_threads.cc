// Emitted C files of programs with several threads. See emit_c_threads.h.
//
// Each thread has a function for each section; what runs them, and sees who sleeps, are helpers
// (emit_c_thread_helpers.cc). Calls write into `answers`, which are looked at after each
// repetition, one by one or all together, by the conditions of all emitted files.

#include "harness/program/emit_c_threads.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/program/emit_c_answers.h"
#include "harness/program/emit_c_calls.h"
#include "harness/program/emit_c_files.h"
#include "harness/program/emit_c_head.h"
#include "harness/program/emit_c_helpers.h"
#include "harness/program/emit_c_layout.h"
#include "harness/program/emit_c_preamble.h"
#include "harness/program/emit_c_values.h"
#include "harness/program/printer.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr int kMostEvents = 64;  // that an answer has room for, whatever a wait asks for

/// Why an operation cannot be in a file with threads, or null.
const char* obstacle_of(const Operation& operation) {
    switch (operation.kind) {
        case OperationKind::kTimerfdCreate:
            return "a timer may end what seems to sleep for ever";
        case OperationKind::kIoUringCtl:
        case OperationKind::kIoUringWait:
            return "threads would share one ring";
        case OperationKind::kIoctl:
            return "its parameters would be those of all threads";
        case OperationKind::kRecvFd:
            return "it gives a number and a descriptor";
        case OperationKind::kFork:
        case OperationKind::kClone:
        case OperationKind::kSpawn:
            return "a process with several threads should not fork";
        case OperationKind::kSignalfd:
        case OperationKind::kKill:
        case OperationKind::kTgkill:
        case OperationKind::kSigprocmask:
            return "signals end calls of threads";
        default:
            return nullptr;
    }
}

/// `text` with `with` in the place of the word `name`.
std::string with_word(const std::string& text, std::string_view name, const std::string& with) {
    std::string changed;
    std::size_t from = 0;
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, from)) {
        const std::size_t end = at + name.size();
        const bool is_word = has_word(text.substr(at > 0 ? at - 1 : 0, name.size() + 2), name);
        changed += text.substr(from, at - from) + (is_word ? with : std::string(name));
        from = end;
    }
    return changed + text.substr(from);
}

class ThreadsFile {
public:
    ThreadsFile(const Program& program, const Reproducer& reproducer)
        : program_(program), reproducer_(reproducer), c_(program) {}

    std::variant<std::string, CannotEmit> emit() {
        for (std::size_t i = 0; i < program_.operations.size(); ++i) {
            if (auto obstacle = add_call(i)) return *obstacle;
        }
        finish_section();
        note_details();
        const std::string code = variables_text() + functions_ + parts_text() + names_text() +
                                 check_text() + main_text();
        return c_head(program_, reproducer_) + c_preamble(code, details_) + "\n" + code;
    }

private:
    [[nodiscard]] const RaceAspect& race() const { return reproducer_.race; }
    static std::size_t number_of(std::size_t step) { return step + 1; }
    [[nodiscard]] bool is_beginning() const { return sections_ == 0; }

    std::optional<CannotEmit> add_call(std::size_t step) {
        const Operation& operation = program_.operations[step];
        threads_ = std::max(threads_, operation.thread + 1);
        if (operation.kind == OperationKind::kBarrier) {
            finish_section();
            return std::nullopt;
        }
        const AllowedAnswers& allowed = reproducer_.allowed[step];
        auto made = c_call(c_, step, allowed);
        const auto* obstacle = std::get_if<CannotEmit>(&made);
        if (const char* reason = obstacle_of(operation); reason != nullptr && obstacle == nullptr) {
            return CannotEmit{
                fmt::format("operation {} ({}) cannot be in a C file with threads: {}", step + 1,
                            operation_spec(operation.kind).name, reason)};
        }
        if (obstacle != nullptr) return *obstacle;
        CCall& call = std::get<CCall>(made);
        std::string& part = parts_[operation.thread];
        part += comments_above(step);
        if (operation.kind == OperationKind::kAwait || operation.kind == OperationKind::kResume) {
            part += fmt::format("    {};\n", call.text);
            return std::nullopt;
        }
        part += call_text(step, call);
        add_check(step, allowed, call);
        return std::nullopt;
    }

    /// The statements that make the call.
    [[nodiscard]] std::string call_text(std::size_t step, const CCall& call) const {
        const std::string answer = fmt::format("answers[{}]", number_of(step));
        std::string text = with_word(call.text, "ready", answer + ".ready");
        text = with_word(text, "value", answer + ".value");
        const std::string_view macro = call.least_ns > 0 ? "TIMED_CALL" : "CALL";
        text = c_wrapped(fmt::format("    {}({}, {});", macro, number_of(step), text), 8);
        const bool elsewhere =
            call.shows == CShows::kStoredEvents || has_any_word(call.text, "paused");
        if (elsewhere) text += fmt::format("    KEEP_EVENTS({});\n", number_of(step));
        return text + call.after;
    }

    /// The condition on its answer.
    void add_check(std::size_t step, const AllowedAnswers& allowed, CCall call) {
        if (allowed.usual.empty()) return;
        call.gives_blocked = true;
        call.patient = false;
        call.least_ns = 0;  // how long it took is not kept
        if (call.shows == CShows::kStoredEvents) call.shows = CShows::kEvents;
        std::string wanted = c_condition(allowed.usual, call);
        if (is_beginning()) {
            check_ += c_wrapped(fmt::format("    BEGINNING({}, {});", number_of(step), wanted), 8);
        } else if (!race().forbidden) {
            check_ += c_wrapped(fmt::format("    ANSWER({}, {});", number_of(step), wanted), 8);
        } else {
            if (wanted == "n == BLOCKED") wanted = "(n == BLOCKED || n == LATE)";
            seen_.push_back(
                fmt::format("LOOK({}) && {}", number_of(step), c_parenthesized_or(wanted)));
        }
    }

    static std::string c_parenthesized_or(const std::string& condition) {
        const bool joins = condition.find(" || ") != std::string::npos && condition[0] != '(';
        return joins ? "(" + condition + ")" : condition;
    }

    [[nodiscard]] std::string comments_above(std::size_t step) const {
        std::string text;
        if (step >= program_.annotations.size()) return text;
        for (const std::string& comment : program_.annotations[step].comments_above) {
            text += fmt::format("    /* {} */\n", c_comment(comment));
        }
        return text;
    }

    void finish_section() {
        std::string row;
        for (int thread = 0; thread < kMostThreads; ++thread) {
            std::string& part = parts_[thread];
            row += row.empty() ? "" : ", ";
            if (part.empty()) {
                row += "NULL";
                continue;
            }
            const std::string name = fmt::format("T{}_part_{}", thread + 1, sections_ + 1);
            functions_ += fmt::format("static void {}(void)\n{{\n{}}}\n\n", name, part);
            row += name;
            part.clear();
        }
        while (row.ends_with(", NULL")) row.resize(row.size() - 6);
        rows_.push_back(row);
        ++sections_;
    }

    void note_details() {
        details_.threads = threads_;
        details_.sections = sections_;
        details_.calls = static_cast<int>(program_.operations.size());
        details_.ordered = !race().order.empty();
        details_.events = 1;
        details_.descriptors = 8;
        for (const Operation& operation : program_.operations) {
            const bool lists = operation.kind == OperationKind::kFdinfo;
            if (result_type(operation) == ResultType::kEvents && !lists) {
                details_.events =
                    std::max(details_.events, std::min(operation.number, kMostEvents));
            }
            if (lists) details_.events = kMostEvents;
            details_.descriptors += result_type(operation) == ResultType::kPair ? 2 : 1;
            for (const ArgumentSpec& spec : operation_spec(operation.kind).arguments) {
                const auto path = static_cast<Path>(operation.number);
                if (spec.type == ArgumentType::kPath && path <= Path::kDirectory) {
                    files_.insert(path);
                }
            }
        }
    }

    [[nodiscard]] std::string variables_text() const {
        std::vector<std::string> numbers;
        for (std::size_t i = 0; i < c_.names.size(); ++i) {
            if (c_.used[i]) numbers.push_back(c_.names[i]);
        }
        if (has_word(functions_, "pair")) numbers.emplace_back("pair[2]");
        std::string text = c_files_text(files_);
        std::uint32_t length = sizeof(std::uint64_t);
        for (const Operation& operation : program_.operations) {
            length = std::max(length, operation.length);
        }
        if (has_word(functions_, "zeros")) {
            text += fmt::format("static const char zeros[{}];\n", length);
        }
        if (has_word(functions_, "sink")) {
            text += fmt::format("static _Thread_local char sink[{}];\n", length);
        }
        return text + c_wrapped(fmt::format("static int {};", fmt::join(numbers, ", ")), 8) + "\n";
    }

    [[nodiscard]] std::string parts_text() const {
        std::string text =
            "static void run_part(int section)\n{\n"
            "    static void (*const parts[SECTIONS][THREADS])(void) = {\n";
        for (const std::string& row : rows_)
            text += c_wrapped(fmt::format("        {{{}}},", row), 9);
        return text +
               "    };\n\n    if (parts[section][this_thread - 1])\n        "
               "parts[section][this_thread - 1]();\n}\n\n";
    }

    /// The calls in the words of the text form.
    [[nodiscard]] std::string names_text() const {
        std::string text = "static const char *const names[CALLS + 1] = {\n";
        for (std::size_t i = 0; i < program_.operations.size(); ++i) {
            if (program_.operations[i].kind == OperationKind::kBarrier) continue;
            text += fmt::format("    [{}] = {},\n", number_of(i),
                                c_string(print_operation(program_, i)));
        }
        return text + "};\n\n";
    }

    [[nodiscard]] std::string check_text() const {
        std::string text =
            "/* 0 if all answers are as they should be. */\n"
            "static int check(long repetition)\n{\n" +
            check_;
        if (!race().forbidden) return text + "    return 0;\n}\n\n";
        std::vector<std::string> parts = seen_;
        for (const auto& [first, second] : race().order) {
            parts.push_back(
                fmt::format("came_before({}, {})", number_of(first), number_of(second)));
        }
        text += "    /* No order of the calls explains these answers together. */\n";
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const bool last = i + 1 == parts.size();
            text += c_wrapped(
                fmt::format("    {}{}{}", i == 0 ? "if (" : "    ", parts[i], last ? ")" : " &&"),
                12);
        }
        return text + "        return show_answers(repetition);\n    return 0;\n}\n\n";
    }

    [[nodiscard]] std::string main_text() const {
        std::string text = "int main(int argc, char **argv)\n{\n";
        text +=
            fmt::format("    long most = argc > 1 ? atol(argv[1]) : {};\n\n", race().repetitions);
        text += fmt::format("    seed = argc > 2 ? strtoull(argv[2], NULL, 0) : {};\n",
                            c_number(race().seed));
        text += c_make_files(files_, "");
        if (has_any_word(functions_, "paused")) text += "    prepare_pages();\n";
        text += "    start_threads();\n    first_fd = dup(0);\n    close(first_fd);\n";
        text +=
            "    for (long repetition = 1; repetition <= most; repetition++) {\n"
            "        int status;\n\n"
            "        run_once(repetition);\n"
            "        close_all();\n"
            "        status = check(repetition);\n"
            "        if (status)\n"
            "            return status;\n"
            "    }\n";
        text += fmt::format("    printf(\"{} in %ld repetitions, seed %llu\\n\", most, seed);\n",
                            race().forbidden ? "not seen" : "conforms");
        return text + "    return 0;\n}\n";
    }

    static constexpr int kMostThreads = 8;

    const Program& program_;
    const Reproducer& reproducer_;
    CProgram c_;
    std::string parts_[kMostThreads];  // of the section at hand, by thread
    int sections_ = 0;
    int threads_ = 1;
    std::vector<std::string> rows_;
    std::string functions_;
    std::string check_;
    std::vector<std::string> seen_;
    CPreamble details_;
    std::set<Path> files_;
};

}  // namespace

std::variant<std::string, CannotEmit> emit_threads_c(const Program& program,
                                                     const Reproducer& reproducer) {
    return ThreadsFile(program, reproducer).emit();
}

}  // namespace epollcheck
