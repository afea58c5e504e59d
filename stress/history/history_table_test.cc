// The table of a history, as a person reads it.

#include "stress/history/history_table.h"

#include <catch2/catch.hpp>

namespace epollcheck {
namespace {

TEST_CASE("a violation is shown where nothing explains it", "[history]") {
    const auto parsed = parse_history(R"(
0 :invoke :write 1
0 :ok :write 1
1 :invoke :write 2
3 :invoke :cas [1 7]
1 :ok :write 2
0 :invoke :read nil
0 :ok :read 1
)",
                                      "test");
    REQUIRE(std::holds_alternative<RegisterHistory>(parsed));
    const auto& history = std::get<RegisterHistory>(parsed);
    const RegisterModel model;
    const auto result = LinearizabilitySearch<RegisterModel>(model, history).run();
    CHECK(history_table(history, result) ==
          R"(          process 0           process 1           process 3
       1  write 1
       2  = ok  (1)
       3                      write 2
       4                                          cas 1 7
       5                      = ok  (2)
       6  read
-->    7  = 1  no order explains this
)");
}

}  // namespace
}  // namespace epollcheck
