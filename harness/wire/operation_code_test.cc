// Tests of the binary form of operations and traces: random ones come back as they were, and
// hostile bytes give an error with an offset.

#include "harness/wire/operation_code.h"

#include <catch2/catch.hpp>
#include <random>

#include "model/vocabulary/program.h"

namespace epollcheck::wire {
namespace {

using Random = std::mt19937_64;

/// Numbers of all sizes, small ones and the largest included.
std::uint64_t any_number(Random& random) {
    const std::uint64_t bits = random();
    return random() % 4 == 0 ? 0 : bits >> random() % 64;
}

template <class Number>
Number any(Random& random) {
    const std::uint64_t number = any_number(random);
    return static_cast<Number>(random() % 2 == 0 ? number : ~number);
}

std::int16_t any_handle(Random& random, int handle_count) {
    return static_cast<std::int16_t>(static_cast<int>(random() % (handle_count + 1)) - 1);
}

Pointer any_pointer(Random& random) {
    return static_cast<Pointer>(random() % (static_cast<int>(Pointer::kPaused) + 1));
}

Operation any_operation(Random& random, int handle_count) {
    Operation operation;
    operation.kind = static_cast<OperationKind>(random() % kOperationKinds);
    operation.thread = static_cast<std::uint8_t>(random() % kMaxThreads);
    operation.process = static_cast<std::uint8_t>(random() % kMaxProcesses);
    for (std::int16_t& bound : operation.bound) bound = any_handle(random, handle_count);
    for (Descriptor* descriptor : {&operation.fd, &operation.other_fd}) {
        *descriptor = {any_handle(random, handle_count), any<std::int32_t>(random)};
    }
    operation.pointer = any_pointer(random);
    operation.timeout_pointer = any_pointer(random);
    operation.mask_pointer = any_pointer(random);
    operation.room = any<std::uint8_t>(random);
    operation.room_bytes = any<std::uint8_t>(random);
    operation.signals = any<std::uint8_t>(random);
    operation.as_value = random() % 2 == 0;
    operation.flags = any<std::uint32_t>(random);
    operation.number = any<std::int32_t>(random);
    operation.length = any<std::uint32_t>(random);
    operation.signal_set_size = any<std::uint32_t>(random);
    operation.value = any<std::uint64_t>(random);
    operation.timeout_ms = any<std::int64_t>(random);
    operation.timeout_seconds = any<std::int64_t>(random);
    operation.timeout_nanoseconds = any<std::int64_t>(random);
    return operation;
}

Trace any_trace(Random& random) {
    Trace trace;
    for (std::uint64_t left = random() % 20; left > 0; --left) {
        Result result;
        result.kind =
            static_cast<ResultKind>(random() % (static_cast<int>(ResultKind::kBlocked) + 1));
        result.value = any<std::int64_t>(random);
        result.slots[0] = any<std::int16_t>(random);
        result.slots[1] = any<std::int16_t>(random);
        std::vector<Event> events(random() % (kMaxEvents + 1));
        for (Event& event : events) {
            event = {any<std::uint32_t>(random), any<std::uint64_t>(random)};
        }
        result.event_count = static_cast<std::uint8_t>(events.size());
        trace.append(result, events);
    }
    return trace;
}

Bytes encoded(const WireProgram& program) {
    Bytes bytes;
    ByteWriter writer(bytes);
    encode_program(writer, program.operations, program.handle_count);
    return bytes;
}

WireProgram any_program(Random& random) {
    WireProgram program;
    program.handle_count = static_cast<int>(random() % (kMaxHandles + 1));
    for (std::uint64_t left = random() % 30; left > 0; --left) {
        program.operations.push_back(any_operation(random, program.handle_count));
    }
    return program;
}

TEST_CASE("random programs come back as they were, with every field") {
    Random random(1);
    for (int i = 0; i < 3000; ++i) {
        const WireProgram program = any_program(random);
        const Bytes bytes = encoded(program);
        ByteReader reader(bytes);
        WireProgram found;
        decode_program(reader, found);
        reader.expect_end();
        REQUIRE_FALSE(reader.failed());
        REQUIRE(found == program);
    }
}

TEST_CASE("an operation takes few bytes") {
    Operation wait;
    wait.kind = OperationKind::kEpollWait;
    wait.fd.handle = 0;
    wait.number = 16;
    Bytes bytes;
    ByteWriter writer(bytes);
    encode_operation(writer, wait);
    CHECK(bytes == Bytes{static_cast<std::uint8_t>(OperationKind::kEpollWait), 0x05, 0x00, 0x20});
}

TEST_CASE("random traces come back as they were") {
    Random random(2);
    for (int i = 0; i < 2000; ++i) {
        const Trace trace = any_trace(random);
        Bytes bytes;
        ByteWriter writer(bytes);
        encode_trace(writer, trace);
        ByteReader reader(bytes);
        Trace found;
        decode_trace(reader, found);
        reader.expect_end();
        REQUIRE_FALSE(reader.failed());
        REQUIRE(found == trace);
    }
}

TEST_CASE("every program that was cut short is an error inside of what is there") {
    Random random(3);
    for (int i = 0; i < 100; ++i) {
        const Bytes bytes = encoded(any_program(random));
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            ByteReader reader(std::span<const std::uint8_t>(bytes.data(), length));
            WireProgram found;
            decode_program(reader, found);
            REQUIRE(reader.failed());
            REQUIRE(reader.error()->offset <= length);
        }
    }
}

TEST_CASE("whatever is decoded from hostile bytes is a program that can be encoded") {
    Random random(4);
    int understood = 0;
    for (int i = 0; i < 200'000; ++i) {
        Bytes bytes = encoded(any_program(random));
        bytes.resize(std::min<std::size_t>(bytes.size(), 100));
        for (std::uint64_t changes = random() % 4; changes > 0 && !bytes.empty(); --changes) {
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        }
        ByteReader reader(bytes);
        WireProgram found;
        decode_program(reader, found);
        if (reader.failed()) {
            REQUIRE_FALSE(reader.error()->what.empty());
            continue;
        }
        ++understood;
        const Bytes again = encoded(found);
        ByteReader second(again);
        WireProgram program;
        decode_program(second, program);
        REQUIRE_FALSE(second.failed());
        REQUIRE(program == found);
        for (const Operation& operation : found.operations) {
            REQUIRE(static_cast<int>(operation.kind) < kOperationKinds);
            REQUIRE(operation.fd.handle < found.handle_count);
            REQUIRE(operation.bound[0] >= -1);
            REQUIRE(operation.process < kMaxProcesses);
        }
    }
    CHECK(understood > 1000);
}

/// The error that decoding `bytes` as a program gives.
std::string error_of(const Bytes& bytes) {
    ByteReader reader(bytes);
    WireProgram program;
    decode_program(reader, program);
    return reader.failed() ? reader.error()->text() : "";
}

TEST_CASE("errors say what is wrong and where") {
    const auto kind = static_cast<std::uint8_t>(OperationKind::kClose);
    CHECK(error_of({}) == "the data ends in the middle of a number at byte 0");
    CHECK(error_of({1, 1, 255, 0}) == "an operation of unknown kind 255 at byte 3");
    CHECK(error_of({1, 1, kind, 1, 4}) ==
          "a handle of 2, which is not between -1 and 0, at byte 4");
    CHECK(error_of({1, 1, kind, 0xff, 0xff, 0xff, 0x7f}) ==
          "a set of fields of 268435455, where 16777215 is the most, at byte 3");
    CHECK(error_of({0xff, 0x7f}) ==
          "a number of handles of 16383, where 128 is the most, at byte 0");
    CHECK(error_of({1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}) ==
          "a number of more than 64 bits at byte 10");
    CHECK(error_of({1, 100, kind}) ==
          "a number of operations of 100 is more than what follows can hold, at byte 2");
}

TEST_CASE("the fingerprint is the same each time") {
    CHECK(vocabulary_fingerprint() == vocabulary_fingerprint());
    CHECK(vocabulary_fingerprint() != 0);
}

}  // namespace
}  // namespace epollcheck::wire
