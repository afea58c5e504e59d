// What libFuzzer asks of a program with inputs of its own: a mutator and a crossover
// (LLVMFuzzerCustomMutator, LLVMFuzzerCustomCrossOver), which it finds by their names.

#pragma once

#include <optional>

#include "fuzz/lawful.h"

namespace epollcheck {

/// Inputs are programs of this reach; without one, bytes that libFuzzer changes as it likes.
void set_mutated_reach(std::optional<Reach> reach);

/// True once libFuzzer has asked for a change: before, it reads a corpus.
bool has_mutated();

}  // namespace epollcheck
