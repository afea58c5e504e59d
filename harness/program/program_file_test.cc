// Loading programs from files, and what can be wrong with a path.

#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "harness/program/parser.h"

namespace epollcheck {
namespace {

/// A file that is there for one test.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& content) {
        std::string name = (std::filesystem::temp_directory_path() / "program_XXXXXX").string();
        const int fd = mkstemp(name.data());
        REQUIRE(fd >= 0);
        close(fd);
        path_ = name;
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string error_text(const std::string& path) {
    const auto result = load_program(path);
    if (std::holds_alternative<Program>(result)) FAIL("no error for: " << path);
    return std::get<ParseError>(result).text();
}

}  // namespace

TEST_CASE("load_program: reads what parse_program reads") {
    const std::string text = "id: a/b\n\neventfd(0, 0) = e\nclose(e) = 0\n";
    const TemporaryFile file(text);
    const auto loaded = load_program(file.path());
    REQUIRE(std::holds_alternative<Program>(loaded));
    CHECK(std::get<Program>(loaded) == std::get<Program>(parse_program(text, "text")));
}

TEST_CASE("load_program: an error in the text names the file") {
    const TemporaryFile file("barrier\nbarier\n");
    CHECK(error_text(file.path()) ==
          file.path() + ":2:1: error: unknown operation 'barier'; did you mean 'barrier'?");
}

TEST_CASE("load_program: paths that hold no program") {
    CHECK(error_text("/nowhere/at/all.ep") ==
          "/nowhere/at/all.ep: error: cannot read it: No such file or directory");
    CHECK(error_text("/") == "/: error: cannot read it: Is a directory; name a file in it");
    CHECK(error_text("/dev/zero") ==
          "/dev/zero: error: too large for a program: more than 1048576 bytes");
    const TemporaryFile binary(std::string("a\0b", 3));
    CHECK(error_text(binary.path()) == binary.path() + ":1:2: error: a NUL byte: this is no text");
    const TemporaryFile large(std::string(kMaxProgramBytes + 1, '\n'));
    CHECK(error_text(large.path()).find("too large") != std::string::npos);
    const TemporaryFile just_fits(std::string(kMaxProgramBytes, '\n'));
    CHECK(std::holds_alternative<Program>(load_program(just_fits.path())));
}

}  // namespace epollcheck
