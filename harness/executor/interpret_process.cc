// Operations about the process that runs the program: its signals, and the account that it uses.

#include "harness/executor/interpreter.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck {

Result Interpreter::signal_call(const Operation& operation) {
    signals_.prepare();
    switch (operation.kind) {
        case OperationKind::kKill:
            if ((operation.signals & ~kOwnSignals) != 0) {
                return fail(
                    {"a program sends itself a signal that would end or stop epollcheck. Use "
                     "SIGUSR1 and SIGUSR2."});
            }
            return plain(ProgramSignals::send(operation.signals));
        case OperationKind::kSigprocmask:
            return plain(ProgramSignals::change_mask(operation.number, operation.signals));
        default:
            return plain(ProgramSignals::pending());
    }
}

Result Interpreter::limit_watches(const Operation& operation) {
    if (auto error = account_.enter(operation.number)) {
        return fail(*error);
    }
    return Result::of_value(0);
}

}  // namespace epollcheck
