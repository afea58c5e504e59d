// Target for libFuzzer: programs on two targets that should answer alike, without the model.
//
// EPOLLCHECK_OTHER is the command of an executor to compare the kernel below this process with, for
// instance "epollcheck-executor --calls io_uring". Without it the other one is the model itself,
// as one more implementation.

#include <cstdlib>
#include <sstream>

#include "fuzz/differential_subject.h"
#include "fuzz/libfuzzer_hooks.h"
#include "fuzz/targets/first_finding.h"
#include "fuzz/targets/kernel.h"
#include "harness/check/model_target.h"
#include "harness/target/make_target.h"

namespace epollcheck {

namespace {

std::unique_ptr<Target> open_other() {
    const char* const command = std::getenv("EPOLLCHECK_OTHER");
    if (command == nullptr) {
        return std::make_unique<ModelTarget>(this_kernel().judge->profile());
    }
    TargetDescription description;
    description.name = "other";
    std::istringstream words(command);
    for (std::string word; words >> word;) {
        description.command.push_back(word);
    }
    auto made = make_target(description, "");
    if (const auto* error = std::get_if<HarnessError>(&made)) {
        end_target(error->what);
    }
    return std::move(std::get<std::unique_ptr<Target>>(made));
}

}  // namespace

}  // namespace epollcheck

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace epollcheck;
    static AbortAtFinding listener;
    static const std::unique_ptr<Target> other = open_other();
    static DifferentialSubject subject(this_kernel().target, *other, listener);
    set_mutated_reach(Reach::kMachine);
    subject.run({data, size});
    return 0;
}
