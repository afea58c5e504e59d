// Programs with fewer threads. See fewer_threads.h.

#include "harness/program/fewer_threads.h"

#include <algorithm>
#include <set>

#include "model/vocabulary/strand.h"

namespace epollcheck {
namespace {

bool names_thread(const Operation& operation) {
    return operation.kind == OperationKind::kAwait || operation.kind == OperationKind::kResume ||
           operation.kind == OperationKind::kInterrupt;
}

bool needs_second_process(const Operation& operation) {
    return operation.process != 0 || operation.kind == OperationKind::kFork ||
           operation.kind == OperationKind::kClone ||
           (names_thread(operation) && operation.number == kAboutSecondProcess);
}

std::set<int> threads_of(const Program& program) {
    std::set<int> threads;
    for (const Operation& operation : program.operations) {
        if (operation.kind != OperationKind::kBarrier) threads.insert(operation.thread);
    }
    return threads;
}

}  // namespace

std::vector<Program> programs_with_fewer_threads(const Program& program) {
    std::vector<Program> programs;
    if (std::ranges::any_of(program.operations, needs_second_process)) {
        Program without = program;
        std::erase_if(without.operations, needs_second_process);
        programs.push_back(with_tidy_threads(without));
    }
    const std::set<int> threads = threads_of(program);
    for (auto thread = threads.rbegin(); thread != threads.rend() && *thread > 0; ++thread) {
        Program without = program;
        std::erase_if(without.operations, [&](const Operation& operation) {
            return operation.kind != OperationKind::kBarrier &&
                   (operation.thread == *thread ||
                    (names_thread(operation) && operation.number == *thread));
        });
        programs.push_back(with_tidy_threads(without));
        for (const int other : threads) {
            if (other >= *thread) continue;
            Program moved = program;
            std::erase_if(moved.operations, [&](const Operation& operation) {
                return names_thread(operation) && operation.number == *thread;
            });
            for (Operation& operation : moved.operations) {
                if (operation.thread == *thread && operation.kind != OperationKind::kBarrier) {
                    operation.thread = static_cast<std::uint8_t>(other);
                }
            }
            programs.push_back(with_tidy_threads(moved));
        }
    }
    return programs;
}

Program with_tidy_threads(const Program& program) {
    Program tidy = program;
    tidy.annotations.clear();
    tidy.closing_comments.clear();
    std::erase_if(tidy.operations, [&, parts = false](const Operation& operation) mutable {
        const bool is_barrier = operation.kind == OperationKind::kBarrier;
        const bool goes = is_barrier && !parts;  // the first line, or behind another barrier
        parts = !is_barrier;
        return goes;
    });
    while (!tidy.operations.empty() && tidy.operations.back().kind == OperationKind::kBarrier) {
        tidy.operations.pop_back();
    }
    std::vector<int> order{0};
    for (const Operation& operation : tidy.operations) {
        if (std::ranges::find(order, operation.thread) == order.end()) {
            order.push_back(operation.thread);
        }
    }
    const auto place_of = [&](int thread) {
        return static_cast<int>(std::ranges::find(order, thread) - order.begin());
    };
    for (Operation& operation : tidy.operations) {
        operation.thread = static_cast<std::uint8_t>(place_of(operation.thread));
        if (names_thread(operation) && operation.number != kAboutSecondProcess) {
            operation.number = place_of(operation.number);
        }
    }
    return tidy;
}

}  // namespace epollcheck
