// Reproducers: a program as a C file that stands by itself, with the answers that the model allows.
//
// A C file has no model, so it holds one list of allowed answers per operation. Where a tier leaves
// an answer open, what may follow depends on which one was given; the lists are those of all paths
// together. Where that would admit the answer that a deviation is about, or where there are too
// many paths, the file follows one path: other answers that are allowed end it without a verdict.

#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "harness/check/finding.h"
#include "harness/check/judge.h"
#include "harness/program/emit_c.h"

namespace epollcheck {

/// What the file for a program that was not run is about.
enum class About : std::uint8_t {
    kEveryCall,
    kLastCall,  // the others lead up to it
};

/// `program` in C; its answers are held against `tier`. The rules are those of its header.
std::variant<std::string, CannotEmit> reproducer_c(const Program& program, Tier tier,
                                                   const Judge& judge,
                                                   About about = About::kEveryCall,
                                                   CStyle style = CStyle::kPlain);

/// `program` in C, up to the operation at which `trace` has `deviation`: the file fails where the
/// answers are those of `trace`. The rules are those that the deviation breaks.
std::variant<std::string, CannotEmit> reproducer_c(const Program& program, const Trace& trace,
                                                   const Deviation& deviation, const Judge& judge,
                                                   CStyle style = CStyle::kPlain);

/// The C file for a finding, or "" if it has no deviation or cannot be written in C.
std::string emit_c(const Finding& finding, const Judge& judge);

/// What a file for `trace` and `deviation` checks: for those who want to check something else.
std::variant<Reproducer, CannotEmit> reproducer_of(const Program& program, const Trace& trace,
                                                   const Deviation& deviation, const Judge& judge);

}  // namespace epollcheck
