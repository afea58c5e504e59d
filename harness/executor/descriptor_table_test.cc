// The bookkeeping of descriptors.

#include "harness/executor/descriptor_table.h"

#include <catch2/catch.hpp>
#include <utility>

namespace epollcheck {
namespace {

using Runs = std::vector<std::pair<int, int>>;

Runs open_runs(const DescriptorTable& table) {
    Runs runs;
    table.close_all([&](int first, int last) { runs.emplace_back(first, last); });
    return runs;
}

TEST_CASE("open numbers are closed in runs of neighbours", "[executor]") {
    DescriptorTable table;
    table.restart(10);
    CHECK(open_runs(table).empty());
    for (const int number : {10, 11, 12, 14, 20}) {
        table.opened(number, false);
    }
    CHECK(open_runs(table) == Runs{{10, 12}, {14, 14}, {20, 20}});
    table.closed(11);
    table.closed(20);
    table.closed(21);
    table.closed(3);
    CHECK(open_runs(table) == Runs{{10, 10}, {12, 12}, {14, 14}});
    table.restart(10);
    CHECK(open_runs(table).empty());
}

TEST_CASE("what was closed meanwhile is remembered until the next program", "[executor]") {
    DescriptorTable table;
    table.restart(10);
    Runs spans;
    const auto note = [&](int first, int last) { spans.emplace_back(first, last); };
    table.close_span(note);
    CHECK(spans.empty());
    table.opened(10, false);
    table.opened(14, false);
    table.closed_range(11, 20);
    table.close_span(note);
    CHECK(spans == Runs{{10, 14}});
    table.restart(10);
    table.close_span(note);
    CHECK(spans.size() == 1);
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
