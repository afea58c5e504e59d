// Tests of what is said about growth, on costs that are made up: clear ones, noisy ones, and ones
// about which nothing may be said.

#include <catch2/catch.hpp>
#include <cmath>

#include "stress/scale/expectations.h"
#include "stress/scale/growth_statement.h"

namespace epollcheck::scale {

namespace {

const std::vector<double> kSizes = {10, 32, 100, 316, 1000, 3162, 10'000, 31'623, 100'000};

/// Costs that follow `cost_at`, in 40 rounds. Noise only adds: each round is slower as a whole by
/// up to `noise`, and so is each measurement; one of ten is three times as dear.
template <class CostAt>
std::vector<Point> made_up(CostAt cost_at, double noise, const std::vector<double>& sizes = kSizes,
                           int rounds = 40) {
    Random random(7);
    std::uniform_real_distribution<double> share(0, 1);
    std::vector<Point> points;
    for (const double size : sizes) {
        points.push_back({size, {}});
    }
    for (int round = 0; round < rounds; ++round) {
        const double slow_round = 1 + noise * share(random);
        for (Point& point : points) {
            const double slow = 1 + noise * share(random);
            const double outlier = noise > 0 && share(random) < 0.1 ? 3 : 1;
            point.costs.push_back(cost_at(point.size) * slow_round * slow * outlier);
        }
    }
    return points;
}

double flat(double /*size*/) { return 400; }
double logarithmic(double size) { return 300 + 40 * std::log2(size); }
double linear(double size) { return 250 + 25 * size; }

const SeriesExpectation kFlatExpected{"x", "", "", Growth::kFlat};
const SeriesExpectation kLogarithmicExpected{"x", "", "", Growth::kLogarithmic};
const SeriesExpectation kLinearExpected{"x", "", "", Growth::kLinear};

}  // namespace

TEST_CASE("exact costs give back their model") {
    const auto fits = fit_growth(
        kSizes, {300 + 25 * 10, 300 + 25 * 32, 300 + 25 * 100, 300 + 25 * 316, 300 + 25 * 1000,
                 300 + 25 * 3162, 300 + 25 * 1e4, 300 + 25 * 31623, 300 + 25 * 1e5});
    CHECK(fits[2].base == Approx(300));
    CHECK(fits[2].slope == Approx(25));
    CHECK(fits[2].error < 1e-6);
    CHECK(fits[2].criterion < fits[1].criterion);
    CHECK(fits[2].criterion < fits[0].criterion);
    CHECK(fits[2].cost_at(4) == Approx(400));
}

TEST_CASE("a slope is not negative") {
    const auto fits = fit_growth({1, 2, 3, 4, 5}, {50, 40, 30, 20, 10});
    CHECK(fits[1].slope == 0);
    CHECK(fits[2].slope == 0);
    CHECK(fits[0].criterion < fits[1].criterion);
}

TEST_CASE("growth is stated, with and without noise") {
    const double noise = GENERATE(0.0, 0.05, 0.3, 1.0);
    CAPTURE(noise);
    CHECK(state_growth(made_up(flat, noise)).growth == Growth::kFlat);
    CHECK(state_growth(made_up(logarithmic, noise)).growth == Growth::kLogarithmic);
    CHECK(state_growth(made_up(linear, noise)).growth == Growth::kLinear);
}

TEST_CASE("a flat cost is never called linear, whatever the noise") {
    for (const double noise : {2.0, 5.0, 20.0}) {
        const Statement statement = state_growth(made_up(flat, noise));
        CAPTURE(noise, statement.reason);
        CHECK(statement.growth != Growth::kLinear);
        CHECK(judge(kFlatExpected, statement, Strictness::kBound) != Verdict::kContradicts);
    }
}

TEST_CASE("a slope that no loop over all elements can have is not linear") {
    const auto cache_misses = [](double size) { return 400 + 0.004 * size; };  // ns per element
    const Statement statement = state_growth(made_up(cache_misses, 0.02));
    CHECK(statement.growth != Growth::kLinear);
    CHECK(judge(kLogarithmicExpected, statement, Strictness::kBound) == Verdict::kAsExpected);
}

TEST_CASE("a little growth of a cost that should be flat is tolerated, much is not") {
    const auto little = [](double size) { return 400 + 5 * std::log2(size); };
    const auto much = [](double size) { return 400 + 100 * std::log2(size); };
    const Statement stated_little = state_growth(made_up(little, 0.01));
    CHECK(stated_little.growth == Growth::kLogarithmic);
    CHECK(judge(kFlatExpected, stated_little, Strictness::kBound) == Verdict::kAsExpected);
    const Statement stated_much = state_growth(made_up(much, 0.01));
    CHECK(stated_much.growth == Growth::kLogarithmic);
    CHECK(judge(kFlatExpected, stated_much, Strictness::kBound) == Verdict::kContradicts);
}

TEST_CASE("with too little to go by, growth is unclear") {
    const auto few_sizes = state_growth(made_up(linear, 0, {10, 100, 1000, 10'000}));
    CHECK(few_sizes.growth == Growth::kUnclear);
    CHECK(few_sizes.reason == "only 4 sizes were measured, 5 are needed");
    const auto narrow = state_growth(made_up(linear, 0, {10, 20, 30, 40, 50, 60}));
    CHECK(narrow.reason == "the sizes 10 to 60 are too close together");
    const auto few_rounds = state_growth(made_up(linear, 0, kSizes, 4));
    CHECK(few_rounds.reason == "only 4 rounds were measured, 5 are needed");
    const auto nothing = state_growth({});
    CHECK(nothing.growth == Growth::kUnclear);
    for (const auto& statement : {few_sizes, narrow, few_rounds, nothing}) {
        CHECK(judge(kFlatExpected, statement, Strictness::kBound) == Verdict::kUnclear);
    }
}

TEST_CASE("a cost that no model fits is unclear") {
    const auto square = [](double size) { return 100 + size * size; };
    const Statement statement = state_growth(made_up(square, 0));
    CHECK(statement.growth == Growth::kUnclear);
    CHECK(statement.reason.find("the best fit") != std::string::npos);
    CHECK(judge(kLinearExpected, statement, Strictness::kBound) == Verdict::kUnclear);
}

TEST_CASE("medians that the quickest rounds do not confirm are unclear") {
    auto points = made_up(flat, 0);
    for (Point& point : points) {
        for (std::size_t round = 0; round < point.costs.size() * 6 / 10; ++round) {
            point.costs[round] = linear(point.size);
        }
    }
    const Statement statement = state_growth(points);
    CHECK(statement.growth == Growth::kUnclear);
    CHECK(statement.at_most == Growth::kLinear);
    CHECK(statement.reason ==
          "the medians are linear, the quickest quarter of the rounds is flat; at most linear");
}

TEST_CASE("strictness decides what contradicts") {
    const Statement stated = state_growth(made_up(logarithmic, 0.01));
    CHECK(judge(kFlatExpected, stated, Strictness::kNone) == Verdict::kNotJudged);
    CHECK(judge(kFlatExpected, stated, Strictness::kBound) == Verdict::kContradicts);
    CHECK(judge(kLogarithmicExpected, stated, Strictness::kExact) == Verdict::kAsExpected);
    CHECK(judge(kLinearExpected, stated, Strictness::kBound) == Verdict::kAsExpected);
    CHECK(judge(kLinearExpected, stated, Strictness::kExact) == Verdict::kContradicts);
}

TEST_CASE("fairness has a bound") {
    const FigureExpectation* const expected = figure_expectation("fairness_least_share");
    REQUIRE(expected != nullptr);
    CHECK(figure_expectation("bytes_per_watch") == nullptr);
    const ScaleFigure fair{"fairness_least_share", "", {1, 1, 1}, ""};
    const ScaleFigure starving{"fairness_least_share", "", {0, 0, 0}, ""};
    CHECK(judge(*expected, fair, Strictness::kBound) == Verdict::kAsExpected);
    CHECK(judge(*expected, starving, Strictness::kBound) == Verdict::kContradicts);
    CHECK(judge(*expected, starving, Strictness::kNone) == Verdict::kNotJudged);
}

}  // namespace epollcheck::scale
