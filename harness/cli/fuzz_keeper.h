// Fuzz keeper: keeps what a fuzzing job finds, each cause once, before the job goes on.
//
// A cause has a name that is a file name. Whoever makes NAME.ep first has found it, in this process
// or in another one, now or in an earlier campaign with the same directory; it holds the program as
// it was found from that moment on. Then it is made smaller, and beside it come NAME.txt, the
// report, and NAME.c. If it has become the program of another finding by then, it is the same one
// by another name: it is kept as NAME.twin, and not reported.

#pragma once

#include <string>

#include "fuzz/subject.h"
#include "harness/check/finding.h"
#include "harness/cli/finding_text.h"
#include "harness/expectations/expectations.h"
#include "stress/campaign.h"

namespace epollcheck {

class FuzzKeeper final : public FindingListener {
public:
    struct Order {
        std::string directory;  // exists
        std::string found_by;   // a sentence for the headers of programs
        Tier tier = Tier::kExact;
        Expectations expectations;  // what is met by one without a case is no finding
    };

    /// `bench` outlives the keeper; `other` is the target of differences, or null.
    FuzzKeeper(Order order, const Workbench& bench, Target* other, HistoryJudge* history_judge);

    void deviation(const Program& program, const Trace& trace, const Judgement& judgement) override;
    void disagreement(const Program& program, const ReadinessDisagreement& found) override;
    void crash(const Program& program, const HarnessError& error) override;
    void race(const Program& program, const Schedule& schedule, const ConcurrentTrace& trace,
              const HistoryJudgement& judgement) override;
    void difference(const Program& program, std::size_t step, const Trace& here,
                    const Trace& there) override;

private:
    bool claim(const std::string& cause, const Program& program);
    [[nodiscard]] bool is_twin(const std::string& cause, const Program& program) const;
    [[nodiscard]] std::string path_of(const std::string& cause, const char* extension) const;
    [[nodiscard]] bool is_expected(const std::string& cause) const;
    [[nodiscard]] FindingHeader header(const std::string& cause) const;
    void keep(const std::string& cause, const Program& program, const std::string& text,
              const std::string& c_text) const;
    Program smaller_difference(const Program& program, std::size_t step);

    Order order_;
    Workbench bench_;
    Target* other_;
    HistoryJudge* history_judge_;
};

/// The reports that are in `directory`: names of files, sorted.
std::vector<std::string> kept_reports(const std::string& directory);

}  // namespace epollcheck
