// Run report: where the results of runs on one or several targets go while they last and when they
// end.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/output_file.h"
#include "reports/results.h"

namespace epollcheck {

enum class Format { kHuman, kJsonLines, kTap, kKtap, kJunit, kSarif };

/// The format called `name` ("human", "jsonl", "tap", "ktap", "junit", "sarif"), or nothing.
std::optional<Format> format_named(const std::string& name);

std::string format_name(Format format);

/// Their names with commas between them, for messages.
std::string format_names();

/// The whole of `runs` in one of the formats.
std::string report_text(std::span<const Results> runs, Format format, bool colour);

class RunReport {
public:
    /// The report of `runs` runs goes to the file at `path`, or to the standard output if `path` is
    /// empty. With a file, the standard output gets the report for people when all have ended.
    RunReport(Format format, const std::string& path, std::size_t runs);

    /// Why the file could not be opened or written, or nothing.
    [[nodiscard]] const std::optional<std::string>& error() const { return file_error_; }

    /// Takes the records of run number `run`, from 0. JSON lines are written at once (with the name
    /// of the target if there are several), other formats when all have ended.
    void begin(std::size_t run, const RunHeader& header);
    void add(std::size_t run, CaseResult result);
    void add(std::size_t run, StaleRecord stale);
    void end(std::size_t run, RunSummary summary);

    /// All runs have ended.
    void finish();

    [[nodiscard]] const std::vector<Results>& runs() const { return runs_; }

private:
    [[nodiscard]] std::string target_of(std::size_t run) const;
    template <typename Record>
    void write_record(const Record& record);
    void write(std::string_view text);

    Format format_;
    std::optional<OutputFile> file_;
    std::optional<std::string> file_error_;
    std::vector<Results> runs_;
};

}  // namespace epollcheck
