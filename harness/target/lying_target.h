// A process target with the lying executor at its other end, and programs for it: for tests.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/target/file_connection.h"
#include "harness/target/lying/marker.h"
#include "harness/target/pipe_connection.h"
#include "harness/target/process_target.h"

namespace epollcheck {

/// Times that are long enough for a busy machine where an answer comes, and short where none does.
inline ConnectionSettings lying_settings(const std::string& mode) {
    ConnectionSettings settings;
    settings.command = {EPOLLCHECK_LYING_EXECUTOR, mode};
    settings.start_ms = 5000;
    settings.reply_ms = 5000;
    return settings;
}

inline std::unique_ptr<ProcessTarget> lying_target(const ConnectionSettings& settings) {
    ProcessTargetSettings target;
    target.name = "liar";
    target.advice = "Ask its maker.";
    target.most_restarts = 5;
    return std::make_unique<ProcessTarget>(target, std::make_unique<PipeConnection>(settings));
}

inline std::unique_ptr<ProcessTarget> lying_target(const std::string& mode) {
    return lying_target(lying_settings(mode));
}

/// epoll_create(1), an eventfd that is ready, ADD, wait. `marked`: the executor misbehaves.
inline std::vector<Operation> lying_program(bool marked = false) {
    std::vector<Operation> operations(4);
    operations[0].kind = OperationKind::kEpollCreate;
    operations[0].number = marked ? kMarker : 1;
    operations[0].bound[0] = 0;
    operations[1].kind = OperationKind::kEventfd;
    operations[1].value = 1;
    operations[1].bound[0] = 1;
    operations[2].kind = OperationKind::kEpollCtl;
    operations[2].number = 1;  // EPOLL_CTL_ADD
    operations[2].fd = {.handle = 0, .number = -1};
    operations[2].other_fd = {.handle = 1, .number = -1};
    operations[2].flags = event::kIn;
    operations[2].value = 7;
    operations[3].kind = OperationKind::kEpollWait;
    operations[3].number = 4;
    operations[3].fd = {.handle = 0, .number = -1};
    return operations;
}

/// `count` programs, of which those in `marked` are.
class LyingBatch {
public:
    LyingBatch(std::size_t count, const std::vector<std::size_t>& marked)
        : operations_(count, lying_program()), runs(count) {
        for (const std::size_t index : marked) {
            operations_[index] = lying_program(true);
        }
        for (const auto& operations : operations_) {
            programs.push_back({operations, 2});
        }
    }

private:
    std::vector<std::vector<Operation>> operations_;

public:
    std::vector<ProgramToRun> programs;
    std::vector<ProgramRun> runs;
};

}  // namespace epollcheck
