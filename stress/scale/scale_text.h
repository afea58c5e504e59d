// Scale text: results of `epollcheck stress scale` as tables for people and as JSON lines.
//
// JSON lines (reports/README.md has the fields): a record of kind `scale` first, then one `series`
// each, one `figure` each, and the `scale-summary` last.

#pragma once

#include <string>

#include "stress/scale/scale.h"

namespace epollcheck::scale {

/// What was measured, and how.
struct ScaleHeader {
    std::string target;  // short, for machines
    std::string kernel;  // what answered, for people
};

std::string scale_table(const ScaleHeader& header, const ScaleResult& result);
std::string scale_json(const ScaleHeader& header, const ScaleResult& result, int exit_code);

}  // namespace epollcheck::scale
