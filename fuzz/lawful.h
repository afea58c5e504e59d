// Lawful programs: what a fuzzer may run. Every program becomes one, whatever its bytes were.
//
// A lawful program has the canonical form of the printer, ends within milliseconds, asks for
// nothing that an executor refuses, and stays within what the model can follow soundly; the bounds
// are those of the random generator (harness/program/generator_weights.h), which ten million
// programs have tried. What does not fit is changed as little as possible, or left out. To make a
// lawful program lawful changes nothing.

#pragma once

#include <cstdint>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// How far programs reach.
enum class Reach : std::uint8_t {
    kModel,    // only the model answers: nothing costs anything, and everything may be asked
    kMachine,  // real calls, one after the other
    kThreads,  // real calls of several threads, side by side
};

/// Operations of a lawful program at most, and handles.
inline constexpr std::size_t kMostLawfulOperations = 80;
inline constexpr std::int16_t kMostLawfulHandles = 48;

/// Makes `program` lawful: its operations, its handles (named h0, h1 ...) and nothing else; header,
/// annotations and comments become empty.
void make_lawful(Program& program, Reach reach);

/// True for programs of which some operation takes as long as many others: processes, files that
/// are slow to go, waits that really wait.
bool is_costly(std::span<const Operation> operations);

}  // namespace epollcheck
