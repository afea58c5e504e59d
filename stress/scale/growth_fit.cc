// Growth fit. See growth_fit.h.

#include "stress/scale/growth_fit.h"

#include <cmath>

namespace epollcheck::scale {

namespace {

/// No measurement is closer than this to the truth, so no model gets credit for being closer.
constexpr double kBestError = 0.01;

/// What a slope is multiplied by.
double regressor(Growth growth, double size) {
    switch (growth) {
        case Growth::kLogarithmic:
            return std::log2(size);
        case Growth::kLinear:
            return size;
        default:
            return 0;
    }
}

/// Weighted least squares of a straight line over regressor(), with weights 1 / cost^2.
void fit_line(const std::vector<double>& sizes, const std::vector<double>& costs, Fit& fit) {
    double weights = 0;
    double mean_x = 0;
    double mean_y = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const double weight = 1 / (costs[i] * costs[i]);
        weights += weight;
        mean_x += weight * regressor(fit.growth, sizes[i]);
        mean_y += weight * costs[i];
    }
    mean_x /= weights;
    mean_y /= weights;
    double products = 0;
    double squares = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const double weight = 1 / (costs[i] * costs[i]);
        const double distance = regressor(fit.growth, sizes[i]) - mean_x;
        products += weight * distance * (costs[i] - mean_y);
        squares += weight * distance * distance;
    }
    fit.slope = squares > 0 && products > 0 ? products / squares : 0;
    fit.base = mean_y - fit.slope * mean_x;
}

void rate(const std::vector<double>& sizes, const std::vector<double>& costs, Fit& fit) {
    double squares = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const double relative = fit.cost_at(sizes[i]) / costs[i] - 1;
        squares += relative * relative;
    }
    const auto points = static_cast<double>(sizes.size());
    const double parameters = fit.growth == Growth::kFlat ? 2 : 3;  // the variance is one
    fit.error = std::sqrt(squares / points);
    fit.criterion = points * std::log(squares / points + kBestError * kBestError) + 2 * parameters +
                    2 * parameters * (parameters + 1) / (points - parameters - 1);
}

}  // namespace

const char* growth_name(Growth growth) {
    constexpr const char* kNames[] = {"flat", "logarithmic", "linear", "unclear"};
    return kNames[static_cast<std::size_t>(growth)];
}

double Fit::cost_at(double size) const { return base + slope * regressor(growth, size); }

std::array<Fit, 3> fit_growth(const std::vector<double>& sizes, const std::vector<double>& costs) {
    std::array<Fit, 3> fits;
    for (std::size_t i = 0; i < fits.size(); ++i) {
        fits[i].growth = static_cast<Growth>(i);
        fit_line(sizes, costs, fits[i]);
        rate(sizes, costs, fits[i]);
    }
    return fits;
}

}  // namespace epollcheck::scale
