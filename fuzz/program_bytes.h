// Program bytes: a program as the input of a fuzzer. Any bytes are a lawful program, and every
// lawful program has bytes.
//
// They are the operations in the form of the wire (harness/wire/operation_code.h), one after the
// other. Bytes that begin no operation are skipped one by one, so the rest still counts.

#pragma once

#include <cstdint>
#include <span>

#include "fuzz/lawful.h"
#include "harness/wire/bytes.h"
#include "model/vocabulary/program.h"

namespace epollcheck {

/// Fills `program` with the lawful program that `bytes` stand for.
void program_from_bytes(std::span<const std::uint8_t> bytes, Reach reach, Program& program);

/// The bytes of `program`; program_from_bytes() gives it back if it is lawful.
wire::Bytes bytes_of_program(const Program& program);

/// The same in at most `most` bytes: operations at the end that do not fit are left out.
wire::Bytes bytes_of_program(const Program& program, std::size_t most);

}  // namespace epollcheck
