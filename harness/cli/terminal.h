// Terminal: how epollcheck talks. Results go to the standard output, everything else (errors,
// warnings, progress) to the standard error.

#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace epollcheck {

/// Writes results. An error is kept until finish_output().
void print(std::string_view text);

/// Says, if results could not be written, why, and returns kOwnFault; else `exit_code`.
int finish_output(int exit_code);

/// True if the standard output is a terminal that may be given colours (NO_COLOR is not set).
bool colour_wanted();

/// "epollcheck: error: TEXT" on the standard error.
void complain(std::string_view text);
/// "epollcheck: warning: TEXT" on the standard error.
void warn(std::string_view text);

/// A line on the standard error that says how far a long work has come and how long it will take
/// yet. Shown on a terminal only, and erased at the end.
class Progress {
public:
    /// `unit` is what is counted, in the plural; `total` 0 means unknown.
    Progress(std::string_view unit, std::size_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Says that `done` are done; `note` is shown behind.
    void show(std::size_t done, std::string_view note = "");

private:
    using Clock = std::chrono::steady_clock;

    bool visible_;
    bool shown_ = false;
    std::string unit_;
    std::size_t total_;
    Clock::time_point start_;
    Clock::time_point last_;
};

}  // namespace epollcheck
