// Run report. See run_report.h.

#include "harness/cli/run_report.h"

#include "harness/cli/terminal.h"
#include "reports/human_report.h"
#include "reports/json_records.h"
#include "reports/junit_report.h"
#include "reports/tap_report.h"

namespace epollcheck {

std::optional<Format> format_named(const std::string& name) {
    if (name == "human") {
        return Format::kHuman;
    }
    if (name == "jsonl") {
        return Format::kJsonLines;
    }
    if (name == "tap") {
        return Format::kTap;
    }
    if (name == "junit") {
        return Format::kJunit;
    }
    return std::nullopt;
}

std::string report_text(const Results& results, Format format, bool colour) {
    switch (format) {
        case Format::kHuman:
            return human_report(results, colour);
        case Format::kJsonLines:
            return record_lines(results);
        case Format::kTap:
            return tap_report(results);
        case Format::kJunit:
            return junit_report(results);
    }
    return "";
}

RunReport::RunReport(Format format, const std::string& path) : format_(format) {
    if (!path.empty()) {
        file_.emplace(path);
        file_error_ = file_->error();
    }
}

void RunReport::begin(RunHeader header) {
    results_.header = std::move(header);
    if (format_ == Format::kJsonLines) {
        write(record_line(results_.header) + "\n");
    }
}

void RunReport::add(const CaseResult& result) {
    results_.cases.push_back(result);
    if (format_ == Format::kJsonLines) {
        write(record_line(result) + "\n");
    }
}

void RunReport::add(const StaleRecord& stale) {
    results_.stale.push_back(stale);
    if (format_ == Format::kJsonLines) {
        write(record_line(stale) + "\n");
    }
}

void RunReport::end(const RunSummary& summary) {
    results_.summary = summary;
    if (format_ == Format::kJsonLines) {
        write(record_line(summary) + "\n");
    } else {
        write(report_text(results_, format_, !file_ && colour_wanted()));
    }
    if (file_) {
        file_->close();
        file_error_ = file_->error();
        print(human_report(results_, colour_wanted()));
    }
}

void RunReport::write(std::string_view text) {
    if (file_) {
        file_->write(text);
        file_error_ = file_->error();
    } else {
        print(text);
    }
}

}  // namespace epollcheck
