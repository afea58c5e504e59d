// Output file: where reports and records go, one write(2) per call.
//
// A record is handed to the kernel as a whole and at once, so a run that is killed loses at most
// the line being written. Nothing is buffered here and nothing is rewritten.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace epollcheck {

/// Writes all of `text` to `fd`, however often it takes. The error as text ("No space left on
/// device"), or nothing.
std::optional<std::string> write_fully(int fd, std::string_view text);

class OutputFile {
public:
    /// Opens `path` for writing; what was in it is gone. On failure error() says why.
    explicit OutputFile(const std::string& path);
    static OutputFile standard_output() { return {1, "the standard output"}; }
    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;

    /// Appends `text`. After the first error nothing more is written: see error().
    void write(std::string_view text);
    /// Closes the file, which for some file systems is when they tell that the disk is full.
    void close();

    /// "cannot write to PATH: REASON", once something could not be opened or written.
    [[nodiscard]] const std::optional<std::string>& error() const { return error_; }

private:
    OutputFile(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
    void note_error(const std::string& reason);

    int fd_;
    std::string name_;
    std::optional<std::string> error_;
};

}  // namespace epollcheck
