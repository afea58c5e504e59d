// History text: histories of registers as other tools write them down, one event on a line.
//
//     INFO  jepsen.util - 4   :invoke  :cas   [0 3]
//     INFO  jepsen.util - 4   :ok      :cas   [0 3]
//     7 :invoke :read nil
//     7 :info   :read :timed-out
//
// The words before the process number are skipped. `:invoke` begins a call, `:ok` ends it, `:fail`
// says that it had no effect, `:info` that nobody knows: such a call stays pending. A process that
// does not know goes on under another number.

#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "stress/history/linearizability.h"
#include "stress/history/register_model.h"

namespace epollcheck {

using RegisterHistory = std::vector<HistoryCall<RegisterOperation>>;

/// The calls in `text`, or what is wrong with which of its lines, "FILE:3: ...". `file` names it.
std::variant<RegisterHistory, std::string> parse_history(std::string_view text,
                                                         std::string_view file);

}  // namespace epollcheck
