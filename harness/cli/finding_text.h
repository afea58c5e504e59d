// Finding text: a deviation that a campaign found, as people read it.

#pragma once

#include <string>

#include "harness/check/finding.h"
#include "harness/check/readiness_finding.h"

namespace epollcheck {

/// What a report calls a finding.
struct FindingHeader {
    std::string id;
    std::string title;
};

/// The report about a deviation: its program, the answer that is not allowed and the rules against
/// it.
std::string finding_text(Finding finding, const FindingHeader& header, Judge& judge,
                         Tier strictest);

/// The report about a program that took its target down.
std::string finding_text(Program program, const HarnessError& error, const FindingHeader& header);

/// The report about a disagreement of epoll, poll and select.
std::string finding_text(ReadinessFinding finding, const FindingHeader& header);

}  // namespace epollcheck
