// Tests of readiness findings: a program after which epoll, poll and select disagree becomes as
// small as it can be, and the sentence about it names the descriptor and the three answers. The
// kernel tells no lies, so a source between it and the harness does.

#include "harness/check/readiness_finding.h"

#include "harness/check/check_test_support.h"
#include "harness/target/in_process_target.h"

namespace epollcheck {
namespace {

/// Epoll says nothing about files that are readable and not writable, as if an event were lost.
class ForgetfulSource final : public ReadinessSource {
public:
    std::optional<HarnessError> set_up() override { return kernel_->set_up(); }
    bool ask(std::span<const int> fds, std::span<ReadinessAnswers> answers) override {
        const bool asked = kernel_->ask(fds, answers);
        for (ReadinessAnswers& answer : answers) {
            if (answer.poll == event::kReadable) {
                answer.epoll = 0;
            }
        }
        return asked;
    }

private:
    std::unique_ptr<ReadinessSource> kernel_ = kernel_readiness();
};

TEST_CASE("a disagreement of epoll, poll and select is shrunk and told", "[readiness]") {
    InProcessTarget target(std::make_unique<ForgetfulSource>());
    Calibration calibration;
    Judge judge(newest_profile(), calibration);
    const Workbench bench{target, judge, calibration};
    const Program program = program_of(R"(
epoll_create1(0) = ep
eventfd(3, EFD_NONBLOCK) = e
pipe2([r, w], O_NONBLOCK)
epoll_ctl(ep, ADD, r, {IN, 3})
write(w, 100)
dup(w) = w2
close(e)
epoll_ctl(ep, DEL, r, NULL)
)");
    Trace trace;
    REQUIRE_FALSE(target.run(program.operations, static_cast<int>(program.handles.size()), trace));
    REQUIRE(target.disagreement());
    const ReadinessFinding finding =
        shrink_readiness_finding(bench, program, *target.disagreement());
    CHECK(print_program(finding.program) == "pipe2([r, w], 0)\nwrite(w, 1)\n");
    CHECK(readiness_text(finding.program, finding.disagreement) ==
          "after the last operation, about 'r': level-triggered epoll_wait reports nothing, poll "
          "says IN|RDNORM, select says READ");
}

TEST_CASE("refusals of epoll are told, too", "[readiness]") {
    ReadinessDisagreement disagreement;
    disagreement.slot = 4;
    disagreement.answers = {.poll = event::kIn, .add_error = error::kEPERM};
    CHECK(readiness_text(Program{}, disagreement) ==
          "after the last operation, about the descriptor in slot 4: epoll_ctl ADD says EPERM, "
          "poll says IN, select says no set");
}

}  // namespace
}  // namespace epollcheck
