// The bookkeeping of descriptors.

#include "harness/executor/descriptor_table.h"

#include <catch2/catch.hpp>
#include <vector>

namespace epollcheck {
namespace {

using Numbers = std::vector<int>;

Numbers open_numbers(const DescriptorTable& table) {
    Numbers numbers;
    table.list_open(numbers);
    return numbers;
}

TEST_CASE("open numbers are known", "[executor]") {
    DescriptorTable table;
    table.restart(10);
    CHECK(open_numbers(table).empty());
    for (const int number : {10, 11, 12, 14, 20}) {
        table.opened(number, false);
    }
    CHECK(open_numbers(table) == Numbers{10, 11, 12, 14, 20});
    table.closed(11);
    table.closed(20);
    table.closed(21);
    table.closed(3);
    CHECK(open_numbers(table) == Numbers{10, 12, 14});
    table.restart(10);
    CHECK(open_numbers(table).empty());
}

TEST_CASE("duplicates share what belongs to the open file description", "[executor]") {
    DescriptorTable table;
    table.restart(5);
    table.opened(5, false);
    table.duplicated(5, 8);
    table.set_never_waits(8, true);
    table.set_process(5, 77);
    CHECK(table.never_waits(5));
    CHECK(table.process(8) == 77);

    table.closed(5);
    CHECK_FALSE(table.never_waits(5));
    CHECK(table.process(5) == DescriptorTable::kNoProcess);
    CHECK(table.never_waits(8));

    table.opened(5, false);  // the number is used again
    CHECK_FALSE(table.never_waits(5));
    table.duplicated(5, 8);  // replaces the last duplicate
    CHECK_FALSE(table.never_waits(8));
    CHECK(table.process(8) == DescriptorTable::kNoProcess);
}

TEST_CASE("numbers that the program did not open may wait", "[executor]") {
    DescriptorTable table;
    table.restart(5);
    table.set_never_waits(6, true);
    for (const int number : {-1, 0, 5, 6, 1'000'000}) {
        CHECK_FALSE(table.never_waits(number));
        CHECK(table.process(number) == DescriptorTable::kNoProcess);
    }
}

}  // namespace
}  // namespace epollcheck
