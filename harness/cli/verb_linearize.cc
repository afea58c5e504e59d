// `epollcheck linearize`. See verb_linearize.h.

#include "harness/cli/verb_linearize.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "harness/cli/exit_code.h"
#include "harness/cli/options.h"
#include "harness/cli/terminal.h"
#include "stress/history/history_table.h"

namespace epollcheck {

namespace {

constexpr const char* kFooter =
    R"(A history is a text with one event on a line, as Jepsen writes them: the number of a
process, then `:invoke`, `:ok`, `:fail` or `:info`, then `:read`, `:write VALUE` or
`:cas [EXPECTED NEW]`. It is linearizable if its calls can be put into one order that
explains all answers, in which no call comes before one that had ended when it began.
This is the search that is to judge epoll; on registers it can be compared with others.

The exit code is 0 if all histories are linearizable, 1 if one is not, 5 if a search was given up.

Example:
  epollcheck linearize stress/histories/*.log)";

struct LinearizeOptions {
    std::vector<std::string> files;
    LinearizabilityLimits limits;
};

/// Judges one file, and prints what came of it.
int linearize_file(const std::string& path, const LinearizabilityLimits& limits) {
    using Verdict = LinearizabilityResult::Verdict;
    std::ifstream file(path);
    if (!file) {
        complain(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
        return exit_code::kUsage;
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto parsed = parse_history(text, path);
    if (const auto* error = std::get_if<std::string>(&parsed)) {
        complain(*error);
        return exit_code::kUsage;
    }
    const auto& history = std::get<RegisterHistory>(parsed);
    const auto start = std::chrono::steady_clock::now();
    const RegisterModel model;
    const auto result = LinearizabilitySearch<RegisterModel>(model, history, limits).run();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const char* const verdict = result.verdict == Verdict::kLinearizable ? "linearizable"
                                : result.verdict == Verdict::kViolation  ? "NOT linearizable"
                                                                         : "given up";
    print(fmt::format("{}: {}; {} calls, {} configurations, {:.1f} ms\n", path, verdict,
                      history.size(), result.configurations, seconds * 1e3));
    if (result.verdict == Verdict::kViolation) {
        print("\n" + history_table(history, result) + "\n");
        return exit_code::kDeviation;
    }
    return result.verdict == Verdict::kLinearizable ? exit_code::kConforms
                                                    : exit_code::kInconclusive;
}

int linearize(const LinearizeOptions& options) {
    int code = exit_code::kConforms;
    for (const std::string& path : options.files) {
        const int next = linearize_file(path, options.limits);
        if (next == exit_code::kUsage) {
            return next;
        }
        code = exit_code::worse(code, next);
    }
    return code;
}

}  // namespace

RunVerb add_linearize_verb(CLI::App& command, const CommandLine& /*line*/) {
    auto options = std::make_shared<LinearizeOptions>();
    command.footer(kFooter);
    command.add_option("FILE", options->files, "histories")->required();
    command
        .add_option("--configurations", options->limits.configurations,
                    "give up a search after so many")
        ->capture_default_str()
        ->check(above_zero());
    return [options] { return linearize(*options); };
}

}  // namespace epollcheck
