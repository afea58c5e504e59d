// What runs in the second process of a program: the loop that serves calls, the exec of a helper,
// and the end.
//
// The helper is the same program file with an argument of its own, caught before main(): so it
// exists wherever the executor is linked in, and it has the same functions at the same distances.

#pragma once

#include "harness/executor/mailbox.h"

namespace epollcheck {

/// Executes the helper. Returns only if that failed, then a negative errno; else the helper answers
/// the request in the mailbox with 0 and serves on.
system_call::Outcome execute_process_helper(const Mailbox::Word* words);

/// True if a child of this process can execute the helper. An emulator or a sandbox may have /proc
/// and still refuse.
bool may_execute_helper();

/// Ends the process. There is no answer.
system_call::Outcome exit_process(const Mailbox::Word* words);

}  // namespace epollcheck
