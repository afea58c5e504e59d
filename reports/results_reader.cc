// Results reader. See results_reader.h.

#include "reports/results_reader.h"

#include <fmt/format.h>

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

class ResultsParser {
public:
    /// Takes the record of one line. Throws RecordError if it cannot stand there.
    void add(Record record) {
        if (results_.summary) {
            throw RecordError("there is a record after the summary");
        }
        const bool first = !has_header_;
        if (auto* header = std::get_if<RunHeader>(&record)) {
            if (!first) {
                throw RecordError("there is a second record of kind 'run'");
            }
            results_.header = std::move(*header);
            has_header_ = true;
            return;
        }
        if (first) {
            throw RecordError("the first record is not of kind 'run'");
        }
        if (auto* result = std::get_if<CaseResult>(&record)) {
            results_.cases.push_back(std::move(*result));
        } else {
            results_.summary = std::get<RunSummary>(record);
        }
    }

    void note_truncation() { results_.truncated = true; }
    [[nodiscard]] bool has_header() const { return has_header_; }
    Results take() { return std::move(results_); }

private:
    Results results_;
    bool has_header_ = false;
};

}  // namespace

std::variant<Results, ResultsError> parse_results(std::string_view text,
                                                  const std::string& file_name) {
    ResultsParser parser;
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

std::variant<Results, ResultsError> load_results(const std::string& path) {
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
    return parse_results(text, path);
}

}  // namespace epollcheck
