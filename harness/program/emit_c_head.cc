// The head of emitted C files. See emit_c_head.h.

#include "harness/program/emit_c_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "harness/program/emit_c_values.h"
#include "harness/program/printer.h"

namespace epollcheck {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::string_view kProbed = "probed";  // a profile without a name, of the kernel below
constexpr std::size_t kMostQuoted = 300;  // characters of rules; of further ones only the name

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

/// `text` up to the end of its first sentence.
std::string first_sentence(const std::string& text) {
    for (auto at = text.find(". "); at != std::string::npos; at = text.find(". ", at + 1)) {
        const bool capital = std::isupper(static_cast<unsigned char>(text[at + 2])) != 0;
        const bool numbers = at > 1 && text[at - 2] == ' ' &&  // "1. The first point"
                             std::isdigit(static_cast<unsigned char>(text[at - 1])) != 0;
        if (capital && !numbers) return text.substr(0, at + 1);
    }
    return text;
}

/// Adds the pages that `text` cites: "poll(2)".
void add_pages(const std::string& text, std::set<std::string>& pages) {
    for (auto at = text.find('('); at != std::string::npos; at = text.find('(', at + 1)) {
        const bool is_section = at + 2 < text.size() && text[at + 2] == ')' &&
                                std::isdigit(static_cast<unsigned char>(text[at + 1])) != 0;
        std::size_t start = at;
        while (start > 0 && (std::isalnum(static_cast<unsigned char>(text[start - 1])) != 0 ||
                             text[start - 1] == '_')) {
            --start;
        }
        if (is_section && start < at) pages.insert(text.substr(start, at + 3 - start));
    }
}

std::string rules_text(const std::vector<QuotedSentence>& rules) {
    std::string text;
    std::vector<std::string> others;
    std::set<std::string> pages;
    for (const QuotedSentence& rule : rules) {
        add_pages(rule.text, pages);
        const std::string line = fmt::format("{}: {}", rule.id, first_sentence(rule.text));
        if (!text.empty() && text.size() + line.size() > kMostQuoted) {
            others.push_back(rule.id);
        } else {
            text += comment_lines(line, " * ", " *     ");
        }
    }
    for (const std::string& page : pages) others.push_back(page);
    if (others.empty()) return text;
    return text + comment_lines(fmt::format("See also {}.", fmt::join(others, ", ")), " * ", " * ");
}

/// The same of a program of several threads.
std::string checked_repetitions(const RaceAspect& race, const std::string& tier) {
    const std::string checked =
        race.forbidden ? fmt::format(
                             "No order of the calls explains all answers that were seen "
                             "({}){}.",
                             tier, race.experience.empty() ? "" : ": " + race.experience)
                       : fmt::format("Every answer is checked ({}).", tier);
    return checked +
           " The program runs again and again, with other delays each time; arguments: "
           "how often, and a seed. Compile with -pthread.";
}

std::string checked_text(const Program& program, const Reproducer& reproducer) {
    const bool named = !reproducer.profile.empty() && reproducer.profile != kProbed;
    const std::string tier = named ? fmt::format("tier {}, {}", reproducer.tier, reproducer.profile)
                                   : fmt::format("tier {}", reproducer.tier);
    if (has_threads(program.operations)) return checked_repetitions(reproducer.race, tier);
    if (!reproducer.step) return fmt::format("Every call is checked ({}).", tier);
    const std::size_t step = *reproducer.step;
    const AllowedAnswers& allowed = reproducer.allowed[step];
    std::string text = fmt::format(
        "The last call has to give {} ({})",
        allowed.forbidden ? "something else" : c_allowed_text(program, step, allowed), tier);
    if (reproducer.observed) {
        text += ", and gave " + c_answer_text(program, step, *reproducer.observed);
    }
    return text + ".";
}

}  // namespace

std::string c_answer_text(const Program& program, std::size_t step, const Answer& answer) {
    Operation nameless = program.operations[step];
    nameless.bound[0] = kNoHandle;
    Result result = answer.result;
    if (result.kind == ResultKind::kEvents) result.value = 0;  // no time is told
    return print_answer(nameless, program, {result, answer.events});
}

std::string c_allowed_text(const Program& program, std::size_t step,
                           const AllowedAnswers& allowed) {
    constexpr std::size_t kMost = 6;
    std::set<std::string> texts;
    for (const auto* answers : {&allowed.usual, &allowed.unclear}) {
        for (const Answer& answer : *answers) texts.insert(c_answer_text(program, step, answer));
    }
    std::vector<std::string> shown(texts.begin(), texts.end());
    const bool many = shown.size() > kMost;
    if (many) shown.resize(kMost);
    return fmt::format("{}{}", fmt::join(shown, " or "), many ? " or ..." : "");
}

std::string c_head(const Program& program, const Reproducer& reproducer) {
    const Header& header = program.header;
    const std::string title = !header.title.empty() ? header.title
                              : !header.id.empty()  ? header.id
                                                    : "A program of epollcheck";
    std::string text = comment_lines(title + ".", "/* ", " * ");
    for (const std::string& note : header.notes) text += comment_lines(note, " * ", " * ");
    text += rules_text(reproducer.rules);
    text += comment_lines(
        checked_text(program, reproducer) + " Exit status: 0 conforms, 1 not, 77 unclear.", " * ",
        " * ");
    for (const std::string& line : reproducer.race.story) {
        text += fmt::format(" * {}\n", c_comment(line));
    }
    return text + " */\n";
}

}  // namespace epollcheck
