// No findings: a listener for runs of which nobody wants to hear, as those of the sound model.

#pragma once

#include "fuzz/subject.h"

namespace epollcheck {

class NoFindings : public FindingListener {
public:
    void deviation(const Program&, const Trace&, const Judgement&) override {}
    void disagreement(const Program&, const ReadinessDisagreement&) override {}
    void crash(const Program&, const HarnessError&) override {}
    void race(const Program&, const Schedule&, const ConcurrentTrace&,
              const HistoryJudgement&) override {}
    void difference(const Program&, std::size_t, const Trace&, const Trace&) override {}
};

}  // namespace epollcheck
