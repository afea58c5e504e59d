// Durations. See duration.h.

#include "harness/cli/duration.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace epollcheck {

double seconds_of(const std::string& duration) {
    char* end = nullptr;
    const double number = std::strtod(duration.c_str(), &end);
    const std::string unit(end);
    const double scale = unit.empty() || unit == "s" ? 1
                         : unit == "m"               ? 60
                         : unit == "h"               ? 3600
                                                     : -1;
    const bool good = end != duration.c_str() && std::isfinite(number) && number > 0 && scale > 0;
    return good ? number * scale : -1;
}

void add_duration_option(CLI::App& command, double& seconds) {
    command
        .add_option_function<std::string>(
            "--for",
            [&seconds](const std::string& duration) {
                seconds = seconds_of(duration);
                if (seconds < 0) {
                    throw CLI::ValidationError(
                        "--for",
                        fmt::format("'{}' is no duration; write 90s, 10m or 2h", duration));
                }
            },
            "stop after this time: 90s, 10m, 2h")
        ->option_text("T");
}

}  // namespace epollcheck
