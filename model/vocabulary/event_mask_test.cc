// Event masks: every bit has a name, and text and mask say the same.

#include "model/vocabulary/event_mask.h"

#include <catch2/catch.hpp>

namespace epollcheck {

TEST_CASE("event_mask: text is in bit order with unknown bits at the end") {
    CHECK(event_mask_text(0) == "0");
    CHECK(event_mask_text(event::kIn) == "IN");
    CHECK(event_mask_text(event::kEdge | event::kIn) == "IN|ET");
    CHECK(event_mask_text(event::kRdhup | event::kHup | event::kOut) == "OUT|HUP|RDHUP");
    CHECK(event_mask_text(0x800) == "0x800");
    CHECK(event_mask_text(event::kIn | 0x04000000) == "IN|0x4000000");
    CHECK(
        event_mask_text(0xffffffff) ==
        "IN|PRI|OUT|ERR|HUP|NVAL|RDNORM|RDBAND|WRNORM|WRBAND|MSG|RDHUP|URING_WAKE|EXCLUSIVE|WAKEUP|"
        "ONESHOT|ET|0x7ffd800");
}

TEST_CASE("event_mask: names with and without prefix") {
    CHECK(event_bit_named("IN") == event::kIn);
    CHECK(event_bit_named("EPOLLIN") == event::kIn);
    CHECK(event_bit_named("POLLNVAL") == event::kNval);
    CHECK(event_bit_named("EPOLL_URING_WAKE") == event::kUringWake);
    CHECK(event_bit_named("EPOLLET") == event::kEdge);
    CHECK_FALSE(event_bit_named(""));
    CHECK_FALSE(event_bit_named("EPOLL"));
    CHECK_FALSE(event_bit_named("in"));
    CHECK_FALSE(event_bit_named("INN"));
    CHECK_FALSE(event_bit_named("0"));
}

TEST_CASE("event_mask: each name stands for the bit that prints as it") {
    EventMask all = 0;
    for (const std::string_view name : event_bit_names()) {
        const auto bit = event_bit_named(name);
        REQUIRE(bit);
        CHECK(event_mask_text(*bit) == name);
        CHECK((all & *bit) == 0);
        all |= *bit;
    }
    CHECK((event::kPrivate & ~all) == 0);
    CHECK((event::kSocketReadKey & ~all) == 0);
}

}  // namespace epollcheck
