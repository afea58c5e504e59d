// Kernel: the kernel below this process, ready to be fuzzed.

#pragma once

#include <memory>

#include "harness/check/judge.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {

struct Kernel {
    InProcessTarget target;
    Calibration calibration;
    std::unique_ptr<Judge> judge;
};

/// Measured and with its profile; there is one in a process. Ends the process if that is
/// impossible.
Kernel& this_kernel();

}  // namespace epollcheck
