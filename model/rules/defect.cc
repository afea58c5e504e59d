// The table of model defects. See defect.h.

#include "model/rules/defect.h"

#include <algorithm>
#include <array>

namespace epollcheck {

namespace {

constexpr DefectInfo kTable[] = {
#define EPOLLCHECK_DEFECT(name, id, kind, rules, text) {id, #name, DefectKind::kind, rules, text},
#include "model/rules/defects_epoll.inc"
#include "model/rules/defects_files.inc"
#include "model/rules/defects_kinds.inc"
#undef EPOLLCHECK_DEFECT
};

constexpr std::array<std::string_view, kDefectKinds> kKindNames = {
    "calls", "masks", "edges", "rearming", "order", "nesting", "lifetime", "capacity", "time"};

}  // namespace

std::string_view defect_kind_name(DefectKind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}

const DefectInfo& defect_info(Defect defect) {
    return kTable[static_cast<std::size_t>(defect) - 1];
}

std::optional<Defect> defect_named(std::string_view id_or_name) {
    const auto found = std::ranges::find_if(kTable, [&](const DefectInfo& info) {
        return info.id == id_or_name || info.name == id_or_name;
    });
    if (found == std::end(kTable)) {
        return std::nullopt;
    }
    return static_cast<Defect>(found - std::begin(kTable) + 1);
}

std::span<const DefectInfo> all_defects() { return kTable; }

}  // namespace epollcheck
