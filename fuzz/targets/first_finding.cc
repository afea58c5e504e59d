// First finding. See first_finding.h.

#include "fuzz/targets/first_finding.h"

#include <cstdio>
#include <cstdlib>

#include "harness/check/cause.h"
#include "harness/check/race_cause.h"
#include "harness/check/readiness_finding.h"
#include "harness/program/printer.h"

namespace epollcheck {

namespace {

[[noreturn]] void tell(const std::string& cause, const Program& program) {
    std::fprintf(stderr, "FINDING %s\n%s", cause.c_str(), print_program(program).c_str());
    std::abort();
}

}  // namespace

void AbortAtFinding::deviation(const Program& program, const Trace& trace,
                               const Judgement& judgement) {
    tell(cause_of(program.operations, trace, judgement.deviations.front()), program);
}

void AbortAtFinding::disagreement(const Program& program, const ReadinessDisagreement& found) {
    tell(readiness_text(program, found), program);
}

void AbortAtFinding::crash(const Program& program, const HarnessError& error) {
    tell(error.what, program);
}

void AbortAtFinding::race(const Program& program, const Schedule& /*schedule*/,
                          const ConcurrentTrace& trace, const HistoryJudgement& judgement) {
    tell(race_cause(program.operations, trace, judgement), program);
}

void AbortAtFinding::difference(const Program& program, std::size_t step, const Trace& here,
                                const Trace& there) {
    const Operation& operation = program.operations[step];
    const auto answer = [&](const Trace& trace) {
        return step < trace.size() ? print_answer(operation, program, trace[step])
                                   : std::string("did not run");
    };
    tell(answer(here) + " here and " + answer(there) + " there", program);
}

void end_target(const std::string& reason) {
    std::fprintf(stderr, "epollcheck: error: %s\n", reason.c_str());
    std::exit(1);
}

}  // namespace epollcheck
