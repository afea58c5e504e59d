// Side by side. See side_by_side.h.

#include "reports/side_by_side.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/text_layout.h"

namespace epollcheck {

namespace {

constexpr std::size_t kGap = 2;           // columns between two cells
constexpr std::size_t kNumbers = 7;       // "-->   12 " in front of the operation
constexpr std::size_t kLeastColumn = 10;  // of a target, whatever the width

/// `text` cut into pieces of at most `width` characters, after a blank, comma or bar if there is
/// one in the second half.
std::vector<std::string> cut(std::string_view text, std::size_t width) {
    std::vector<std::string> pieces;
    while (text.size() > width) {
        const std::size_t found = text.substr(0, width).find_last_of(" ,|");
        const bool good = found != std::string_view::npos && found + 1 > width / 2;
        const std::size_t length = good ? found + 1 : width;
        pieces.emplace_back(text.substr(0, length));
        text.remove_prefix(length);
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    }
    pieces.emplace_back(text);
    return pieces;
}

std::string answer_at(const ComparedTarget& target, std::size_t index) {
    return index < target.answers.size() ? target.answers[index] : "did not run";
}

bool forbidden_at(const ComparedTarget& target, std::size_t index) {
    return target.forbidden_step == index + 1;
}

std::string listed(const std::vector<std::string>& answers) {
    std::string text;
    for (const std::string& answer : answers) {
        text += (text.empty() ? "" : " or ") + answer;
    }
    return text;
}

class TablePrinter {
public:
    TablePrinter(const SideBySide& comparison, std::size_t width, bool colour)
        : comparison_(comparison), width_(width), paint_(colour) {
        choose_widths();
    }

    std::string print() {
        if (!comparison_.title.empty()) {
            text_ += wrap(comparison_.title, "", "", width_) + "\n";
        }
        std::vector<std::string> names;
        for (const ComparedTarget& target : comparison_.targets) {
            names.push_back(target.name);
        }
        print_row("", "", names, [](std::size_t) { return false; });
        for (std::size_t i = 0; i < comparison_.operations.size(); ++i) {
            print_operation_row(i);
        }
        print_outcomes();
        return std::move(text_);
    }

private:
    /// Each target gets what its longest answer needs, as far as there is room for all.
    void choose_widths() {
        std::size_t most = 0;
        for (const ComparedTarget& target : comparison_.targets) {
            std::size_t longest = std::max(target.name.size(), kLeastColumn);
            for (std::size_t i = 0; i < comparison_.operations.size(); ++i) {
                longest = std::max(longest, answer_at(target, i).size());
            }
            columns_.push_back(longest);
            most = std::max(most, longest);
        }
        std::size_t operation = kLeastColumn;
        for (const std::string& text : comparison_.operations) {
            operation = std::max(operation, text.size());
        }
        const std::size_t room = width_ - std::min(width_, kNumbers);
        operation_width_ = std::min(operation, std::max(room * 2 / 5, kLeastColumn));
        const auto used = [&] {
            std::size_t sum = operation_width_;
            for (const std::size_t column : columns_) {
                sum += kGap + column;
            }
            return sum;
        };
        for (; used() > room && most > kLeastColumn; --most) {
            for (std::size_t& column : columns_) {
                column = std::min(column, most - 1);
            }
        }
        const std::size_t left = room - std::min(room, used());
        operation_width_ = std::min(operation, operation_width_ + left);
    }

    template <typename IsBad>
    void print_row(const std::string& number, const std::string& operation,
                   const std::vector<std::string>& cells, IsBad is_bad) {
        std::vector<std::vector<std::string>> pieces{cut(operation, operation_width_)};
        std::size_t lines = pieces.front().size();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            pieces.push_back(cut(cells[i], columns_[i]));
            lines = std::max(lines, pieces.back().size());
        }
        for (std::size_t line = 0; line < lines; ++line) {
            std::string row = fmt::format("{:<{}}", line == 0 ? number : "", kNumbers);
            std::size_t blanks = 0;  // that are due before the next cell with text
            for (std::size_t i = 0; i < pieces.size(); ++i) {
                const std::size_t width = i == 0 ? operation_width_ : columns_[i - 1];
                const std::string piece = line < pieces[i].size() ? pieces[i][line] : "";
                if (!piece.empty()) {
                    row += std::string(blanks, ' ');
                    row += i > 0 && is_bad(i - 1) ? paint_.bad(piece) : piece;
                    blanks = 0;
                }
                blanks += width - piece.size() + kGap;
            }
            row.erase(row.find_last_not_of(' ') + 1);
            text_ += row + "\n";
        }
    }

    void print_operation_row(std::size_t index) {
        const bool marked = differs_at(comparison_, index);
        std::vector<std::string> answers;
        for (const ComparedTarget& target : comparison_.targets) {
            answers.push_back(answer_at(target, index));
        }
        print_row(fmt::format("{}{:>3}", marked ? "-> " : "   ", index + 1),
                  comparison_.operations[index], answers, [&](std::size_t target) {
                      return forbidden_at(comparison_.targets[target], index);
                  });
        if (marked) {
            print_allowed(index);
        }
    }

    /// What is allowed for each target; targets that agree about it share a line.
    void print_allowed(std::size_t index) {
        std::vector<std::pair<std::string, std::string>> groups;  // allowed answers, targets
        for (const ComparedTarget& target : comparison_.targets) {
            const std::string allowed = index < target.allowed.size()
                                            ? "allowed: " + listed(target.allowed[index])
                                            : "not judged after what went before";
            const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
                return group.first == allowed;
            });
            if (same == groups.end()) {
                groups.emplace_back(allowed, target.name);
            } else {
                same->second += ", " + target.name;
            }
        }
        for (const auto& [allowed, names] : groups) {
            const std::string whose = groups.size() == 1 ? "" : fmt::format(" ({})", names);
            text_ += wrap(allowed + whose, std::string(kNumbers, ' ') + "  ",
                          std::string(kNumbers, ' ') + "      ", width_);
        }
        for (const ComparedTarget& target : comparison_.targets) {
            if (forbidden_at(target, index)) {
                text_ += wrap(fmt::format("{}: {} is forbidden by {}", target.name,
                                          answer_at(target, index), target.rules),
                              std::string(kNumbers, ' ') + "  ",
                              std::string(kNumbers, ' ') + "      ", width_);
            }
        }
    }

    void print_outcomes() {
        text_ += "\n";
        std::size_t name_width = 0;
        for (const ComparedTarget& target : comparison_.targets) {
            name_width = std::max(name_width, target.name.size());
        }
        const std::string indent(name_width + kGap, ' ');
        for (const ComparedTarget& target : comparison_.targets) {
            std::string lines = wrap(target.outcome, indent, indent, width_);
            lines.replace(0, target.name.size(),
                          target.good ? paint_.good(target.name) : paint_.bad(target.name));
            text_ += lines;
            if (!target.about.empty()) {
                text_ += wrap(target.about, indent, indent, width_);
            }
        }
    }

    const SideBySide& comparison_;
    std::size_t width_;
    Paint paint_;
    std::size_t operation_width_ = 0;
    std::vector<std::size_t> columns_;
    std::string text_;
};

}  // namespace

bool differs_at(const SideBySide& comparison, std::size_t index) {
    const auto& targets = comparison.targets;
    return std::any_of(targets.begin(), targets.end(), [&](const ComparedTarget& target) {
        return answer_at(target, index) != answer_at(targets.front(), index) ||
               forbidden_at(target, index);
    });
}

std::string side_by_side_text(const SideBySide& comparison, std::size_t width, bool colour) {
    return TablePrinter(comparison, width, colour).print();
}

}  // namespace epollcheck
