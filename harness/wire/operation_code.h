// Operations as bytes: the compact binary form of a program, for the wire and as input of a fuzzer.
//
// An operation is its kind, a set of the fields that are not as usual (a varint of bits, those that
// are used most first), and these fields as varints. Five to ten bytes are typical. Decoding
// accepts exactly what an Operation can hold and an executor can be asked for: kinds, pointers,
// threads, processes and handles that do not exist are errors with an offset.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/wire/bytes.h"
#include "model/vocabulary/operation.h"
#include "model/vocabulary/result.h"

namespace epollcheck::wire {

void encode_operation(ByteWriter& writer, const Operation& operation);
/// Reads one operation of a program with `handle_count` handles. After an error (see the reader)
/// `operation` is unspecified.
void decode_operation(ByteReader& reader, int handle_count, Operation& operation);

/// A program on the wire: what an executor needs of it.
struct WireProgram {
    int handle_count = 0;
    std::vector<Operation> operations;

    friend bool operator==(const WireProgram&, const WireProgram&) = default;
};

void encode_program(ByteWriter& writer, std::span<const Operation> operations, int handle_count);
/// Keeps the memory that `program` has.
void decode_program(ByteReader& reader, WireProgram& program);

void encode_trace(ByteWriter& writer, const Trace& trace);
void decode_trace(ByteReader& reader, Trace& trace);

/// A hash of all that the two sides must agree on beyond the protocol version: the operation table
/// with the order of its kinds, the fields of operations and of capacities. Two builds with the
/// same fingerprint understand each other.
std::uint64_t vocabulary_fingerprint();

}  // namespace epollcheck::wire
