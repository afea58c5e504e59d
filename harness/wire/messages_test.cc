// Tests of messages: each comes back as it was, and no bytes can do harm.

#include "harness/wire/messages.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <random>

#include "harness/wire/capacity_fields.h"

namespace epollcheck::wire {
namespace {

/// The payload of the one frame in `stream`, which must be of `type`.
Bytes payload_of(const Bytes& stream, FrameType type) {
    FrameReader reader(sender_of(type));
    reader.feed(stream);
    const auto frame = reader.next();
    REQUIRE(frame);
    REQUIRE(frame->type == type);
    REQUIRE(reader.pending_bytes() == 0);
    return frame->payload;
}

Operation closing(std::int16_t handle) {
    Operation operation;
    operation.kind = OperationKind::kClose;
    operation.fd.handle = handle;
    return operation;
}

ProgramResult sample_result() {
    ProgramResult result;
    result.batch = 7;
    result.program = 1000;
    result.trace.append(Result::of_descriptor(3), {});
    const Event events[] = {{event::kIn | event::kEdge, ~std::uint64_t{0}}};
    result.trace.append(Result::of_events(1), events);
    result.error = HarnessError{"it died", true};
    result.disagreement = ReadinessDisagreement{
        .handle = -1, .slot = 4, .answers = {.poll = 1, .select = 2, .epoll = 3, .add_error = 1}};
    return result;
}

TEST_CASE("Welcome comes back as it was") {
    const Welcome welcome = {.fingerprint = vocabulary_fingerprint(),
                             .pointer_bytes = 4,
                             .big_endian = true,
                             .calls = CallsBy::kRing,
                             .kernel = "Linux 6.18.0 s390x",
                             .architecture = "s390x",
                             .release = "0.1.0",
                             .setup_error = "epoll_create is denied here"};
    Bytes stream;
    encode(stream, welcome);
    Welcome found;
    REQUIRE_FALSE(decode(payload_of(stream, FrameType::kWelcome), found));
    CHECK(found == welcome);
}

TEST_CASE("capacities come back as they were, field by field") {
    CapacitiesReply reply;
    int next = 1;
    visit_capacities(reply.capacities, [&](const char*, auto& field) {
        field = static_cast<std::remove_reference_t<decltype(field)>>(next++ % 2 == 0 ? next : 1);
    });
    reply.error = "it cannot be measured";
    Bytes stream;
    encode(stream, reply);
    CapacitiesReply found;
    REQUIRE_FALSE(decode(payload_of(stream, FrameType::kCapacities), found));
    CHECK(found.error == reply.error);
    std::vector<std::int64_t> sent;
    std::vector<std::int64_t> received;
    visit_capacities(reply.capacities, [&](const char*, auto field) { sent.push_back(field); });
    visit_capacities(found.capacities, [&](const char*, auto field) { received.push_back(field); });
    CHECK(received == sent);
}

TEST_CASE("charges are asked for and answered") {
    const std::vector<ChargeQuestion> questions = {{ChargeQuestion::Socket::kDatagram, 100'000},
                                                   {ChargeQuestion::Socket::kStream, 1}};
    Bytes stream;
    encode(stream, questions);
    std::vector<ChargeQuestion> found;
    REQUIRE_FALSE(decode(payload_of(stream, FrameType::kMeasureCharges), found));
    CHECK(found == questions);
    stream.clear();
    const std::vector<std::uint32_t> charges = {0, 1, 0xffffffff};
    encode_charges(stream, charges);
    std::vector<std::uint32_t> answers;
    REQUIRE_FALSE(decode_charges(payload_of(stream, FrameType::kCharges), answers));
    CHECK(answers == charges);
}

TEST_CASE("a batch comes back as it was, and its encoder can be used again") {
    const Batch batch = {.options = {.id = 5, .ask_all = false, .report_each = true},
                         .programs = {{1, {closing(0), closing(-1)}}, {0, {}}, {3, {closing(2)}}}};
    BatchEncoder encoder(batch.options);
    for (const WireProgram& program : batch.programs) {
        encoder.add(program.operations, program.handle_count);
    }
    CHECK(encoder.programs() == 3);
    CHECK(encoder.has_room());
    Bytes stream;
    encoder.finish(stream, {.id = 6});
    Batch found;
    REQUIRE_FALSE(decode(payload_of(stream, FrameType::kBatch), found));
    CHECK(found == batch);
    stream.clear();
    encoder.finish(stream);
    REQUIRE_FALSE(decode(payload_of(stream, FrameType::kBatch), found));
    CHECK(found == Batch{.options = {.id = 6}, .programs = {}});
}

TEST_CASE("a result comes back as it was") {
    const ProgramResult result = sample_result();
    Bytes stream;
    encode(stream, result);
    ProgramResult found;
    REQUIRE_FALSE(decode(payload_of(stream, FrameType::kResult), found));
    CHECK(found.batch == result.batch);
    CHECK(found.program == result.program);
    CHECK(found.trace == result.trace);
    REQUIRE(found.error);
    CHECK(found.error->what == result.error->what);
    CHECK(found.error->of_target);
    REQUIRE(found.disagreement);
    CHECK(found.disagreement->handle == -1);
    CHECK(found.disagreement->slot == 4);
    CHECK(found.disagreement->answers == result.disagreement->answers);
}

TEST_CASE("a batch of programs with threads comes back with its schedule") {
    const Batch batch = {.options = {.id = 9,
                                     .report_each = true,
                                     .repetitions = 300,
                                     .schedule = {~std::uint64_t{0}, 2000}},
                         .programs = {{1, {closing(0), closing(-1)}}}};
    BatchEncoder encoder(batch.options);
    encoder.add(batch.programs[0].operations, 1);
    Bytes stream;
    encoder.finish(stream);
    Batch found;
    REQUIRE_FALSE(decode(payload_of(stream, FrameType::kBatch), found));
    CHECK(found == batch);
}

TEST_CASE("a history comes back with its intervals") {
    ProgramResult result;
    result.program = 299;
    for (int i = 0; i < 3; ++i) {
        result.trace.append(Result::of_value(i), {});
    }
    result.intervals = {
        {.begin = 0, .end = 1'000'000}, {.begin = 7, .blocked = true}, CallInterval{}};
    Bytes stream;
    encode(stream, result);
    ProgramResult found;
    REQUIRE_FALSE(decode(payload_of(stream, FrameType::kResult), found));
    CHECK(found.program == 299);
    CHECK(found.trace == result.trace);
    CHECK(found.intervals == result.intervals);
    CHECK_FALSE(found.error);
}

TEST_CASE("a complaint comes back as it was, a long one shortened") {
    Bytes stream;
    encode_complaint(stream, "no such frame");
    std::string found;
    REQUIRE_FALSE(decode_complaint(payload_of(stream, FrameType::kComplaint), found));
    CHECK(found == "no such frame");
    stream.clear();
    encode_complaint(stream, std::string(1'000'000, 'x'));
    REQUIRE_FALSE(decode_complaint(payload_of(stream, FrameType::kComplaint), found));
    CHECK(found == std::string(4096, 'x'));
}

/// Decodes `payload` as everything that there is.
void decode_all(std::span<const std::uint8_t> payload) {
    Welcome welcome;
    CapacitiesReply capacities;
    std::vector<ChargeQuestion> questions;
    std::vector<std::uint32_t> charges;
    Batch batch;
    ProgramResult result;
    std::string text;
    for (const Decoded& error :
         {decode(payload, welcome), decode(payload, capacities), decode(payload, questions),
          decode_charges(payload, charges), decode(payload, batch), decode(payload, result),
          decode_complaint(payload, text)}) {
        if (error) {
            REQUIRE(error->offset <= payload.size());
            REQUIRE_FALSE(error->what.empty());
        }
    }
}

TEST_CASE("hostile payloads are errors and nothing worse") {
    std::mt19937 random(5);
    Bytes stream;
    encode(stream, sample_result());
    const Bytes result = payload_of(stream, FrameType::kResult);
    for (int i = 0; i < 20'000; ++i) {
        Bytes payload(random() % 40);
        for (std::uint8_t& byte : payload) {
            byte = static_cast<std::uint8_t>(random());
        }
        decode_all(payload);
        Bytes changed = result;
        changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
        decode_all(changed);
    }
}

TEST_CASE("a hostile count allocates nothing") {
    Bytes payload;
    ByteWriter writer(payload);
    writer.varint(4000);  // charges that do not follow
    std::vector<std::uint32_t> charges;
    const Decoded error = decode_charges(payload, charges);
    REQUIRE(error);
    CHECK(error->text() ==
          "a number of charges of 4000 is more than what follows can hold, at byte 2");
    CHECK(charges.empty());
}

}  // namespace
}  // namespace epollcheck::wire
