// Helpers of emitted C files: functions that stand in front of main when a program needs them.
//
// The emitted text is searched for the names that each helper provides, so neither the emitter of
// calls nor a helper has to say what it depends on. The helpers are C11 for any Linux with glibc or
// musl; see emit_c.h for the whole file.

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace epollcheck {

struct CHelper {
    std::string_view provides;  // names, separated by blanks
    std::string_view text;      // C; @NAME@ is filled in by emit_c_preamble.cc
};

/// Events, memory, time, signals and checks. A helper uses only those in front.
std::span<const CHelper> basic_c_helpers();
/// What calls on one kind of file need; may use all basic ones.
std::span<const CHelper> file_c_helpers();
/// What calls on sockets need; may use all basic ones.
std::span<const CHelper> socket_c_helpers();

/// What requests of io_uring and the limit on watches need; may use all basic ones.
std::span<const CHelper> system_c_helpers();

/// What calls about rare kinds of files need; may use all basic ones.
std::span<const CHelper> rare_c_helpers();

/// What programs with a second process need; may use all basic ones.
std::span<const CHelper> process_c_helpers();

/// What programs with several threads need; may use all basic ones.
std::span<const CHelper> thread_c_helpers();

/// True if `text` has `name` as a word.
bool has_word(std::string_view text, std::string_view name);
/// True if `text` has one of the blank-separated `names` as a word.
bool has_any_word(std::string_view text, std::string_view names);

}  // namespace epollcheck
