// Sizes of findings. See finding_size.h.

#include "harness/check/finding_size.h"

#include "harness/check/finding.h"
#include "harness/check/model_target.h"

namespace epollcheck {

std::optional<FindingSize> finding_size(Defect defect, std::span<const Program* const> programs,
                                        Judge& judge, Calibration& calibration) {
    ModelTarget target(judge.profile(), defect);
    const Workbench bench{target, judge, calibration};
    Trace trace;
    for (const Program* program : programs) {
        if (target.run(program->operations, static_cast<int>(program->handles.size()), trace) ||
            judge.judge(program->operations, trace, Tier::kExact).deviations.empty()) {
            continue;
        }
        const Finding small = shrink_finding(bench, *program, trace, Tier::kExact);
        return FindingSize{program->operations.size(), small.program.operations.size()};
    }
    return std::nullopt;
}

}  // namespace epollcheck
