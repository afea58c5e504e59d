// History table: a history as people read it, with one column for each process or thread.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "stress/history/history_text.h"
#include "stress/history/linearizability.h"

namespace epollcheck {

/// A call as a table shows it.
struct TableCall {
    int column = 0;     // tells processes apart; columns stand in the order of these numbers
    std::string title;  // of the column
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  // HistoryCall::kPending: it never returned
    std::string call;
    std::string answer;
    std::size_t place = 0;    // in the order that was found, from 1; 0: not in it
    std::string remark = {};  // of a call that no order explains; else empty
};

/// The beginnings and ends of `calls` in the order of time, each in its column. Columns are
/// `width` characters wide.
std::string history_table(std::span<const TableCall> calls, std::size_t width);

/// The events of a history of a register, with the place that each call has in the order of
/// `result`. The call that no order explains is marked.
std::string history_table(const RegisterHistory& history, const LinearizabilityResult& result);

}  // namespace epollcheck
