// Finding text. See finding_text.h.

#include "harness/cli/finding_text.h"

#include "harness/cli/terminal.h"
#include "harness/program/printer.h"
#include "reports/describe_deviation.h"
#include "reports/human_report.h"

namespace epollcheck {

namespace {

CaseResult failed_case(Program& program, const FindingHeader& header) {
    program.header.id = header.id;
    program.header.title = header.title;
    CaseResult result;
    result.id = header.id;
    result.title = header.title;
    result.status = CaseStatus::kFailed;
    result.program = print_program(program);
    return result;
}

std::string text_of(const CaseResult& result) { return human_case(result, colour_wanted()) + "\n"; }

}  // namespace

std::string finding_text(Finding finding, const FindingHeader& header, Judge& judge,
                         Tier strictest) {
    CaseResult result = failed_case(finding.program, header);
    result.tier = strictest;
    result.verdict = verdict_name(finding.judgement.verdict);
    result.deviation =
        describe_deviation(finding.program, finding.trace, finding.judgement, judge, strictest);
    return text_of(result);
}

std::string finding_text(Program program, const HarnessError& error, const FindingHeader& header) {
    CaseResult result = failed_case(program, header);
    result.status = CaseStatus::kCrashed;
    result.reason = error.what;
    return text_of(result);
}

std::string finding_text(ReadinessFinding finding, const FindingHeader& header) {
    CaseResult result = failed_case(finding.program, header);
    result.disagreements.push_back({kReadinessPair, finding.program.operations.size(),
                                    readiness_text(finding.program, finding.disagreement)});
    return text_of(result);
}

}  // namespace epollcheck
