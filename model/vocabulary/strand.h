// Strands: what goes on side by side in a program whose threads run at once.
//
// The calls of a strand follow each other. Each thread of the first process is one, and so is the
// second process, which has a single thread: it takes the place of T8, so that a program in which
// it races has the threads T1 to T7.

#pragma once

#include "model/vocabulary/operation.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

inline constexpr int kMaxStrands = 8;
inline constexpr int kStrandOfSecondProcess = kMaxStrands - 1;

/// The strand that makes the call, an index.
constexpr int strand_of(const Operation& operation) {
    return operation.process != 0 ? kStrandOfSecondProcess : operation.thread;
}

/// What await and its like say in Operation::number where they are about P2.
inline constexpr std::int32_t kAboutSecondProcess = kMaxThreads;

/// The strand that such an operation is about. It may be none.
constexpr int named_strand(const Operation& operation) {
    return operation.number == kAboutSecondProcess ? kStrandOfSecondProcess : operation.number;
}

}  // namespace epollcheck
