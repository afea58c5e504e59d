// Program bytes. See program_bytes.h.

#include "fuzz/program_bytes.h"

#include <limits>

#include "harness/wire/operation_code.h"

namespace epollcheck {

namespace {

/// Operations that are read before lawfulness leaves some out.
constexpr std::size_t kMostRead = 4 * kMostLawfulOperations;

}  // namespace

void program_from_bytes(std::span<const std::uint8_t> bytes, Reach reach, Program& program) {
    program.operations.clear();
    while (!bytes.empty() && program.operations.size() < kMostRead) {
        wire::ByteReader reader(bytes);
        Operation operation;
        wire::decode_operation(reader, kMaxHandles, operation);
        if (reader.failed()) {
            bytes = bytes.subspan(1);
            continue;
        }
        program.operations.push_back(operation);
        bytes = bytes.subspan(reader.offset());
    }
    make_lawful(program, reach);
}

wire::Bytes bytes_of_program(const Program& program) {
    return bytes_of_program(program, std::numeric_limits<std::size_t>::max());
}

wire::Bytes bytes_of_program(const Program& program, std::size_t most) {
    wire::Bytes bytes;
    wire::ByteWriter writer(bytes);
    for (const Operation& operation : program.operations) {
        const std::size_t before = bytes.size();
        wire::encode_operation(writer, operation);
        if (bytes.size() > most) {
            bytes.resize(before);
            break;
        }
    }
    return bytes;
}

}  // namespace epollcheck
