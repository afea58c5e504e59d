// Interest lists. See interest_lists.h.

#include "stress/interest_lists.h"

namespace epollcheck {

bool shows_interest_lists(const Target& target) {
    const Operation program[] = {{.kind = OperationKind::kEpollCreate1, .bound = {0, kNoHandle}},
                                 {.kind = OperationKind::kFdinfo, .fd = {.handle = 0}}};
    return target.cannot_run(program).empty();
}

void leave_out_interest_lists(Program& program) {
    std::erase_if(program.operations, [](const Operation& operation) {
        return operation.kind == OperationKind::kFdinfo;
    });
    program.annotations.clear();
}

}  // namespace epollcheck
