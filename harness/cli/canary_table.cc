// Canary table. See canary_table.h.

#include "harness/cli/canary_table.h"

#include <fmt/format.h>

#include <sstream>

namespace epollcheck {

namespace {

bool is_worse(const CanaryResult& now, std::uint64_t before) {
    constexpr std::uint64_t kTimes = 10;
    constexpr std::uint64_t kFew = 1000;
    return before > 0 && (!now.found || (!now.is_random && now.programs > before * kTimes + kFew));
}

}  // namespace

std::string canary_heading() {
    return fmt::format("{:<6} {:<34} {:>9} {:>8}  cause\n", "id", "defect", "programs", "seconds");
}

std::string canary_row(const CanaryResult& result) {
    return fmt::format("{:<6} {:<34} {:>9} {:>8}  {}\n", result.id, result.name, result.programs,
                       result.found ? fmt::format("{:.3f}", result.seconds) : "-",
                       result.found ? result.cause : "not found");
}

std::map<std::string, std::uint64_t> read_canary_table(const std::string& text) {
    std::map<std::string, std::uint64_t> rows;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string id;
        std::string name;
        std::string programs;
        std::string seconds;
        words >> id >> name >> programs >> seconds;
        if (id.starts_with("D-") || id.starts_with("T-")) {
            rows[name] = seconds == "-" ? 0 : std::strtoull(programs.c_str(), nullptr, 10);
        }
    }
    return rows;
}

std::string worse_canaries(std::span<const CanaryResult> results,
                           const std::map<std::string, std::uint64_t>& earlier) {
    std::string worse;
    for (const CanaryResult& result : results) {
        const auto before = earlier.find(result.name);
        if (before != earlier.end() && is_worse(result, before->second)) {
            worse += fmt::format("worse: {} took {} programs\n", result.name, before->second);
        }
    }
    return worse;
}

}  // namespace epollcheck
