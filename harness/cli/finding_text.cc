// Finding text. See finding_text.h.

#include "harness/cli/finding_text.h"

#include <utility>

#include "harness/cli/terminal.h"
#include "harness/program/printer.h"
#include "reports/describe_deviation.h"
#include "reports/human_report.h"

namespace epollcheck {

std::string finding_text(Finding finding, const std::string& id, const std::string& title,
                         Judge& judge, Tier strictest) {
    finding.program.header.id = id;
    finding.program.header.title = title;
    CaseResult result;
    result.id = id;
    result.title = title;
    result.status = CaseStatus::kFailed;
    result.verdict = verdict_name(finding.judgement.verdict);
    result.program = print_program(finding.program);
    result.deviation =
        describe_deviation(finding.program, finding.trace, finding.judgement, judge, strictest);
    return human_case(result, colour_wanted()) + "\n";
}

}  // namespace epollcheck
