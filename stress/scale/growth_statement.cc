// Growth statement. See growth_statement.h.

#include "stress/scale/growth_statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace epollcheck::scale {

namespace {

constexpr std::size_t kLeastRounds = 5;
constexpr double kLeastSpan = 30;       // largest over smallest size
constexpr double kLargestError = 0.35;  // relative; beyond it a model does not fit
constexpr double kLeastSupport = 0.95;  // resamples that give the same statement
constexpr int kResamples = 200;
constexpr std::uint64_t kSeed = 2;

/// Why nothing can be said, or "".
std::string too_little(const std::vector<Point>& points) {
    if (points.size() < kLeastSizes) {
        return fmt::format("only {} sizes were measured, {} are needed", points.size(),
                           kLeastSizes);
    }
    if (points.back().size < kLeastSpan * points.front().size) {
        return fmt::format("the sizes {:.0f} to {:.0f} are too close together", points.front().size,
                           points.back().size);
    }
    const std::size_t rounds = points.front().costs.size();
    return rounds >= kLeastRounds
               ? ""
               : fmt::format("only {} rounds were measured, {} are needed", rounds, kLeastRounds);
}

/// The fit that says how `costs` grow.
Fit best_fit(const std::vector<double>& sizes, const std::vector<double>& costs) {
    const auto fits = fit_growth(sizes, costs);
    const Fit& flat = fits[0];
    const Fit& logarithmic = fits[1];
    const Fit& linear = fits[2];
    const bool may_be_linear = linear.slope >= kLeastPerElement;
    const bool is_linear = may_be_linear && linear.criterion < logarithmic.criterion;
    const Fit& growing = is_linear ? linear : logarithmic;
    const double factor = growing.cost_at(sizes.back()) / growing.cost_at(sizes.front());
    return growing.criterion < flat.criterion && factor >= kNoticeableGrowth ? growing : flat;
}

/// The best fit to a quantile of the rounds of each point; of `rounds` only, if given.
Fit best_fit(const std::vector<Point>& points, double share,
             const std::vector<std::size_t>* rounds = nullptr) {
    std::vector<double> sizes;
    std::vector<double> costs;
    for (const Point& point : points) {
        sizes.push_back(point.size);
        costs.push_back(
            quantile(rounds != nullptr ? pick(point.costs, *rounds) : point.costs, share));
    }
    return best_fit(sizes, costs);
}

/// The share of the resamples that each kind of fit is best for. Rounds are drawn whole, because
/// what disturbs one disturbs many sizes.
std::array<double, 3> support_in(const std::vector<Point>& points) {
    Random random(kSeed);
    std::array<double, 3> support{};
    for (int i = 0; i < kResamples; ++i) {
        const auto rounds = draw_rounds(points.front().costs.size(), random);
        const Growth growth = best_fit(points, 0.5, &rounds).growth;
        support[static_cast<std::size_t>(growth)] += 1.0 / kResamples;
    }
    return support;
}

/// How much dearer the largest size is than the smallest, round by round.
Estimate factor_of(const std::vector<Point>& points) {
    if (points.empty()) {
        return {};
    }
    std::vector<double> factors;
    const auto& smallest = points.front().costs;
    const auto& largest = points.back().costs;
    for (std::size_t i = 0; i < std::min(smallest.size(), largest.size()); ++i) {
        factors.push_back(largest[i] / smallest[i]);
    }
    return factors.empty() ? Estimate{} : estimate_quantile(factors, 0.5);
}

/// Decides between what was fitted and `unclear`.
void weigh(Statement& statement, const std::vector<Point>& points) {
    const Growth growth = statement.fit.growth;
    if (statement.fit.error > kLargestError) {
        statement.reason = fmt::format("the best fit, {}, is off by {:.0f}%", growth_name(growth),
                                       statement.fit.error * 100);
        return;
    }
    const Growth quick = best_fit(points, 0.25).growth;
    const auto support = support_in(points);
    statement.at_most = std::max(growth, quick);
    for (std::size_t i = 0; i < support.size(); ++i) {
        if (support[i] > 1 - kLeastSupport) {
            statement.at_most = std::max(statement.at_most, static_cast<Growth>(i));
        }
    }
    const char* const at_most = growth_name(statement.at_most);
    if (quick != growth) {
        statement.reason =
            fmt::format("the medians are {}, the quickest quarter of the rounds is {}; at most {}",
                        growth_name(growth), growth_name(quick), at_most);
    } else if (support[static_cast<std::size_t>(growth)] < kLeastSupport) {
        statement.reason = fmt::format("only {:.0f}% of the resamples are {}; at most {}",
                                       support[static_cast<std::size_t>(growth)] * 100,
                                       growth_name(growth), at_most);
    } else {
        statement.growth = growth;
    }
}

}  // namespace

Statement state_growth(const std::vector<Point>& points) {
    Statement statement;
    statement.factor = factor_of(points);
    statement.reason = too_little(points);
    if (!statement.reason.empty()) {
        return statement;
    }
    statement.fit = best_fit(points, 0.5);
    weigh(statement, points);
    return statement;
}

}  // namespace epollcheck::scale
