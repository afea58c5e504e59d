// Reading a program from a file. Everything that can be wrong with a path ends in one clear error.

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "harness/program/parser.h"

namespace epollcheck {
namespace {

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

ParseError cannot_read(const std::string& path, int error) {
    return {.file = path,
            .line = 0,
            .column = 0,
            .message = fmt::format("cannot read it: {}", std::generic_category().message(error)),
            .suggestion = error == EISDIR ? "name a file in it" : ""};
}

}  // namespace

std::variant<Program, ParseError> load_program(const std::string& path) {
    const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "re"));
    if (file == nullptr) return cannot_read(path, errno);
    // One byte more than allowed tells a file that is too large from one that just fits, and keeps
    // an endless file (/dev/zero) from being read for ever.
    std::string text(kMaxProgramBytes + 1, '\0');
    errno = 0;
    const std::size_t size = std::fread(text.data(), 1, text.size(), file.get());
    if (std::ferror(file.get()) != 0) return cannot_read(path, errno);
    text.resize(size);
    return parse_program(text, path);
}

}  // namespace epollcheck
