// Model defects: single seeded faults of the model's own transition.
//
// With a defect switched on (Settings::defect) the model acts as a broken implementation, and the
// sound model with the written cases must notice. That measures the suite: a defect that nothing
// finds is a fault which an implementation may have unnoticed. A judge never has one.
//
// The defects are data, in the defects_*.inc files beside this header; the branch that each of them
// turns is found by its name. Numbers are never given twice.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace epollcheck {

/// What kind of suite it takes to notice a defect.
enum class DefectKind : std::uint8_t {
    kCalls,     // one call with a wrong or rare argument
    kMasks,     // one item and one look at it
    kEdges,     // one edge-triggered item over several steps
    kRearming,  // ADD, MOD, DEL and ONESHOT over several steps
    kOrder,     // several items, and the order or number of their events
    kNesting,   // instances in instances
    kLifetime,  // duplicates, closed and reused descriptors
    kCapacity,  // files that are filled and drained
    kTime,      // calls that wait
};
inline constexpr int kDefectKinds = static_cast<int>(DefectKind::kTime) + 1;

/// "calls", "masks", ...
std::string_view defect_kind_name(DefectKind kind);

enum class Defect : std::uint16_t {
    kNone = 0,
#define EPOLLCHECK_DEFECT(name, id, kind, rules, text) k##name,
#include "model/rules/defects_epoll.inc"
#include "model/rules/defects_files.inc"
#include "model/rules/defects_kinds.inc"
#undef EPOLLCHECK_DEFECT
};

struct DefectInfo {
    std::string_view id;    // "D-17"
    std::string_view name;  // "EdgeIsLevel"
    DefectKind kind;
    std::string_view rules;  // ids of the rules that it breaks, separated by blanks
    std::string_view text;   // one sentence: what is wrong
};

/// The entry of `defect`, which is not kNone.
const DefectInfo& defect_info(Defect defect);

/// The defect with this id or name, or nothing.
std::optional<Defect> defect_named(std::string_view id_or_name);

/// All defects in order; element i is the entry of Defect(i + 1).
std::span<const DefectInfo> all_defects();

}  // namespace epollcheck
