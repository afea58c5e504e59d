// Equality of programs.

#include "model/vocabulary/program.h"

#include <algorithm>

namespace epollcheck {
namespace {

bool same_annotations(const Program& left, const Program& right) {
    const auto is_empty = [](const Annotation& annotation) { return annotation == Annotation{}; };
    if (left.annotations.empty()) return std::ranges::all_of(right.annotations, is_empty);
    if (right.annotations.empty()) return std::ranges::all_of(left.annotations, is_empty);
    return left.annotations == right.annotations;
}

}  // namespace

bool operator==(const Program& left, const Program& right) {
    return left.header == right.header && left.handles == right.handles &&
           left.operations == right.operations && same_annotations(left, right) &&
           left.closing_comments == right.closing_comments;
}

}  // namespace epollcheck
