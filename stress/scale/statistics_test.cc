// Tests of the statistics: quantiles, resamples, and intervals that hold what they promise.

#include "stress/scale/statistics.h"

#include <catch2/catch.hpp>

namespace epollcheck::scale {

TEST_CASE("quantiles are interpolated") {
    CHECK(quantile({5}, 0.5) == 5);
    CHECK(quantile({3, 1, 2}, 0.5) == 2);
    CHECK(quantile({4, 1, 3, 2}, 0.5) == Approx(2.5));
    CHECK(quantile({4, 1, 3, 2}, 0) == 1);
    CHECK(quantile({4, 1, 3, 2}, 1) == 4);
    CHECK(quantile({0, 10}, 0.25) == Approx(2.5));
}

TEST_CASE("a resample has as many rounds, of those that there are") {
    Random random(1);
    const auto rounds = draw_rounds(50, random);
    REQUIRE(rounds.size() == 50);
    for (const std::size_t round : rounds) {
        CHECK(round < 50);
    }
    CHECK(rounds != draw_rounds(50, random));
    CHECK(pick({7, 8, 9}, {2, 0, 2}) == std::vector<double>{9, 7, 9});
}

TEST_CASE("an outlier moves neither a median nor its interval") {
    const std::vector<double> calm = {10, 11, 9, 10, 12, 8, 10, 11, 9, 10, 11};
    std::vector<double> disturbed = calm;
    disturbed[4] = 1e6;
    const Estimate before = estimate_quantile(calm, 0.5);
    const Estimate after = estimate_quantile(disturbed, 0.5);
    CHECK(before.value == after.value);
    CHECK(after.high < 13);
}

TEST_CASE("about 95 of 100 intervals contain what they are about") {
    Random random(5);
    std::normal_distribution<double> noise(100, 10);
    int containing = 0;
    for (int i = 0; i < 200; ++i) {
        std::vector<double> values;
        for (int k = 0; k < 40; ++k) {
            values.push_back(noise(random));
        }
        const Estimate estimate = estimate_quantile(values, 0.5);
        CHECK(estimate.low <= estimate.value);
        CHECK(estimate.value <= estimate.high);
        containing += estimate.low <= 100 && 100 <= estimate.high ? 1 : 0;
    }
    CHECK(containing >= 180);
    CHECK(containing < 200);
}

}  // namespace epollcheck::scale
