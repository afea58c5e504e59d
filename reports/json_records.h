// Records as JSON: one object per record, on one line. See reports/README.md for the schema.

#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include "reports/results.h"

namespace epollcheck {

/// The version of the results schema that this code writes, and the only one that it reads.
inline constexpr int kResultsSchema = 1;

/// One record as one line, without the newline. Bytes that are no UTF-8 are replaced. Optional
/// fields that are empty are left out.
std::string record_line(const RunHeader& header);
std::string record_line(const CaseResult& result);
std::string record_line(const StaleRecord& stale);
std::string record_line(const RunSummary& summary);

/// All records of one run as lines, in the order of the format.
std::string record_lines(const Results& results);

/// A line that is no record of this schema; what() says why.
class RecordError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

using Record = std::variant<RunHeader, CaseResult, StaleRecord, RunSummary>;

/// The record that `line` holds. Throws RecordError.
Record parse_record(std::string_view line);

}  // namespace epollcheck
