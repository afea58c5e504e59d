// Tests of the table of charges: what was recorded is found again, and nothing else is.

#include "model/world/calibration.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

TEST_CASE("a charge that was not measured is 0", "[calibration]") {
    CHECK(Calibration().charge(SocketType::kStream, 1) == 0);
}

TEST_CASE("charges are kept by type and length", "[calibration]") {
    Calibration calibration;
    for (std::uint32_t length = 0; length < 80; ++length) {
        REQUIRE(calibration.set_charge(SocketType::kStream, length, 1000 + length));
        REQUIRE(calibration.set_charge(SocketType::kSeqpacket, length, 2000 + length));
        REQUIRE(calibration.set_charge(SocketType::kDatagram, length, 3000 + length));
    }
    for (std::uint32_t length = 0; length < 80; ++length) {
        CHECK(calibration.charge(SocketType::kStream, length) == 1000 + length);
        CHECK(calibration.charge(SocketType::kSeqpacket, length) == 2000 + length);
        CHECK(calibration.charge(SocketType::kDatagram, length) == 3000 + length);
    }
    CHECK(calibration.charge(SocketType::kStream, 80) == 0);
}

TEST_CASE("a full table refuses further charges and keeps the others", "[calibration]") {
    Calibration calibration;
    std::uint32_t recorded = 0;
    while (calibration.set_charge(SocketType::kStream, recorded * 4096, recorded + 1)) {
        ++recorded;
        REQUIRE(recorded < 10'000);
    }
    CHECK(recorded >= 240);  // 80 lengths of three types
    CHECK(calibration.charge(SocketType::kStream, recorded * 4096) == 0);
    for (std::uint32_t i = 0; i < recorded; ++i) {
        CHECK(calibration.charge(SocketType::kStream, i * 4096) == i + 1);
    }
}

}  // namespace
}  // namespace epollcheck
