// Defective target. See defective_target.h.

#include "harness/check/defective_target.h"

#include <fmt/format.h>

#include "harness/check/defective_model.h"

namespace epollcheck {

std::string DefectiveTarget::kernel() const {
    const DefectInfo& info = defect_info(defect_);
    return fmt::format("model with defect {} ({})", info.id, info.name);
}

std::optional<HarnessError> DefectiveTarget::run(std::span<const Operation> operations,
                                                 int /*handle_count*/, Trace& trace) {
    trace = defective_trace(operations, defect_, judge_);
    return std::nullopt;
}

}  // namespace epollcheck
