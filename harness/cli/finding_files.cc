// Finding files. See finding_files.h.

#include "harness/cli/finding_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/program/printer.h"
#include "reports/output_file.h"

namespace epollcheck {

namespace {

std::optional<std::string> write_file(const std::filesystem::path& path, const std::string& text) {
    OutputFile file(path.string());
    file.write(text);
    file.close();
    return file.error();
}

}  // namespace

std::optional<std::string> save_finding(const std::string& directory, Program program,
                                        const FindingHeader& header, const std::string& c_text) {
    std::error_code failure;
    std::filesystem::create_directories(directory, failure);
    if (failure) {
        return fmt::format("cannot make the directory {}: {}", directory, failure.message());
    }
    program.header.id = header.id;
    program.header.title = header.title;
    const std::filesystem::path base =
        std::filesystem::path(directory) / std::filesystem::path(header.id).filename();
    auto error = write_file(base.string() + ".ep", print_program(program));
    if (!error && !c_text.empty()) {
        error = write_file(base.string() + ".c", c_text);
    }
    return error;
}

}  // namespace epollcheck
