// Options: the command line of the executor, without a library, because the binary has none.

#pragma once

#include <span>
#include <string>

#include "harness/executor/way_to_call.h"
#include "harness/standalone/file_mode.h"
#include "harness/standalone/self_testing.h"

namespace epollcheck {

struct ExecutorOptions {
    enum class Mode { kServe, kFile, kSelfTest, kHelp, kVersion };
    Mode mode = Mode::kServe;
    bool armour = false;
    WayToCall calls = WayToCall::kRaw;
    FileModeOptions file;
    SelfTestOptions self_test;
};

/// Understands `arguments`, the name of the program left out. What is wrong with them, or "".
std::string parse_options(std::span<char* const> arguments, ExecutorOptions& options);

/// What --help prints.
const char* help_text();

}  // namespace epollcheck
