// Run report. See run_report.h.

#include "harness/cli/run_report.h"

#include "harness/cli/terminal.h"
#include "reports/human_report.h"
#include "reports/json_records.h"
#include "reports/junit_report.h"
#include "reports/ktap_report.h"
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
            return human_report(runs, colour);
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
        write(report_text({&results_, 1}, format_, !file_ && colour_wanted()));
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
