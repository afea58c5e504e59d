// Target for libFuzzer: programs of one call after the other, on the kernel below this process,
// judged by the model.

#include "fuzz/libfuzzer_hooks.h"
#include "fuzz/sequential_subject.h"
#include "fuzz/targets/first_finding.h"
#include "fuzz/targets/kernel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace epollcheck;
    static AbortAtFinding listener;
    static Kernel& kernel = this_kernel();
    static SequentialSubject subject({kernel.target, *kernel.judge, kernel.calibration},
                                     Tier::kExact, Reach::kMachine, nullptr, listener);
    set_mutated_reach(Reach::kMachine);
    if (has_mutated()) {
        subject.save_time();
    }
    subject.run({data, size});
    return 0;
}
