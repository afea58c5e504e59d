// Tests of frames and their armour: what comes out is what went in, whatever happens in between.

#include "harness/wire/frame.h"

#include <catch2/catch.hpp>
#include <string_view>

#include "harness/wire/armour.h"

namespace epollcheck::wire {
namespace {

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes sample_payload() {
    Bytes payload;
    for (int i = 0; i < 300; ++i) {
        payload.push_back(static_cast<std::uint8_t>(i * 7));
    }
    return payload;
}

Bytes sample_frame() {
    Bytes stream;
    append_frame(stream, FrameType::kResult, sample_payload());
    return stream;
}

const Frame kSample = {.type = FrameType::kResult, .payload = sample_payload()};

TEST_CASE("CRC-32 is that of IEEE 802.3") {
    CHECK(crc32(bytes_of("123456789")) == 0xcbf43926);
    const Bytes all = bytes_of("123456789");
    CHECK(crc32(std::span(all).subspan(4), crc32(std::span(all).first(4))) == 0xcbf43926);
}

TEST_CASE("a frame has the same bytes on every machine") {
    Bytes stream;
    append_frame(stream, FrameType::kBye, {});
    const Bytes expected = {0xe9, 0x65, 0x50, 0x9e, 0x03, 0x05, 0x73, 0x13,
                            0x00, 0x00, 0x00, 0x00, 0xf1, 0x60, 0x68, 0x42};  // of version 3
    CHECK(stream == expected);
}

TEST_CASE("frames come out as they went in, in pieces of any size") {
    Bytes stream = sample_frame();
    append_frame(stream, FrameType::kWelcome, {});
    for (const std::size_t piece : {1, 2, 3, 7, 64, 1000}) {
        FrameReader reader(Sender::kExecutor);
        std::vector<Frame> found;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            reader.feed(std::span(stream).subspan(at, std::min(piece, stream.size() - at)));
            while (auto frame = reader.next()) {
                found.push_back(*frame);
            }
        }
        REQUIRE(found.size() == 2);
        CHECK(found[0] == kSample);
        CHECK(found[1] == Frame{.type = FrameType::kWelcome, .payload = {}});
        CHECK(reader.noise_bytes() == 0);
        CHECK(reader.pending_bytes() == 0);
    }
}

TEST_CASE("noise before and between frames is skipped and kept for a person") {
    Bytes stream = bytes_of("Linux version 6.18\r\nePePeP\xe9");
    const Bytes frame = sample_frame();
    stream.insert(stream.end(), frame.begin(), frame.end());
    const Bytes between = bytes_of(
        "\r\n# \xe9"
        "eP");
    stream.insert(stream.end(), between.begin(), between.end());
    stream.insert(stream.end(), frame.begin(), frame.end());
    FrameReader reader(Sender::kExecutor);
    reader.feed(stream);
    CHECK(reader.next() == kSample);
    CHECK(reader.next() == kSample);
    CHECK_FALSE(reader.next());
    CHECK(reader.noise() ==
          "Linux version 6.18\r\nePePeP\xe9\r\n# \xe9"
          "eP");
    CHECK(reader.damaged_frames() == 0);
}

TEST_CASE("a change of any bit of a frame is noticed, and the next frame is found") {
    const Bytes frame = sample_frame();
    Bytes rest;
    append_frame(rest, FrameType::kWelcome, {});
    for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
        Bytes stream = frame;
        stream[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        stream.insert(stream.end(), rest.begin(), rest.end());
        FrameReader reader(Sender::kExecutor);
        reader.feed(stream);
        const auto found = reader.next();
        REQUIRE(found);
        REQUIRE(found->type == FrameType::kWelcome);
        REQUIRE_FALSE(reader.next());
    }
}

TEST_CASE("a frame with a byte lost or added does not swallow the next one") {
    const Bytes frame = sample_frame();
    for (std::size_t at = 0; at < frame.size(); ++at) {
        Bytes stream = frame;
        stream.erase(stream.begin() + static_cast<std::ptrdiff_t>(at));
        stream.insert(stream.end(), frame.begin(), frame.end());
        FrameReader reader(Sender::kExecutor);
        reader.feed(stream);
        REQUIRE(reader.next() == kSample);
    }
}

TEST_CASE("a length beyond the limit is no frame, and nothing waits for it") {
    Bytes stream;
    append_frame(stream, FrameType::kResult, Bytes(kMaxPayloadBytes + 1));
    stream.resize(kHeaderBytes);
    const Bytes frame = sample_frame();
    stream.insert(stream.end(), frame.begin(), frame.end());
    FrameReader reader(Sender::kExecutor);
    reader.feed(stream);
    CHECK(reader.next() == kSample);
}

TEST_CASE("frames of the own side are an echo") {
    Bytes stream;
    append_frame(stream, FrameType::kHello, {});
    const Bytes frame = sample_frame();
    stream.insert(stream.end(), frame.begin(), frame.end());
    FrameReader reader(Sender::kExecutor);
    reader.feed(stream);
    CHECK(reader.next() == kSample);
    CHECK(reader.echoed_frames() == 1);
    CHECK(reader.noise().empty());
}

TEST_CASE("a frame of another version says so") {
    Bytes stream;
    append_frame(stream, FrameType::kWelcome, {});
    CHECK(stream[4] == kProtocolVersion);
    FrameReader reader(Sender::kExecutor);
    reader.feed(stream);
    const auto frame = reader.next();
    REQUIRE(frame);
    CHECK(frame->version == kProtocolVersion);
}

// --- armour
// ---------------------------------------------------------------------------------------

TEST_CASE("armour gives the bytes back, for each length") {
    Bytes data;
    for (int length = 0; length < 200; ++length) {
        Bytes text;
        append_armoured(text, data);
        ArmourReader reader;
        Bytes found;
        reader.feed(text, found);
        REQUIRE(found == data);
        data.push_back(static_cast<std::uint8_t>(length * 31 + 5));
    }
}

TEST_CASE("armour is lines of printable ASCII that fit into a terminal") {
    Bytes text;
    append_armoured(text, sample_payload());
    std::size_t width = 0;
    for (const std::uint8_t byte : text) {
        width = byte == '\n' ? 0 : width + 1;
        REQUIRE((byte == '\n' || (byte > ' ' && byte < 0x7f)));
        REQUIRE(width < 80);
    }
}

TEST_CASE("armour survives CR LF, an echo, a prompt and boot messages") {
    Bytes text;
    append_armoured(text, sample_frame());
    Bytes line = bytes_of("[    0.1] 50% of %ep: boot\r\n# ");
    Bytes echo;
    append_frame(echo, FrameType::kHello, {});
    append_armoured(line, echo);
    for (const std::uint8_t byte : text) {
        if (byte == '\n') line.push_back('\r');
        line.push_back(byte);
        if (byte == '\n') {
            const Bytes noise = bytes_of("[ 1.5] usb 1-1: new device. %\r\n");
            line.insert(line.end(), noise.begin(), noise.end());
        }
    }
    ArmourReader armour;
    FrameReader reader(Sender::kExecutor);
    for (const std::uint8_t byte : line) {
        Bytes found;
        armour.feed({&byte, 1}, found);
        reader.feed(found);
    }
    CHECK(reader.next() == kSample);
    CHECK(reader.echoed_frames() == 1);
    CHECK(armour.noise().find("usb 1-1") != std::string::npos);
}

TEST_CASE("a line of armour that was damaged costs its frame and no other") {
    Bytes text;
    append_armoured(text, sample_frame());
    text[10] = '#';
    append_armoured(text, sample_frame());
    ArmourReader armour;
    FrameReader reader(Sender::kExecutor);
    Bytes found;
    armour.feed(text, found);
    reader.feed(found);
    CHECK(reader.next() == kSample);
    CHECK_FALSE(reader.next());
}

}  // namespace
}  // namespace epollcheck::wire
