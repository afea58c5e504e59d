// Programs: what runs in a target. A header, a list of operations over named handles, and what a
// person expects of them. Conformance cases, fuzz inputs, regressions and reproducers are all this.

#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"
#include "model/vocabulary/tier.h"

namespace epollcheck {

/// Limits of a program: what an executor reserves room for.
inline constexpr int kMaxOperations = 1000;
inline constexpr int kMaxHandles = 128;
inline constexpr int kMaxThreads = 16;
inline constexpr int kMaxProcesses = 2;  // P1, which runs the program, and what it forks

/// What is known about a program beside its operations. Only conformance cases fill all of it.
struct Header {
    std::string id;                  // topic/name, unique in the suite
    std::string title;               // one sentence: what is promised
    std::vector<std::string> rules;  // rule ids that the case is about, "R-C13"
    Tier tier = Tier::kExact;        // the loosest tier that promises the expected answers
    std::vector<std::string> needs;  // features the target must have, see harness/check/features.h
    std::vector<std::string> tags;   // free words for selection
    std::vector<std::string> notes;  // comment lines between the header and the first operation

    friend bool operator==(const Header&, const Header&) = default;
};

/// One answer that a person wrote down as allowed. `condition` restricts it to kernels where a
/// version difference (section H, "V-45") holds, or does not hold.
struct ExpectedAnswer {
    Result result;
    std::vector<Event> events;
    std::string condition;  // empty: always; else a version difference id
    bool condition_holds = true;

    friend bool operator==(const ExpectedAnswer&, const ExpectedAnswer&) = default;
};

/// What belongs to one operation in the text beside the operation itself.
struct Annotation {
    std::vector<ExpectedAnswer> expected;     // empty: nothing is expected
    std::vector<std::string> comments_above;  // whole comment lines, without the `#`
    std::string comment;                      // the comment at the end of the line
    int line = 0;                             // in the file it was read from; 0 if it was not

    friend bool operator==(const Annotation& left, const Annotation& right) {
        return left.expected == right.expected && left.comments_above == right.comments_above &&
               left.comment == right.comment;  // where it stood in a file is no property of it
    }
};

struct Program {
    Header header;
    std::vector<std::string> handles;           // names; an operation refers to them by index
    std::vector<Operation> operations;          // in program order, of all threads
    std::vector<Annotation> annotations;        // empty, or one per operation
    std::vector<std::string> closing_comments;  // comment lines after the last operation

    /// The same program. No annotations are as good as empty ones: text has a line per operation
    /// either way, and a program must survive being printed and parsed.
    friend bool operator==(const Program& left, const Program& right);
};

/// True if the program has more threads than one.
inline bool has_threads(std::span<const Operation> operations) {
    return std::ranges::any_of(operations,
                               [](const Operation& operation) { return operation.thread != 0; });
}

}  // namespace epollcheck
