// Results reader. See results_reader.h.

#include "reports/results_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "reports/json_records.h"

namespace epollcheck {

namespace {

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

class RunsParser {
public:
    /// Takes the record of one line. Throws RecordError if it cannot stand there.
    void add(Record record) {
        if (auto* header = std::get_if<RunHeader>(&record)) {
            runs_.emplace_back().header = std::move(*header);
            return;
        }
        if (runs_.empty()) {
            throw RecordError("the first record is not of kind 'run'");
        }
        if (auto* result = std::get_if<CaseResult>(&record)) {
            open_run(result->target).cases.push_back(std::move(*result));
        } else if (auto* stale = std::get_if<StaleRecord>(&record)) {
            open_run(stale->target).stale.push_back(std::move(*stale));
        } else {
            auto& summary = std::get<RunSummary>(record);
            open_run(summary.target).summary = std::move(summary);
        }
    }

    void note_truncation() { runs_.back().truncated = true; }
    [[nodiscard]] bool has_header() const { return !runs_.empty(); }
    std::vector<Results> take() { return std::move(runs_); }

private:
    /// The run to which a record belongs that names `target`: the last one of that target.
    Results& open_run(const std::string& target) {
        const auto run = std::find_if(runs_.rbegin(), runs_.rend(), [&](const Results& candidate) {
            return target.empty() || candidate.header.target == target;
        });
        if (run == runs_.rend()) {
            throw RecordError(
                fmt::format("no record of kind 'run' for target '{}' comes before it", target));
        }
        if (run->summary) {
            throw RecordError("there is a record after the summary");
        }
        return *run;
    }

    std::vector<Results> runs_;
};

std::variant<Results, ResultsError> only_run(std::variant<std::vector<Results>, ResultsError> read,
                                             const std::string& file_name) {
    if (auto* error = std::get_if<ResultsError>(&read)) {
        return std::move(*error);
    }
    auto& runs = std::get<std::vector<Results>>(read);
    if (runs.size() != 1) {
        return ResultsError{fmt::format("{}: error: there are {} runs in it, only one can be used",
                                        file_name, runs.size())};
    }
    return std::move(runs.front());
}

}  // namespace

std::variant<std::vector<Results>, ResultsError> read_runs(std::string_view text,
                                                           const std::string& file_name) {
    RunsParser parser;
    for (int number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        try {
            parser.add(parse_record(line));
        } catch (const RecordError& error) {
            // Every line is written with its newline at once, so one without it was cut off.
            if (end != std::string_view::npos || !parser.has_header()) {
                return ResultsError{
                    fmt::format("{}:{}: error: {}", file_name, number, error.what())};
            }
            parser.note_truncation();
        }
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    if (!parser.has_header()) {
        return ResultsError{fmt::format("{}:1: error: the file is empty", file_name)};
    }
    return parser.take();
}

std::variant<std::vector<Results>, ResultsError> load_runs(const std::string& path) {
    const auto fail = [&] {
        return ResultsError{fmt::format("cannot read {}: {}", path, std::strerror(errno))};
    };
    const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "re"));
    if (file == nullptr) {
        return fail();
    }
    std::string text;
    char piece[1 << 16];
    while (const std::size_t size = std::fread(piece, 1, sizeof piece, file.get())) {
        text.append(piece, size);
    }
    if (std::ferror(file.get()) != 0) {
        return fail();
    }
    return read_runs(text, path);
}

std::variant<Results, ResultsError> parse_results(std::string_view text,
                                                  const std::string& file_name) {
    return only_run(read_runs(text, file_name), file_name);
}

std::variant<Results, ResultsError> load_results(const std::string& path) {
    return only_run(load_runs(path), path);
}

}  // namespace epollcheck
