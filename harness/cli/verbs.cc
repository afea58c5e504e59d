// The table of verbs. See verbs.h. A new verb is a file verb_NAME.cc and a line here.

#include "harness/cli/verbs.h"

#include "harness/cli/verb_bench.h"
#include "harness/cli/verb_compare.h"
#include "harness/cli/verb_defects.h"
#include "harness/cli/verb_doctor.h"
#include "harness/cli/verb_emit_c.h"
#include "harness/cli/verb_enumerate.h"
#include "harness/cli/verb_expectations.h"
#include "harness/cli/verb_explain.h"
#include "harness/cli/verb_explore.h"
#include "harness/cli/verb_format.h"
#include "harness/cli/verb_fuzz.h"
#include "harness/cli/verb_linearize.h"
#include "harness/cli/verb_list.h"
#include "harness/cli/verb_merge.h"
#include "harness/cli/verb_replay.h"
#include "harness/cli/verb_rules.h"
#include "harness/cli/verb_run.h"
#include "harness/cli/verb_shrink.h"
#include "harness/cli/verb_stress.h"
#include "harness/cli/verb_targets.h"

namespace epollcheck {

namespace {

constexpr VerbEntry kVerbs[] = {
    {"run", "run the conformance cases here, or on other targets", add_run_verb},
    {"fuzz", "hunt for deviations by programs that nobody wrote", add_fuzz_verb},
    {"enumerate", "run and judge all programs of a length over a universe", add_enumerate_verb},
    {"explore", "check the model itself in all worlds of a small universe", add_explore_verb},
    {"replay", "run one program again, and judge it", add_replay_verb},
    {"compare", "run one program on several targets, side by side", add_compare_verb},
    {"explain", "show what the model allows at each step of a program", add_explain_verb},
    {"shrink", "make a program that deviates smaller", add_shrink_verb},
    {"emit-c", "write a program as a C file that stands by itself", add_emit_c_verb},
    {"list", "list the cases", add_list_verb},
    {"rules", "show the rules, and which cases cite or exercised them", add_rules_verb},
    {"defects", "show which seeded defects of the model the cases detect", add_defects_verb},
    {"merge", "put results of several runs together", add_merge_verb},
    {"expectations", "check files of known deviations, or write them", add_expectations_verb},
    {"stress", "run programs of several threads and judge their histories", add_stress_verb},
    {"linearize", "judge histories of registers by a search for linearizations",
     add_linearize_verb},
    {"targets", "list the implementations that can be checked, and start them", add_targets_verb},
    {"doctor", "show what this machine offers", add_doctor_verb},
    {"format", "print programs in their canonical form", add_format_verb},
    {"bench", "measure the speed of epollcheck itself", add_bench_verb},
};

}  // namespace

std::span<const VerbEntry> verbs() { return kVerbs; }

}  // namespace epollcheck
