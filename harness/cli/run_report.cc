// Run report. See run_report.h.

#include "harness/cli/run_report.h"

#include "harness/cli/terminal.h"
#include "reports/human_report.h"
#include "reports/json_records.h"
#include "reports/junit_report.h"
#include "reports/ktap_report.h"
#include "reports/matrix_report.h"
#include "reports/sarif_report.h"
#include "reports/tap_report.h"

namespace epollcheck {

namespace {

struct FormatName {
    const char* name;
    Format format;
};

constexpr FormatName kFormats[] = {{"human", Format::kHuman}, {"jsonl", Format::kJsonLines},
                                   {"tap", Format::kTap},     {"ktap", Format::kKtap},
                                   {"junit", Format::kJunit}, {"sarif", Format::kSarif}};

std::string report_for_people(std::span<const Results> runs, bool colour) {
    return runs.size() == 1 ? human_report(runs.front(), colour) : matrix_report(runs, colour);
}

}  // namespace

std::optional<Format> format_named(const std::string& name) {
    for (const FormatName& entry : kFormats) {
        if (name == entry.name) {
            return entry.format;
        }
    }
    return std::nullopt;
}

std::string format_name(Format format) {
    for (const FormatName& entry : kFormats) {
        if (format == entry.format) {
            return entry.name;
        }
    }
    return "";
}

std::string format_names() {
    std::string names;
    for (const FormatName& entry : kFormats) {
        names += (names.empty() ? "" : ", ") + std::string(entry.name);
    }
    return names;
}

std::string report_text(std::span<const Results> runs, Format format, bool colour) {
    switch (format) {
        case Format::kHuman:
            return report_for_people(runs, colour);
        case Format::kJsonLines: {
            std::string text;
            for (const Results& results : runs) {
                text += record_lines(results);
            }
            return text;
        }
        case Format::kTap:
            return tap_report(runs);
        case Format::kKtap:
            return ktap_report(runs);
        case Format::kJunit:
            return junit_report(runs);
        case Format::kSarif:
            return sarif_report(runs);
    }
    return "";
}

RunReport::RunReport(Format format, const std::string& path, std::size_t runs)
    : format_(format), runs_(runs) {
    if (!path.empty()) {
        file_.emplace(path);
        file_error_ = file_->error();
    }
}

std::string RunReport::target_of(std::size_t run) const {
    return runs_.size() > 1 ? runs_[run].header.target : "";
}

template <typename Record>
void RunReport::write_record(const Record& record) {
    if (format_ == Format::kJsonLines) {
        write(record_line(record) + "\n");
    }
}

void RunReport::begin(std::size_t run, const RunHeader& header) {
    runs_[run].header = header;
    write_record(header);
}

void RunReport::add(std::size_t run, CaseResult result) {
    result.target = target_of(run);
    write_record(result);
    result.target.clear();
    runs_[run].cases.push_back(std::move(result));
}

void RunReport::add(std::size_t run, StaleRecord stale) {
    stale.target = target_of(run);
    write_record(stale);
    stale.target.clear();
    runs_[run].stale.push_back(std::move(stale));
}

void RunReport::end(std::size_t run, RunSummary summary) {
    summary.target = target_of(run);
    write_record(summary);
    summary.target.clear();
    runs_[run].summary = summary;
}

void RunReport::finish() {
    if (format_ != Format::kJsonLines) {
        write(report_text(runs_, format_, !file_ && colour_wanted()));
    }
    if (file_) {
        file_->close();
        file_error_ = file_->error();
        print(report_for_people(runs_, colour_wanted()));
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
