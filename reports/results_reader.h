// Results reader: a JSON-lines file back into records.
//
// A run that was killed leaves a file without a summary and perhaps half a line at the end; both
// are results that can be read. Anything else that does not fit the schema is an error with its
// place.

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "reports/results.h"

namespace epollcheck {

/// Why a file holds no results: "FILE:LINE: error: REASON", or "cannot read FILE: REASON".
struct ResultsError {
    std::string text;
};

/// The results in `text`; `file_name` stands in errors.
std::variant<Results, ResultsError> parse_results(std::string_view text,
                                                  const std::string& file_name);

/// The results in the file at `path`.
std::variant<Results, ResultsError> load_results(const std::string& path);

}  // namespace epollcheck
