// The C emitter: the parts of the file put together. See emit_c.h.

#include "harness/program/emit_c.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/program/emit_c_answers.h"
#include "harness/program/emit_c_calls.h"
#include "harness/program/emit_c_files.h"
#include "harness/program/emit_c_head.h"
#include "harness/program/emit_c_helpers.h"
#include "harness/program/emit_c_kselftest.h"
#include "harness/program/emit_c_layout.h"
#include "harness/program/emit_c_preamble.h"
#include "harness/program/emit_c_threads.h"
#include "harness/program/emit_c_values.h"
#include "harness/program/printer.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr int kMostEvents = 64;  // that a file has room for, whatever a wait asks for

class CFile {
public:
    CFile(const Program& program, const Reproducer& reproducer)
        : program_(program), reproducer_(reproducer), c_(program) {}

    std::variant<std::string, CannotEmit> emit() {
        for (std::size_t i = 0; i < program_.operations.size(); ++i) {
            if (auto obstacle = add_step(i)) return *obstacle;
        }
        note_details();
        if (is_kselftest()) return kselftest_text();
        const std::string code = handles_text() + main_text();
        return c_head(program_, reproducer_) + c_preamble(code, details_) + "\n" + code;
    }

private:
    [[nodiscard]] bool is_kselftest() const { return reproducer_.style == CStyle::kKselftest; }

    std::variant<std::string, CannotEmit> kselftest_text() {
        if (c_.processes) {
            return CannotEmit{"a test with kselftest_harness.h has one process here"};
        }
        std::string test = fmt::format("TEST({})\n{{\n", kselftest_name(program_.header.id));
        const std::string start = start_text();
        test += variables_text() + start + body_ + "}\n\nTEST_HARNESS_MAIN\n";
        const std::string code = handles_text() + test;
        return "// SPDX-License-Identifier: GPL-2.0\n" + c_head(program_, reproducer_) +
               with_kselftest_harness(c_preamble(code, details_) + "\n" + code);
    }

    std::optional<CannotEmit> add_step(std::size_t step) {
        const Operation& operation = program_.operations[step];
        const AllowedAnswers& allowed = reproducer_.allowed[step];
        auto made = c_call(c_, step, allowed);
        if (const auto* obstacle = std::get_if<CannotEmit>(&made)) return *obstacle;
        CCall& call = std::get<CCall>(made);
        body_ += comments_above(step);
        if (call.text.empty()) return std::nullopt;
        std::string text = "    " + call.text + ";\n";
        if (operation.kind != OperationKind::kExit) {
            prepare(step, allowed, call);
            text = statement(step, call, allowed) + call.after;
        }
        body_ += c_.processes ? in_turn(step, text) : text;
        if (operation.kind == OperationKind::kExit) {
            body_ += "    waitpid(common->ids[1], NULL, 0);\n    common->ids[1] = 0;\n";
        }
        return std::nullopt;
    }

    /// `text` as the step of one of two processes. There may be no such process: nothing happens.
    std::string in_turn(std::size_t step, std::string_view text) const {
        const Operation& operation = program_.operations[step];
        const auto& usual = reproducer_.allowed[step].usual;
        const auto may_fail_with = [&](int error) {
            return std::ranges::any_of(usual, [&](const Answer& answer) {
                return answer.result == Result::of_error(error);
            });
        };
        const bool forks =
            operation.kind == OperationKind::kFork || operation.kind == OperationKind::kClone;
        if ((operation.process != 0 && may_fail_with(error::kESRCH)) ||
            (forks && may_fail_with(error::kEEXIST))) {
            return fmt::format("    STEP({}, 1) {{}}  /* there is no such process */\n", step + 1);
        }
        std::string block = fmt::format("    STEP({}, {}) {{\n", step + 1, operation.process + 1);
        while (!text.empty()) {
            const std::size_t end = text.find('\n') + 1;
            block += "    " + std::string(text.substr(0, end));
            text.remove_prefix(end);
        }
        return block + "    }\n";
    }

    /// Puts around the call what its time needs.
    void prepare(std::size_t step, const AllowedAnswers& allowed, CCall& call) {
        const auto blocks = [](const Answer& answer) {
            return answer.result.kind == ResultKind::kBlocked;
        };
        if (is_about_numbers(step)) call.shows = CShows::kSlot;
        call.patient = !call.gives_blocked && (call.endless || any_answer(step, allowed, blocks));
        if (call.patient) {
            call.text = fmt::format("PATIENTLY({})", call.text);
        } else if (call.least_ns > 0 && is_set_up(step)) {
            call.least_ns = 0;  // the time is not what the file is about
        } else if (condition(allowed, true, call).find("start") != std::string::npos) {
            call.text = fmt::format("(start = clock_ns(), {})", call.text);
        }
    }

    /// The condition that the answer is allowed; `all`: whatever it leads to.
    static std::string condition(const AllowedAnswers& allowed, bool all, const CCall& call) {
        std::vector<Answer> answers = allowed.usual;
        if (all) answers.insert(answers.end(), allowed.unclear.begin(), allowed.unclear.end());
        return c_condition(answers, call);
    }

    std::string statement(std::size_t step, const CCall& call, const AllowedAnswers& allowed) {
        const bool last = step + 1 == program_.operations.size();
        std::string wanted = allowed.forbidden
                                 ? fmt::format("!({})", c_condition({*allowed.forbidden}, call))
                                 : condition(allowed, last, call);
        if (is_kselftest()) {
            const bool open = allowed.open && !allowed.forbidden;
            return open ? c_wrapped("    " + call.text + ";", 8)
                        : kselftest_statement(call, wanted);
        }
        if (is_about(step) && !c_.processes) return judged(step, call, allowed, wanted);
        if (last && allowed.open && !allowed.forbidden)
            return c_wrapped("    " + call.text + ";", 8);
        const bool leads_up = is_set_up(step) || (call.lacks && !last);
        if (!leads_up && !last && !allowed.unclear.empty() && !allowed.open) {
            wanted = fmt::format("{} || leads_away({})", c_parenthesized(wanted),
                                 c_condition(allowed.unclear, call));
        }
        const std::string_view macro = leads_up || allowed.open ? "SETUP" : "EXPECT";
        const std::string one = fmt::format("    {}({}, {});", macro, call.text, wanted);
        if (one.size() <= kCColumns) return one + "\n";
        const std::string below(macro.size() + 5, ' ');
        return c_wrapped(fmt::format("    {}({},", macro, call.text), below.size() + 4) +
               c_wrapped(fmt::format("{}{});", below, wanted), below.size() + 4);
    }

    /// The step that the file is about.
    std::string judged(std::size_t step, const CCall& call, const AllowedAnswers& allowed,
                       const std::string& wanted) const {
        std::string text = c_.inet ? "    usleep(50000);  /* packets arrive */\n" : "";
        if (body_.find("errno ==") != std::string::npos) text += "    errno = 0;\n";
        text += c_wrapped(fmt::format("    n = {};", call.text), 8);
        text += c_wrapped(fmt::format("    if ({})", wanted), 8) + "        return 0;\n";
        const std::string sentence =
            allowed.forbidden
                ? "what came is forbidden"
                : fmt::format("allowed is {}", c_allowed_text(program_, step, allowed));
        text += c_wrapped(fmt::format("    printf(\"{}; got %ld (%m)\\n\", n);", sentence), 11);
        if (call.shows == CShows::kEvents && has_word(call.text, "ready")) {
            text +=
                "    for (long i = 0; i < n; i++)\n"
                "        printf(\"  %llu: %#x\\n\", (unsigned long long)ready[i].data.u64, "
                "ready[i].events);\n";
        }
        return text + (call.lacks ? "    return n == -1 && errno == ENOSYS ? 77 : 1;\n"
                                  : "    return 1;\n");
    }

    [[nodiscard]] bool is_about(std::size_t step) const { return reproducer_.step == step; }

    /// True if the step only leads up to what the file is about.
    [[nodiscard]] bool is_set_up(std::size_t step) const {
        return reproducer_.step && !is_about(step);
    }

    /// True if the descriptor number is what is wrong at `step`.
    [[nodiscard]] bool is_about_numbers(std::size_t step) const {
        const auto is_single = [](const Answer& answer) {
            return answer.result.kind == ResultKind::kDescriptor && answer.result.slots[1] < 0;
        };
        return is_about(step) && reproducer_.observed && is_single(*reproducer_.observed) &&
               std::ranges::any_of(reproducer_.allowed[step].usual, is_single);
    }

    template <class Property>
    [[nodiscard]] bool any_answer(std::size_t step, const AllowedAnswers& allowed,
                                  Property has) const {
        return std::ranges::any_of(allowed.usual, has) ||
               std::ranges::any_of(allowed.unclear, has) ||
               (allowed.forbidden && has(*allowed.forbidden)) ||
               (is_about(step) && reproducer_.observed && has(*reproducer_.observed));
    }

    std::string comments_above(std::size_t step) const {
        std::string text;
        if (step >= program_.annotations.size()) return text;
        for (const std::string& comment : program_.annotations[step].comments_above) {
            text += fmt::format("    /* {} */\n", c_comment(comment));
        }
        return text;
    }

    /// What the preamble must know about the program.
    void note_details() {
        for (const Operation& operation : program_.operations) {
            has_signals_ = has_signals_ || is_about_signals(operation);
            limits_ = limits_ || operation.kind == OperationKind::kLimitDescriptors;
            note_file(operation);
        }
        details_.handles = program_.handles.size();
        details_.packets = c_.inet;
        for (std::size_t i = 0; i < reproducer_.allowed.size(); ++i) {
            breaks_pipes_ =
                breaks_pipes_ || any_answer(i, reproducer_.allowed[i], [](const Answer& answer) {
                    return answer.result == Result::of_error(error::kEPIPE);
                });
        }
        if (reproducer_.observed && reproducer_.observed->result.kind == ResultKind::kError) {
            details_.refusals.insert(static_cast<int>(reproducer_.observed->result.value));
        }
        if (reproducer_.step) limits_ = limits_ || is_about_numbers(*reproducer_.step);
    }

    void note_file(const Operation& operation) {
        for (const ArgumentSpec& spec : operation_spec(operation.kind).arguments) {
            const auto path = static_cast<Path>(operation.number);
            if (spec.type != ArgumentType::kPath) continue;
            const bool is_entry = path == Path::kEntryA || path == Path::kEntryB;
            if (path <= Path::kDirectory || is_entry) files_.insert(path);
            if (is_entry) files_.insert(Path::kDirectory);
        }
    }

    /// Two processes have the values of handles in common.
    [[nodiscard]] std::string handles_text() const {
        std::string text;
        for (std::size_t i = 0; c_.processes && i < c_.names.size(); ++i) {
            if (c_.used[i]) text += fmt::format("#define {} (common->fds[{}])\n", c_.names[i], i);
        }
        return c_files_text(files_) + (text.empty() ? text : text + "\n");
    }

    [[nodiscard]] bool executes() const {
        return std::ranges::any_of(program_.operations, [](const Operation& operation) {
            return operation.kind == OperationKind::kExec;
        });
    }

    /// What comes before the first step.
    [[nodiscard]] std::string start_text() const {
        std::string text;
        if (c_.processes) {
            text += executes() ? "    if (open_common(argc, argv)) {\n"
                               : "    common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, "
                                 "MAP_SHARED | MAP_ANONYMOUS, -1, 0);\n"
                                 "    if (common == MAP_FAILED)\n        return 77;\n";
            text += executes() ? "        memset(common->fds, -1, sizeof common->fds);\n"
                                 "        common->ids[0] = getpid();\n    }\n"
                               : "    memset(common->fds, -1, sizeof common->fds);\n"
                                 "    common->ids[0] = getpid();\n";
        }
        if (breaks_pipes_) text += "    signal(SIGPIPE, SIG_IGN);\n";
        if (c_.ring) {  // the numbers of IORING_OP_EPOLL_CTL and IORING_OP_EPOLL_WAIT
            text += fmt::format("    use_ring({});\n", c_.ring_wait ? 59 : 29);
        }
        text += c_make_files(files_, executes() ? "me == 1 && " : "");
        if (has_signals_) text += "    prepare_signals();\n";
        if (limits_) text += "    first_fd = dup(0);\n    close(first_fd);\n";
        return text.empty() ? text : text + "\n";
    }

    [[nodiscard]] std::string main_text() const {
        std::string text =
            executes() ? "int main(int argc, char **argv)\n{\n" : "int main(void)\n{\n";
        const std::string start = start_text();
        text += variables_text() + start + body_;
        if (c_.processes) {
            // The end of a process is an event: neither of them ends before the last step is over.
            text += fmt::format("    wait_for({});\n    if (me == 2)\n        _exit(0);\n",
                                program_.operations.size() + 1);
        }
        return text + (reproducer_.step && !c_.processes ? "}\n" : "    return 0;\n}\n");
    }

    /// Events, bytes, numbers and descriptors, as far as the steps need them.
    [[nodiscard]] std::string variables_text() const {
        std::uint32_t length = sizeof(std::uint64_t);
        int events = 1;
        for (const Operation& operation : program_.operations) {
            length = std::max(length, operation.length);
            const bool waits = result_type(operation) == ResultType::kEvents;
            const bool lists = operation.kind == OperationKind::kFdinfo;
            if (waits && !lists && operation.number > 0)
                events = std::max(events, operation.number);
            if (lists) events = kMostEvents;
        }
        std::string text;
        const auto add = [&](std::string_view word, const std::string& declaration) {
            if (has_word(body_, word)) text += "    " + declaration + ";\n";
        };
        if (has_any_word(body_, "ready IS IS_BETWEEN HAS HAS_BETWEEN")) {
            text +=
                fmt::format("    struct epoll_event ready[{}];\n", std::min(events, kMostEvents));
        }
        const std::string_view storage = length > 4096 ? "static " : "";
        add("zeros", fmt::format("static char zeros[{}]", length));
        add("sink", fmt::format("{}char sink[{}]", storage, length));
        add("value", "uint64_t value");
        add("start", "long long start");
        if (has_any_word(body_, "n EXPECT SETUP")) text += "    long n;\n";
        std::vector<std::string> numbers;
        for (std::size_t i = 0; i < c_.names.size(); ++i) {
            if (c_.used[i] && !c_.processes) numbers.push_back(c_.names[i]);
        }
        if (has_word(body_, "pair")) numbers.emplace_back("pair[2]");
        if (!numbers.empty())
            text += c_wrapped(fmt::format("    int {};", fmt::join(numbers, ", ")), 8);
        return text.empty() ? text : text + "\n";
    }

    const Program& program_;
    const Reproducer& reproducer_;
    CProgram c_;
    std::string body_;
    CPreamble details_;
    std::set<Path> files_;  // that have to be there
    bool breaks_pipes_ = false;
    bool has_signals_ = false;
    bool limits_ = false;  // descriptor numbers matter
};

}  // namespace

std::variant<std::string, CannotEmit> emit_c(const Program& program, const Reproducer& reproducer) {
    Program shown = program;
    shown.operations.resize(std::min(shown.operations.size(), reproducer.allowed.size()));
    if (has_threads(shown.operations)) {
        if (reproducer.style == CStyle::kPlain) return emit_threads_c(shown, reproducer);
        return CannotEmit{"a test with kselftest_harness.h has one thread here"};
    }
    return CFile(shown, reproducer).emit();
}

}  // namespace epollcheck
