// Kernel. See kernel.h.

#include "fuzz/targets/kernel.h"

#include "fuzz/targets/first_finding.h"
#include "harness/check/calibrate.h"
#include "harness/check/probe_profile.h"

namespace epollcheck {

namespace {

std::unique_ptr<Kernel> open_kernel() {
    auto kernel = std::make_unique<Kernel>();
    auto error = kernel->target.setup_error();
    error = error ? error : calibrate(kernel->target, kernel->calibration);
    error = error ? error : calibrate_for_generator(kernel->target, kernel->calibration);
    if (error) {
        end_target(error->what);
    }
    const auto probed = probe_profile(kernel->target, Misfit::kIsError);
    if (const auto* wrong = std::get_if<HarnessError>(&probed)) {
        end_target(wrong->what);
    }
    kernel->judge =
        std::make_unique<Judge>(std::get<ProbedProfile>(probed).profile, kernel->calibration);
    return kernel;
}

}  // namespace

Kernel& this_kernel() {
    static const std::unique_ptr<Kernel> kKernel = open_kernel();
    return *kKernel;
}

}  // namespace epollcheck
