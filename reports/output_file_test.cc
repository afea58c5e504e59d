// Output that cannot be written is noticed and explained; output that can be is complete.

#include "reports/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <thread>

namespace epollcheck {
namespace {

TEST_CASE("a file that cannot be opened says why", "[reports]") {
    CHECK(OutputFile("/nonexistent/results").error() ==
          "cannot write to /nonexistent/results: No such file or directory");
    CHECK(OutputFile("/").error() == "cannot write to /: Is a directory");
}

TEST_CASE("a full disk is noticed once, and later writes are left out", "[reports]") {
    OutputFile file("/dev/full");
    CHECK_FALSE(file.error());
    file.write("something");
    CHECK(file.error() == "cannot write to /dev/full: No space left on device");
    file.write("more");
    file.close();
    CHECK(file.error() == "cannot write to /dev/full: No space left on device");
}

TEST_CASE("everything arrives through a pipe that is non-blocking and too small", "[reports]") {
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    REQUIRE(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    const std::string text(1 << 20, 'x');
    std::size_t received = 0;
    std::thread reader([&] {
        char buffer[1 << 12];
        for (ssize_t count = 0; (count = read(ends[0], buffer, sizeof buffer)) > 0;) {
            received += static_cast<std::size_t>(count);
        }
    });
    const auto error = write_fully(ends[1], text);
    close(ends[1]);
    reader.join();
    close(ends[0]);
    CHECK_FALSE(error);
    CHECK(received == text.size());
}

}  // namespace
}  // namespace epollcheck
