// Thread canaries: the seeded defects of a plug-in (harness/plugins/epoll_on_poll_defects.c), which
// only show when threads meet, as subjects of the fuzzer.
//
// Such a library is no Linux even without a defect, so a deviation alone proves nothing. The
// program that showed it runs again, in turns with the defect and without: only if the defect shows
// a dozen times more, and the sound library never meanwhile, is it found. (By chance that happens
// to one of 4096 programs that deviate as often either way.)

#pragma once

#include <memory>
#include <string>
#include <variant>

#include "harness/cli/canary_hunts.h"
#include "harness/cli/open_target.h"

namespace epollcheck {

class ThreadCanaries final : public Canaries {
public:
    /// Those of the plug-in that is the target `name`; else what is wrong.
    static std::variant<ThreadCanaries, std::string> of(const std::string& name);

    [[nodiscard]] std::vector<CanaryResult> all() const override;
    [[nodiscard]] Reach reach() const override { return Reach::kThreads; }
    [[noreturn]] void hunt(std::size_t index, FuzzerLoop loop, Catch& caught) override;
    [[nodiscard]] bool is_dangerous() const override { return true; }
    void run_again(std::size_t index, bool with_defect, Catch& caught) override;

private:
    TargetChoice choice_;
    std::vector<std::string> names_;
};

}  // namespace epollcheck
