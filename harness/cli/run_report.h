// Run report: where the results of a run go while it lasts and when it ends.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "reports/output_file.h"
#include "reports/results.h"

namespace epollcheck {

enum class Format { kHuman, kJsonLines, kTap, kJunit };

/// The format called `name` ("human", "jsonl", "tap", "junit"), or nothing.
std::optional<Format> format_named(const std::string& name);

/// The whole of `results` in one of the formats.
std::string report_text(const Results& results, Format format, bool colour);

class RunReport {
public:
    /// The report goes to the file at `path`, or to the standard output if `path` is empty. With a
    /// file, the standard output gets the report for people when the run ends.
    RunReport(Format format, const std::string& path);

    /// Why the file could not be opened or written, or nothing.
    [[nodiscard]] const std::optional<std::string>& error() const { return file_error_; }

    void begin(RunHeader header);
    /// Takes one result. JSON lines are written at once, other formats when the run ends.
    void add(const CaseResult& result);
    /// Takes an expectation that was not met, after the cases.
    void add(const StaleRecord& stale);
    void end(const RunSummary& summary);

    [[nodiscard]] const std::vector<CaseResult>& cases() const { return results_.cases; }

private:
    void write(std::string_view text);

    Format format_;
    std::optional<OutputFile> file_;
    std::optional<std::string> file_error_;
    Results results_;
};

}  // namespace epollcheck
