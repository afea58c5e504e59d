// Description: how a target is reached and judged, as data (harness/targets/README.md).
//
// One file NAME.toml per target. Whoever has another implementation writes a file and compiles
// nothing. A description says nothing about what a target answers.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/vocabulary/tier.h"

namespace epollcheck {

enum class Transport : std::uint8_t {
    kInProcess,  // the kernel below this process
    kPipes,      // a command that speaks frames on its standard input and output
    kSerial,     // the same as lines of text, through something that changes bytes
    kFile,       // a command that gets a file and leaves a file
    kPlugIn,     // a shared library
};

struct TargetDescription {
    std::string name;   // of its file, without .toml
    std::string title;  // one line for people
    std::string path;   // of its file, "" if it has none
    Transport how = Transport::kPipes;
    std::vector<std::string> command;  // with {executor}, {argument}, {input}, {output}
    std::string library;               // of a plug-in: a path
    std::string executor = "native";   // the architecture of {executor}
    std::string calls = "raw";         // how the executor makes system calls
    std::string argument;              // what NAME:ARGUMENT means; "": it takes none
    Tier tier = Tier::kLinux;          // the strictest one that it claims to keep
    std::string profile = "auto";      // to judge it by
    int start_ms = 10'000;
    int reply_ms = 10'000;
    std::size_t batch = 256;                               // programs in one request
    std::uint64_t output_limit = std::uint64_t{64} << 20;  // bytes that answer one request
    std::string expectations;  // file with its known deviations, a path; "" if there is none
    std::string setup;         // what a person does so that it can start
    std::string notes;
};

/// Understands the text of a description. `path` is for messages, names the target, and is what
/// paths in it are relative to. Else what is wrong, with the line.
std::variant<TargetDescription, std::string> parse_description(const std::string& text,
                                                               const std::string& path);

/// The description called `name` in `directory`, or in the file `name` if it ends in ".toml".
std::variant<TargetDescription, std::string> load_description(const std::string& name,
                                                              const std::string& directory);

/// The names of all descriptions in `directory`, in order.
std::vector<std::string> description_names(const std::string& directory);

/// "in-process", "pipes", "serial", "file", "plug-in".
const char* transport_name(Transport how);

}  // namespace epollcheck
