// Fuzzer loop: libFuzzer, without its main, in this process. It chooses, changes and keeps inputs
// by what fuzz/feedback.h counts; it never comes back, so it belongs into a process of its own.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "fuzz/lawful.h"

namespace epollcheck {

/// True if libFuzzer was there when this program was built.
bool has_fuzzer_loop();

/// What a person does to have it.
inline constexpr const char* kHowToHaveFuzzerLoop =
    "install libclang-rt-dev (Debian: apt-get install libclang-rt-14-dev) and build again";

struct FuzzerLoop {
    std::string corpus;      // directory: read, watched for what others put there, added to
    std::string seeds = {};  // another directory, which is only read; or empty
    std::string artifacts;   // where an input goes that ends this process, with a slash
    std::uint32_t seed = 1;  // at least 1
    std::optional<Reach> reach = {};  // of inputs that are programs
    bool is_repeatable = false;       // nothing depends on time: the same inputs for the same seed
    /// Runs one input. False ends this process, with the exit code 0.
    std::function<bool(std::span<const std::uint8_t>)> run = {};
};

/// Runs the loop until `run` says no. libFuzzer's own words go to the standard error.
[[noreturn]] void run_fuzzer_loop(FuzzerLoop loop);

}  // namespace epollcheck
