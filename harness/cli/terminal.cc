// Terminal. See terminal.h.

#include "harness/cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "harness/cli/exit_code.h"
#include "reports/output_file.h"

namespace epollcheck {

namespace {

OutputFile& standard_output() {
    static OutputFile output = OutputFile::standard_output();
    return output;
}

void to_standard_error(std::string_view text) {
    // There is nobody left to tell if this fails.
    (void)write_fully(STDERR_FILENO, text);
}

}  // namespace

void print(std::string_view text) { standard_output().write(text); }

int finish_output(int exit_code) {
    if (const auto& error = standard_output().error()) {
        complain(*error);
        return exit_code::kOwnFault;
    }
    return exit_code;
}

bool colour_wanted() {
    const char* no_color = std::getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

void complain(std::string_view text) {
    to_standard_error(fmt::format("epollcheck: error: {}\n", text));
}

void warn(std::string_view text) {
    to_standard_error(fmt::format("epollcheck: warning: {}\n", text));
}

Progress::Progress(std::string_view unit, std::size_t total)
    : visible_(isatty(STDERR_FILENO) == 1),
      unit_(unit),
      total_(total),
      start_(Clock::now()),
      last_(start_) {}

Progress::~Progress() {
    if (shown_) {
        to_standard_error("\r\x1b[K");
    }
}

void Progress::show(std::size_t done, std::string_view note) {
    constexpr auto kInterval = std::chrono::milliseconds(100);
    const auto now = Clock::now();
    if (!visible_ || now - last_ < kInterval) {
        return;
    }
    last_ = now;
    shown_ = true;
    std::string text = fmt::format("\r\x1b[K{}", done);
    if (total_ > 0) {
        text += fmt::format(" of {}", total_);
    }
    text += " " + unit_;
    if (done > 0 && done <= total_) {
        const double seconds = std::chrono::duration<double>(now - start_).count();
        const double left =
            seconds / static_cast<double>(done) * static_cast<double>(total_ - done);
        text += fmt::format(", about {:.0f} s left", left);
    }
    if (!note.empty()) {
        text += fmt::format(", {}", note);
    }
    to_standard_error(text);
}

}  // namespace epollcheck
