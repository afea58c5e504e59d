// Readiness findings. See readiness_finding.h.

#include "harness/check/readiness_finding.h"

#include <fmt/format.h>

#include "harness/program/printer.h"
#include "harness/program/shrink.h"
#include "model/vocabulary/error_name.h"

namespace epollcheck {

namespace {

std::string sets_text(EventMask sets) {
    std::string text;
    const auto add = [&](EventMask set, const char* name) {
        if ((sets & set) != 0) {
            text += (text.empty() ? "" : "|") + std::string(name);
        }
    };
    add(event::kIn, "READ");
    add(event::kOut, "WRITE");
    add(event::kPri, "EXCEPT");
    return text.empty() ? "no set" : text;
}

std::string epoll_text(const ReadinessAnswers& answers) {
    if (answers.add_error != 0) {
        return fmt::format("epoll_ctl ADD says {}", error_name(answers.add_error));
    }
    return answers.epoll == 0 ? "level-triggered epoll_wait reports nothing"
                              : fmt::format("level-triggered epoll_wait reports {}",
                                            event_mask_text(answers.epoll));
}

}  // namespace

std::string readiness_text(const Program& program, const ReadinessDisagreement& disagreement) {
    const std::string name =
        disagreement.handle == kNoHandle
            ? fmt::format("the descriptor in slot {}", disagreement.slot)
            : fmt::format("'{}'", program.handles[static_cast<std::size_t>(disagreement.handle)]);
    return fmt::format("after the last operation, about {}: {}, poll says {}, select says {}", name,
                       epoll_text(disagreement.answers), event_mask_text(disagreement.answers.poll),
                       sets_text(disagreement.answers.select));
}

ReadinessFinding shrink_readiness_finding(const Workbench& bench, const Program& program,
                                          const ReadinessDisagreement& disagreement) {
    // A smaller program would have its turns at other descriptors.
    struct AskAboutAll {
        explicit AskAboutAll(Target& asking) : target(asking), before(asking.asked()) {
            target.ask_about(Executor::Asked::kAll);
        }
        ~AskAboutAll() { target.ask_about(before); }
        AskAboutAll(const AskAboutAll&) = delete;
        AskAboutAll& operator=(const AskAboutAll&) = delete;
        Target& target;
        Executor::Asked before;
    };
    const AskAboutAll ask_about_all(bench.target);
    const ReadinessFinding original{program, disagreement};
    ReadinessFinding latest;
    Trace trace;
    const auto disagrees_alike = [&](const Program& candidate) {
        const bool failed =
            bench.target
                .run(candidate.operations, static_cast<int>(candidate.handles.size()), trace)
                .has_value();
        const auto& found = bench.target.disagreement();
        if (failed || !found || !(found->answers == disagreement.answers)) {
            return false;
        }
        latest = {candidate, *found};
        return true;
    };
    const Program tidy = with_tidy_handles(program);
    if (!disagrees_alike(tidy)) {
        return original;
    }
    const Program shrunk = shrink_program(tidy, disagrees_alike);
    return disagrees_alike(shrunk) ? latest : original;
}

}  // namespace epollcheck
