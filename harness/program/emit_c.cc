// The C emitter: the parts of the file put together. See emit_c.h.

#include "harness/program/emit_c.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/program/emit_c_calls.h"
#include "harness/program/emit_c_preamble.h"
#include "harness/program/emit_c_values.h"
#include "harness/program/printer.h"
#include "model/vocabulary/error_name.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {
namespace {

constexpr std::size_t kColumns = 100;

/// `text` as lines of a comment block, each with `start` in front, none wider than a screen.
std::string comment_lines(std::string_view text, std::string_view start, std::string_view hang) {
    std::string lines;
    std::string line(start);
    bool empty = true;
    const std::string safe = c_comment(text);
    for (std::size_t at = 0; at < safe.size();) {
        const std::size_t end = std::min(safe.find(' ', at), safe.size());
        const std::string word = safe.substr(at, end - at);
        if (!empty && line.size() + 1 + word.size() > kColumns) {
            lines += line + "\n";
            line = hang;
            empty = true;
        }
        line += (empty ? "" : " ") + word;
        empty = false;
        at = end + 1;
    }
    return lines + line + "\n";
}

using Pairs = std::vector<std::pair<std::uint64_t, EventMask>>;

/// The events of an answer, sorted.
Pairs sorted_pairs(const Answer& answer) {
    Pairs pairs;
    for (const Event& event : answer.events) pairs.emplace_back(event.data, event.mask);
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

/// How many orders `pairs` (sorted) have.
std::size_t count_orders(Pairs pairs) {
    constexpr std::size_t kMost = 1000;
    std::size_t count = 0;
    do {
        ++count;
    } while (std::next_permutation(pairs.begin(), pairs.end()) && count < kMost);
    return count;
}

/// True if `answers` hold every order of the events of each of them, so that the order says
/// nothing.
bool any_order(const std::vector<Answer>& answers) {
    std::map<Pairs, std::size_t> found;
    for (const Answer& answer : answers) ++found[sorted_pairs(answer)];
    const bool all = std::ranges::all_of(
        found, [](const auto& entry) { return entry.second == count_orders(entry.first); });
    return all && answers.size() > found.size();
}

Answer sorted(Answer answer) {
    const Pairs pairs = sorted_pairs(answer);
    std::transform(pairs.begin(), pairs.end(), answer.events.begin(), [](const auto& pair) {
        return Event{pair.second, pair.first};
    });
    return answer;
}

class CFile {
public:
    CFile(const Program& program, const Reproducer& reproducer)
        : program_(program), reproducer_(reproducer), c_(program) {}

    std::variant<std::string, CannotEmit> emit() {
        for (std::size_t i = 0; i < program_.operations.size(); ++i) {
            if (auto obstacle = add_step(i)) return *obstacle;
        }
        note_details();
        const std::string main = main_text();
        return head_text() + "\n" + c_preamble(main, details_) + handles_text() + main;
    }

private:
    std::optional<CannotEmit> add_step(std::size_t step) {
        const Operation& operation = program_.operations[step];
        const AllowedAnswers& allowed = reproducer_.allowed[step];
        auto made = c_call(c_, step, allowed);
        if (const auto* obstacle = std::get_if<CannotEmit>(&made)) return *obstacle;
        const CCall& call = std::get<CCall>(made);
        body_ += comment_of(step);
        if (call.text.empty()) return std::nullopt;
        std::string text = operation.kind == OperationKind::kExit
                               ? fmt::format("    {};\n", call.text)
                               : statement(step, call, allowed) + call.after;
        if (c_.inet && may_send_packets(operation.kind)) {
            text += "    let_packets_arrive();\n";
        }
        body_ += c_.processes ? in_turn(step, text) : text;
        if (operation.kind == OperationKind::kExit) body_ += "    wait_for_exit();\n";
        return std::nullopt;
    }

    /// `text` as the step of one of two processes. There may be no such process: nothing happens.
    std::string in_turn(std::size_t step, std::string_view text) const {
        const Operation& operation = program_.operations[step];
        const auto& usual = reproducer_.allowed[step].usual;
        const bool nobody = std::ranges::any_of(usual, [](const Answer& answer) {
            return answer.result == Result::of_error(error::kESRCH);
        });
        const bool forks_again = std::ranges::any_of(usual, [](const Answer& answer) {
            return answer.result == Result::of_error(error::kEEXIST);
        });
        const bool forks =
            operation.kind == OperationKind::kFork || operation.kind == OperationKind::kClone;
        if ((operation.process != 0 && nobody) || (forks && forks_again)) {
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

    std::string statement(std::size_t step, const CCall& call, const AllowedAnswers& allowed) {
        const bool timed = call.least_ns > 0 && has_nothing(step, allowed);
        const bool in_ring = program_.operations[step].kind == OperationKind::kIoUringWait;
        const bool patient = !in_ring && (may_block(step, allowed) || call.endless);
        std::string shows(call.shows);
        if (shows == "event_list" && any_order(allowed.usual) && allowed.unclear.empty()) {
            shows = "sorted_event_list";
        }
        const bool by_number = is_about_numbers(step);
        if (by_number) shows = "slot";
        const std::string start =
            fmt::format("    {}({}, {}, {}{}",
                        patient             ? "EXPECT_PATIENTLY"
                        : allowed.forbidden ? "EXPECT_NOT"
                                            : "EXPECT",
                        step + 1, shows, call.text, patient ? ", " + call.whole : "");
        const std::string answers = answers_text(step, allowed, shows);
        const bool fits = start.size() + answers.size() + 4 <= kColumns;
        std::string text = start + (fits ? ", " : ",\n           ") + answers + ");\n";
        if (timed) {
            text = "    start_clock();\n" + text +
                   fmt::format("    check_duration({}, {}, {});\n", step + 1,
                               call.shows == "event_list" || call.shows == "stored_event_list"
                                   ? "\"[]\""
                                   : "\"0\"",
                               call.least_ns);
        }
        return text;
    }

    std::string answers_text(std::size_t step, const AllowedAnswers& allowed,
                             std::string_view shows) {
        if (allowed.forbidden) return literal(step, *allowed.forbidden, shows);
        std::vector<std::string> literals;
        const auto add = [&](const Answer& answer) {
            std::string text =
                literal(step, shows == "sorted_event_list" ? sorted(answer) : answer, shows);
            if (std::ranges::find(literals, text) == literals.end()) {
                literals.push_back(std::move(text));
            }
        };
        std::ranges::for_each(allowed.usual, add);
        if (!allowed.unclear.empty() || allowed.open) {
            details_.unclear = true;
            if (step + 1 < program_.operations.size()) literals.emplace_back("UNCLEAR");
        }
        std::ranges::for_each(allowed.unclear, add);
        if (allowed.open) literals.emplace_back("ANYTHING");
        return fmt::format("{}", fmt::join(literals, ", "));
    }

    std::string literal(std::size_t step, const Answer& answer, std::string_view shows) {
        if (answer.result.kind == ResultKind::kError) {
            details_.errors.insert(static_cast<int>(answer.result.value));
        }
        if (shows == "error_of" && answer.result.value > 0) {
            details_.errors.insert(static_cast<int>(answer.result.value));
        }
        const bool is_number =
            answer.result.kind == ResultKind::kValue || answer.result.kind == ResultKind::kPayload;
        if (shows == "any_payload" && is_number) return "\"{any number}\"";
        if (shows == "any_count" && is_number) return "\"any count\"";
        if (shows == "slot" && answer.result.kind == ResultKind::kDescriptor) {
            return c_string(
                fmt::format("descriptor number {} above the first one", answer.result.slots[0]));
        }
        return c_string(text_of(step, answer));
    }

    /// An answer in the words of the text form; a descriptor has no name, and no time is told.
    [[nodiscard]] std::string text_of(std::size_t step, const Answer& answer) const {
        Operation nameless = program_.operations[step];
        nameless.bound[0] = kNoHandle;
        Result result = answer.result;
        if (result.kind == ResultKind::kEvents) result.value = 0;
        return print_answer(nameless, program_, {result, answer.events});
    }

    [[nodiscard]] bool is_about(std::size_t step) const { return reproducer_.step == step; }

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

    [[nodiscard]] bool may_block(std::size_t step, const AllowedAnswers& allowed) const {
        return any_answer(step, allowed, [](const Answer& answer) {
            return answer.result.kind == ResultKind::kBlocked;
        });
    }

    /// True if a wait that reports nothing is allowed.
    [[nodiscard]] bool has_nothing(std::size_t step, const AllowedAnswers& allowed) const {
        return any_answer(step, allowed, [](const Answer& answer) {
            return answer.events.empty() &&
                   (answer.result.kind == ResultKind::kEvents ||
                    (answer.result.kind == ResultKind::kValue && answer.result.value == 0));
        });
    }

    std::string comment_of(std::size_t step) const {
        std::string text;
        if (step < program_.annotations.size()) {
            const Annotation& annotation = program_.annotations[step];
            for (const std::string& comment : annotation.comments_above) {
                text += fmt::format("    /* {} */\n", c_comment(comment));
            }
        }
        const AllowedAnswers& allowed = reproducer_.allowed[step];
        const bool is_shown = allowed.usual.size() == 1 && !allowed.open && !allowed.forbidden &&
                              allowed.usual.front().result.kind != ResultKind::kDescriptor;
        return text + fmt::format("    /* {}: {}{} */\n", step + 1,
                                  c_comment(print_operation(program_, step)),
                                  is_shown ? " = " + text_of(step, allowed.usual.front()) : "");
    }

    /// What the preamble must know about the program.
    void note_details() {
        for (const Operation& operation : program_.operations) {
            details_.bytes = std::max<std::size_t>(
                details_.bytes, std::max<std::uint32_t>(operation.length, sizeof(std::uint64_t)));
            details_.has_signals =
                details_.has_signals || is_about_signals(operation.kind) || operation.arriving != 0;
            note_file(operation);
        }
        details_.handles = program_.handles.size();
        for (const AllowedAnswers& allowed : reproducer_.allowed) {
            for (const auto* answers : {&allowed.usual, &allowed.unclear}) {
                for (const Answer& answer : *answers) note_error(answer);
            }
            if (allowed.forbidden) note_error(*allowed.forbidden);
        }
        if (reproducer_.observed) {
            note_error(*reproducer_.observed);
            if (reproducer_.observed->result.kind == ResultKind::kError) {
                details_.refusals.insert(static_cast<int>(reproducer_.observed->result.value));
            }
        }
    }

    void note_error(const Answer& answer) {
        if (answer.result.kind != ResultKind::kError) return;
        details_.errors.insert(static_cast<int>(answer.result.value));
        breaks_pipes_ = breaks_pipes_ || answer.result.value == error::kEPIPE;
    }

    void note_file(const Operation& operation) {
        for (const ArgumentSpec& spec : operation_spec(operation.kind).arguments) {
            const auto path = static_cast<Path>(operation.number);
            if (spec.type != ArgumentType::kPath) continue;
            const bool is_entry = path == Path::kEntryA || path == Path::kEntryB;
            if (path <= Path::kDirectory || is_entry) details_.files.insert(path);
            if (is_entry) details_.files.insert(Path::kDirectory);
        }
    }

    static bool is_about_signals(OperationKind kind) {
        switch (kind) {
            case OperationKind::kSignalfd:
            case OperationKind::kSignalfdMask:
            case OperationKind::kKill:
            case OperationKind::kTgkill:
            case OperationKind::kSigprocmask:
            case OperationKind::kSigpending:
                return true;
            default:
                return false;
        }
    }

    /// Two processes have the values of handles in common.
    [[nodiscard]] std::string handles_text() const {
        std::string text;
        for (std::size_t i = 0; c_.processes && i < c_.names.size(); ++i) {
            if (c_.used[i]) text += fmt::format("#define {} (common->fds[{}])\n", c_.names[i], i);
        }
        return text.empty() ? text : text + "\n";
    }

    [[nodiscard]] std::string main_text() const {
        std::string text =
            c_.processes ? "int main(int argc, char **argv)\n{\n" : "int main(void)\n{\n";
        text += variables_text();
        if (c_.processes) text += "    start_common(argc, argv);\n";
        if (breaks_pipes_) text += "    signal(SIGPIPE, SIG_IGN);\n";
        if (c_.inet) text += "    use_loopback();\n";
        if (c_.ring) {  // the numbers of IORING_OP_EPOLL_CTL and IORING_OP_EPOLL_WAIT
            text += fmt::format("    use_ring({});\n", c_.ring_wait ? 59 : 29);
        }
        if (!details_.files.empty()) {
            text +=
                c_.processes ? "    if (me == 1)\n        make_files();\n" : "    make_files();\n";
        }
        if (details_.has_signals) text += "    prepare_signals();\n";
        const bool limits =
            std::ranges::any_of(program_.operations, [](const Operation& operation) {
                return operation.kind == OperationKind::kLimitDescriptors;
            });
        if (limits || (reproducer_.step && is_about_numbers(*reproducer_.step))) {
            text += "    first_fd = dup(0);\n    close(first_fd);\n";
        }
        if (text.ends_with(";\n") && !text.ends_with("\n\n")) text += '\n';
        const std::size_t steps = program_.operations.size();
        if (c_.processes) {
            return text + body_ +
                   fmt::format("\n    if (me == 2)\n        _exit(0);\n    wait_for({});\n",
                               steps + 1) +
                   "    printf(\"conforms\\n\");\n    return 0;\n}\n";
        }
        return text + body_ + "\n    printf(\"conforms\\n\");\n    return 0;\n}\n";
    }

    [[nodiscard]] std::string variables_text() const {
        std::vector<std::string> variables;
        bool pairs = false;
        for (std::size_t i = 0; i < c_.names.size(); ++i) {
            if (c_.used[i] && !c_.processes) variables.push_back(c_.names[i] + " = -1");
        }
        for (const Operation& operation : program_.operations) {
            pairs = pairs || result_type(operation) == ResultType::kPair;
        }
        if (pairs) variables.emplace_back("pair[2]");
        return variables.empty() ? "" : fmt::format("    int {};\n\n", fmt::join(variables, ", "));
    }

    [[nodiscard]] std::string head_text() const {
        const Header& header = program_.header;
        const std::string title = !header.title.empty() ? header.title
                                  : !header.id.empty()  ? header.id
                                                        : "A program of epollcheck";
        std::string text = comment_lines(title, "/* ", " * ");
        for (const std::string& note : header.notes) text += comment_lines(note, " * ", " * ");
        if (!reproducer_.rules.empty()) text += " *\n";
        for (const QuotedSentence& rule : reproducer_.rules) {
            text += comment_lines(fmt::format("{}: {}", rule.id, rule.text), " * ", " *     ");
        }
        text += " *\n" + about_text();
        text += " * Exit status: 0 all answers are allowed, 1 one is not, 77 that cannot be said\n";
        return text + " * here. Compile with: cc -std=c11 -Wall -Wextra FILE.c\n */\n";
    }

    [[nodiscard]] std::string about_text() const {
        std::string text =
            fmt::format("What is allowed is what tier {} promises", reproducer_.tier);
        text +=
            reproducer_.profile.empty() ? "." : fmt::format(" (profile {}).", reproducer_.profile);
        if (reproducer_.step) {
            const std::size_t step = *reproducer_.step;
            text += fmt::format(" Step {}, {}, is what this is about: allowed is {}", step + 1,
                                print_operation(program_, step), allowed_words(step));
            text += reproducer_.observed
                        ? fmt::format(", observed was {}.", text_of(step, *reproducer_.observed))
                        : std::string(".");
        }
        return comment_lines(text, " * ", " * ");
    }

    [[nodiscard]] std::string allowed_words(std::size_t step) const {
        const AllowedAnswers& allowed = reproducer_.allowed[step];
        if (allowed.forbidden) return "much else";
        std::vector<std::string> texts;
        for (const auto* answers : {&allowed.usual, &allowed.unclear}) {
            for (const Answer& answer : *answers) texts.push_back(text_of(step, answer));
        }
        std::sort(texts.begin(), texts.end());
        texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
        return fmt::format("{}", fmt::join(texts, " or "));
    }

    const Program& program_;
    const Reproducer& reproducer_;
    CProgram c_;
    std::string body_;
    CPreamble details_;
    bool breaks_pipes_ = false;
};

}  // namespace

std::variant<std::string, CannotEmit> emit_c(const Program& program, const Reproducer& reproducer) {
    Program shown = program;
    shown.operations.resize(std::min(shown.operations.size(), reproducer.allowed.size()));
    return CFile(shown, reproducer).emit();
}

}  // namespace epollcheck
