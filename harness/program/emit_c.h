// The C emitter: a program as a readable C file that needs nothing but a C library.
//
// The file makes the calls of the program and compares each answer with those that are allowed,
// which whoever asks for it must know: no model stands here (harness/check/reproducer.h has one).
// It is C11 for any Linux with epoll and any architecture, and is free of warnings under -Wall
// -Wextra. Its exit status is 0 if all answers are allowed, 1 if one is not, and 77 (which test
// drivers take as "skipped") if this cannot be known: something is missing on the machine, or an
// answer is allowed but makes what follows unclear. A program with several threads runs many times
// (emit_c_threads.h).
//
// Which call an operation is stands in one table (emit_c_calls.cc); functions that only some
// programs need are helpers (emit_c_helpers.h).

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/vocabulary/program.h"

namespace epollcheck {

/// An answer that stands by itself.
struct Answer {
    Result result;
    std::vector<Event> events;
};

/// What one operation may answer.
struct AllowedAnswers {
    std::vector<Answer> usual;    // what follows is about these
    std::vector<Answer> unclear;  // allowed as well, but what may follow them is not known here
    bool open = false;            // any other answer is as good as an unclear one
    bool any_number = false;      // a read may give any number, or count: nothing depends on it
    /// If set, this answer alone is not allowed, and nothing above counts.
    std::optional<Answer> forbidden;
};

/// A sentence that the file quotes.
struct QuotedSentence {
    std::string id;
    std::string text;
};

/// What the file of a program with several threads does beside: it runs the program over and over.
struct RaceAspect {
    /// The answers after the beginning are, all together, what may not be. Otherwise each of them
    /// is checked by itself, if there are any that it may give.
    bool forbidden = false;
    /// And of each pair of operations the first had returned before the second was made.
    std::vector<std::pair<std::size_t, std::size_t>> order;
    std::uint32_t repetitions = 200;  // unless who runs the file says otherwise
    std::uint64_t seed = 0;           // of the times that threads spin
    std::string experience;           // how often it was seen, or ""
    std::vector<std::string> story;   // lines that show a run in which it was
};

/// The form of a file.
enum class CStyle : std::uint8_t {
    kPlain,      // a program of its own
    kKselftest,  // a test of the kernel's tree, with kselftest_harness.h; one thread, one process
};

/// What an emitted file says and checks beside the calls of its program.
struct Reproducer {
    std::vector<QuotedSentence> rules;
    std::string tier;                     // whose answers are allowed
    std::string profile;                  // the kernel that is described, or ""
    std::vector<AllowedAnswers> allowed;  // one per operation, all with an answer
    std::optional<std::size_t> step;      // the operation that it is about
    std::optional<Answer> observed;       // what was answered there, and is not allowed
    CStyle style = CStyle::kPlain;
    RaceAspect race;  // only of programs with several threads
};

/// Why a program cannot be emitted.
struct CannotEmit {
    std::string what;  // one sentence
};

/// The C file for `program`. Its operations end with the last one that `reproducer` has answers
/// for.
std::variant<std::string, CannotEmit> emit_c(const Program& program, const Reproducer& reproducer);

}  // namespace epollcheck
