// Kernel. See kernel.h.

#include "fuzz/targets/kernel.h"

#include <csignal>
#include <string>
#include <vector>

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

// What the user says comes later, and wins.
std::string g_first_words[] = {
    // Signals are those of programs.
    "-handle_usr1=0", "-handle_usr2=0",
    "-timeout=0",  // its alarm would interrupt calls
};

}  // namespace

Kernel& this_kernel() {
    static const std::unique_ptr<Kernel> kKernel = open_kernel();
    return *kKernel;
}

}  // namespace epollcheck

/// libFuzzer asks for this before it reads its arguments and starts threads of its own. These must
/// not take the signals that programs send to the process.
extern "C" int LLVMFuzzerInitialize(int* argument_count, char*** arguments) {
    sigset_t of_programs;
    sigemptyset(&of_programs);
    for (const int signal : {SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN + 1}) {
        sigaddset(&of_programs, signal);
    }
    pthread_sigmask(SIG_BLOCK, &of_programs, nullptr);
    static std::vector<char*> words(*arguments, *arguments + *argument_count + 1);
    for (std::string& word : epollcheck::g_first_words) {
        words.insert(words.begin() + 1, word.data());
        ++*argument_count;
    }
    *arguments = words.data();
    return 0;
}
