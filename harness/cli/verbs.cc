// The table of verbs. See verbs.h. A new verb is a file verb_NAME.cc and a line here.

#include "harness/cli/verbs.h"

#include "harness/cli/verb_bench.h"
#include "harness/cli/verb_fuzz.h"
#include "harness/cli/verb_run.h"

namespace epollcheck {

namespace {

constexpr VerbEntry kVerbs[] = {
    {"run", "run the conformance cases on this machine", add_run_verb},
    {"fuzz", "run and judge random programs on this machine", add_fuzz_verb},
    {"bench", "measure the speed of epollcheck itself", add_bench_verb},
};

}  // namespace

std::span<const VerbEntry> verbs() { return kVerbs; }

}  // namespace epollcheck
