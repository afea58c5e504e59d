// Target for libFuzzer: programs of several threads, on the kernel below this process, judged by
// the search for an order of the calls that explains the answers.

#include "fuzz/concurrent_subject.h"
#include "fuzz/libfuzzer_hooks.h"
#include "fuzz/targets/first_finding.h"
#include "fuzz/targets/kernel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace epollcheck;
    static AbortAtFinding listener;
    static Kernel& kernel = this_kernel();
    static HistoryJudge judge(kernel.judge->profile(), kernel.calibration, Tier::kExact);
    static ConcurrentSubject subject(kernel.target, kernel.calibration, judge, nullptr, listener);
    set_mutated_reach(Reach::kThreads);
    subject.run({data, size});
    return 0;
}
