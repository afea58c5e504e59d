// Results reader: a JSON-lines file back into records.
//
// A run that was killed leaves a file without a summary and perhaps half a line at the end; both
// are results that can be read. Anything else that does not fit the schema is an error with its
// place.

#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "reports/results.h"

namespace epollcheck {

/// Why a file holds no results: "FILE:LINE: error: REASON", or "cannot read FILE: REASON".
struct ResultsError {
    std::string text;
};

/// The runs in `text`, in the order in which they begin; `file_name` stands in errors. A record
/// that names a target belongs to the last run of that target, any other to the last run.
std::variant<std::vector<Results>, ResultsError> read_runs(std::string_view text,
                                                           const std::string& file_name);

/// The runs in the file at `path`.
std::variant<std::vector<Results>, ResultsError> load_runs(const std::string& path);

/// The one run in `text`; more than one are an error.
std::variant<Results, ResultsError> parse_results(std::string_view text,
                                                  const std::string& file_name);

/// The one run in the file at `path`.
std::variant<Results, ResultsError> load_results(const std::string& path);

}  // namespace epollcheck
