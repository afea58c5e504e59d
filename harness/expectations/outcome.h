// Outcome: what became of each expectation in a run.
//
// An expected failure is known and no news. An expected one that does not happen although its case
// was run and judged is stale: the target was mended, or the entry was always wrong, and either way
// the file has to change.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/expectations/expectations.h"
#include "reports/results.h"

namespace epollcheck {

/// How much a run can say about expectations that were not met.
enum class RunScope : std::uint8_t {
    kNothing,      // it was judged less strictly than the expectations were written for
    kSingleCases,  // a part of the suite: only entries of one case can be stale
    kWholeSuite,   // everything ran, so patterns and causes can be stale, too
};

class ExpectationBook {
public:
    /// Without expectations, nothing is expected.
    explicit ExpectationBook(Expectations expectations = {});

    /// Sets `expected` of a failure or crash that an entry expects, to why (that of the
    /// first such entry), and takes note of `result`.
    void apply(CaseResult& result);

    /// Indices of the entries that are stale after the results that were applied.
    [[nodiscard]] std::vector<std::size_t> stale(RunScope scope) const;
    /// The records about them.
    [[nodiscard]] std::vector<StaleRecord> stale_records(RunScope scope) const;

    [[nodiscard]] const Expectations& expectations() const { return expectations_; }

private:
    struct Note {
        bool met = false;
        bool judged = false;  // a case of which it speaks was run and judged
    };

    Expectations expectations_;
    std::vector<Note> notes_;
};

}  // namespace epollcheck
