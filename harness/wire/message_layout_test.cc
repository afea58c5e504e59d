// Whoever changes a message raises the version of the protocol, because this test fails else.
//
// One example of each message is encoded, and their CRC-32 is held against the last row of
// kMessageLayouts. The operation table is no part of it: it has the fingerprint.

#include <catch2/catch.hpp>

#include "harness/wire/capacity_fields.h"
#include "harness/wire/messages.h"
#include "model/vocabulary/operation_table.h"

namespace epollcheck::wire {
namespace {

/// An operation with a number of its own in each field, so far as any operation may have it.
Operation example_operation() {
    Operation operation;
    operation.kind = OperationKind::kEpollCreate1;  // the same number in each version
    operation.fd.handle = 1;
    operation.other_fd.number = -1;
    operation.number = 3;
    operation.flags = flag::kCloexec;
    operation.value = 5;
    operation.length = 6;
    operation.timeout_ms = 7;
    operation.timeout_seconds = 8;
    operation.timeout_nanoseconds = 9;
    operation.pointer = Pointer::kBad;
    operation.bound[0] = 0;
    return operation;
}

void encode_from_host(Bytes& output) {
    encode_hello(output);
    encode_measure(output);
    encode(output, std::vector<ChargeQuestion>{{ChargeQuestion::Socket::kDatagram, 100'000}});
    BatchEncoder batch({.id = 5, .ask_all = false, .report_each = true});
    const Operation operations[] = {example_operation()};
    batch.add(operations, 2);
    batch.finish(output);
    encode_bye(output);
}

void encode_from_executor(Bytes& output) {
    encode(output, Welcome{.protocol_version = 0,  // which is what this is about
                           .fingerprint = 1,
                           .pointer_bytes = 4,
                           .big_endian = true,
                           .calls = CallsBy::kRing,
                           .kernel = "kernel",
                           .architecture = "architecture",
                           .release = "release",
                           .setup_error = "none"});
    CapacitiesReply reply;
    int next = 0;
    visit_capacities(reply.capacities, [&](const char*, auto& field) {
        field = static_cast<std::remove_reference_t<decltype(field)>>(++next);
    });
    reply.error = "error";
    encode(output, reply);
    encode_charges(output, std::vector<std::uint32_t>{0, 1, 0xffffffff});
    ProgramResult result;
    result.batch = 7;
    result.program = 1000;
    result.trace.append(Result::of_descriptor(3, 4), {});
    result.trace.append(Result::of_error(11), {});
    const Event events[] = {{event::kIn | event::kEdge, ~std::uint64_t{0}}};
    result.trace.append(Result::of_events(1), events);
    result.error = HarnessError{"it died", true};
    result.disagreement = ReadinessDisagreement{
        .handle = -1, .slot = 4, .answers = {.poll = 1, .select = 2, .epoll = 3, .add_error = 1}};
    encode(output, result);
    encode_complaint(output, "complaint");
}

/// The types and payloads of the frames that `sender` made; what is around them has no version.
Bytes contents(const Bytes& stream, Sender sender) {
    Bytes found;
    FrameReader reader(sender);
    reader.feed(stream);
    while (const auto frame = reader.next()) {
        found.push_back(static_cast<std::uint8_t>(frame->type));
        found.insert(found.end(), frame->payload.begin(), frame->payload.end());
    }
    return found;
}

TEST_CASE("a message that changes is of a new version") {
    Bytes host;
    Bytes executor;
    encode_from_host(host);
    encode_from_executor(executor);
    Bytes all = contents(host, Sender::kHost);
    const Bytes answers = contents(executor, Sender::kExecutor);
    REQUIRE(all.size() > 20);
    REQUIRE(answers.size() > 100);
    all.insert(all.end(), answers.begin(), answers.end());
    INFO("add a row to kMessageLayouts (frame.h): 0x" << std::hex << crc32(all));
    CHECK(crc32(all) == kMessageLayouts[kProtocolVersion - 1]);
}

}  // namespace
}  // namespace epollcheck::wire
