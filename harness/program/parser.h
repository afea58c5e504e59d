// The parser of the text form of programs (`.ep`): text in, Program or the first error out.
//
//     program  = { header line | comment | blank } { operation line | comment | blank }
//     header   = key ":" value                      key: id title rules tier needs tags
//     operation = [ actor ":" ] name [ "(" arguments ")" ] [ "=" answers ] [ "#" comment ]
//     actor     = ( "T" | "P" ) number              a thread, a process
//
// What an operation is called and takes is data (model/vocabulary/operation_table.h). The text has
// one canonical form, which printer.h writes; the parser reads it back to an equal program, and
// reads freer forms too (other spacing, EPOLLIN for IN, hexadecimal numbers, header keys in any
// order).

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "harness/program/parse_error.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// The largest program text, in bytes: far above what the limits of a program need.
inline constexpr std::size_t kMaxProgramBytes = std::size_t{1} << 20;

/// The program that `text` describes; `file_name` stands in errors. Every operation gets an
/// annotation with its line. Never throws for any text.
std::variant<Program, ParseError> parse_program(std::string_view text, std::string_view file_name);

/// The program in the file at `path`. A file that cannot be read is a ParseError without a line.
std::variant<Program, ParseError> load_program(const std::string& path);

}  // namespace epollcheck
