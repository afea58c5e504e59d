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

/// Of calls at the same place in time the one that began last ends first, so a line is a pair.
using Lines = std::multimap<std::uint64_t, std::string>;

constexpr std::size_t kMargin = 10;

std::string trimmed(std::string line) {
    line.resize(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

}  // namespace

std::string history_table(std::span<const TableCall> calls, std::size_t width) {
    std::map<int, std::string> titles;
    for (const TableCall& call : calls) {
        titles.try_emplace(call.column, call.title);
    }
    std::string head(kMargin, ' ');
    for (const auto& [column, title] : titles) {
        head += fmt::format("{:<{}}", title, width);
    }
    const auto line = [&](const TableCall& call, std::uint64_t time, const std::string& what,
                          const std::string& remark) {
        const auto before = std::distance(titles.begin(), titles.find(call.column));
        return trimmed(fmt::format("{} {:>4}  {:{}}{}{}", remark.empty() ? "   " : "-->", time, "",
                                   static_cast<std::size_t>(before) * width, what,
                                   remark.empty() ? "" : "  " + remark));
    };
    Lines lines;
    for (const TableCall& call : calls) {
        const bool pending = call.end == HistoryCall<int>::kPending;
        lines.emplace(call.begin, line(call, call.begin, call.call, pending ? call.remark : ""));
        if (!pending) {
            const std::string place = call.place == 0 ? "" : fmt::format("  ({})", call.place);
            lines.emplace(call.end, line(call, call.end, call.answer + place, call.remark));
        }
    }
    std::string text = trimmed(head);
    for (const auto& [time, content] : lines) {
        text += content;
    }
    return text;
}

std::string history_table(const RegisterHistory& history, const LinearizabilityResult& result) {
    constexpr std::size_t kWidth = 20;
    std::vector<TableCall> calls;
    for (const auto& call : history) {
        calls.push_back({.column = call.process,
                         .title = fmt::format("process {}", call.process),
                         .begin = call.begin,
                         .end = call.end,
                         .call = begin_text(call.operation),
                         .answer = end_text(call.operation)});
    }
    for (std::size_t i = 0; i < result.order.size(); ++i) {
        calls[result.order[i]].place = i + 1;
    }
    if (result.verdict == LinearizabilityResult::Verdict::kViolation) {
        calls[result.unexplained].remark = "no order explains this";
    }
    return history_table(calls, kWidth);
}

}  // namespace epollcheck
