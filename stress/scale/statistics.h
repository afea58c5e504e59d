// Statistics that a few outliers do not move, for costs that were measured on a machine which
// others use, too: quantiles, and how sure a median is.
//
// The interval is that of the bootstrap (Efron): the rounds are drawn again, with replacement, and
// of the medians of many such drawings the middle 95% are taken. It supposes nothing about how the
// noise is distributed.

#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace epollcheck::scale {

using Random = std::mt19937_64;

/// The value below which `share` (0 to 1) of `values` lie, interpolated between neighbours.
/// `values` are not empty.
double quantile(std::vector<double> values, double share);

/// `count` numbers below `count`: the rounds that a resample consists of.
std::vector<std::size_t> draw_rounds(std::size_t count, Random& random);

/// The elements of `values` with these numbers.
std::vector<double> pick(const std::vector<double>& values, const std::vector<std::size_t>& rounds);

/// A value, mostly a median, and between which it lies with a confidence of 95%.
struct Estimate {
    double value = 0;
    double low = 0;
    double high = 0;
};

/// A quantile of `values`, which are not empty. The same values give the same answer.
Estimate estimate_quantile(const std::vector<double>& values, double share);

}  // namespace epollcheck::scale
