// History table. See history_table.h.

#include "stress/history/history_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace epollcheck {

namespace {

using Kind = RegisterOperation::Kind;

std::string value_text(const std::optional<std::int64_t>& value) {
    return value ? fmt::format("{}", *value) : "nil";
}

std::string begin_text(const RegisterOperation& operation) {
    switch (operation.kind) {
        case Kind::kRead:
            return "read";
        case Kind::kWrite:
            return "write " + value_text(operation.value);
        case Kind::kCompareAndSet:
            break;
    }
    return fmt::format("cas {} {}", operation.expected, value_text(operation.value));
}

std::string end_text(const RegisterOperation& operation) {
    if (operation.kind == Kind::kRead) {
        return "= " + value_text(operation.value);
    }
    return operation.succeeded ? "= ok" : "= no";
}

class Table {
public:
    Table(const RegisterHistory& history, const LinearizabilityResult& result)
        : history_(history), result_(result), places_(history.size(), 0) {
        for (std::size_t i = 0; i < result.order.size(); ++i) {
            places_[result.order[i]] = i + 1;
        }
        for (const auto& call : history) {
            columns_.try_emplace(call.process, 0);
        }
        std::size_t column = 0;
        for (auto& [process, number] : columns_) {
            number = column++;
        }
    }

    std::string text() {
        std::string text = std::string(kMargin, ' ');
        for (const auto& [process, number] : columns_) {
            text += fmt::format("{:<{}}", fmt::format("process {}", process), kWidth);
        }
        text = trimmed(text);
        std::map<std::uint64_t, std::string> lines;
        for (std::size_t i = 0; i < history_.size(); ++i) {
            const auto& call = history_[i];
            lines[call.begin] = line(i, call.begin, begin_text(call.operation));
            if (!call.is_pending()) {
                const std::string place = places_[i] == 0 ? "" : fmt::format("  ({})", places_[i]);
                lines[call.end] = line(i, call.end, end_text(call.operation) + place);
            }
        }
        for (const auto& [time, line] : lines) {
            text += line;
        }
        return text;
    }

private:
    static constexpr std::size_t kMargin = 10;
    static constexpr std::size_t kWidth = 20;

    static std::string trimmed(std::string line) {
        line.resize(line.find_last_not_of(' ') + 1);
        return line + "\n";
    }

    [[nodiscard]] std::string line(std::size_t call, std::uint64_t time,
                                   const std::string& what) const {
        const bool unexplained = result_.verdict == LinearizabilityResult::Verdict::kViolation &&
                                 call == result_.unexplained && time == history_[call].end;
        const std::size_t indent = columns_.at(history_[call].process) * kWidth;
        return trimmed(fmt::format("{} {:>4}  {:{}}{}{}", unexplained ? "-->" : "   ", time, "",
                                   indent, what, unexplained ? "  no order explains this" : ""));
    }

    const RegisterHistory& history_;
    const LinearizabilityResult& result_;
    std::vector<std::size_t> places_;  // in the order, from 1; 0: not in it
    std::map<int, std::size_t> columns_;
};

}  // namespace

std::string history_table(const RegisterHistory& history, const LinearizabilityResult& result) {
    return Table(history, result).text();
}

}  // namespace epollcheck
