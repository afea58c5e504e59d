// Robust statistics. See statistics.h.

#include "stress/scale/statistics.h"

#include <algorithm>
#include <cmath>

namespace epollcheck::scale {

namespace {

constexpr int kResamples = 500;
constexpr std::uint64_t kSeed = 1;  // any will do; a fixed one makes results repeatable

}  // namespace

double quantile(std::vector<double> values, double share) {
    const double position = share * static_cast<double>(values.size() - 1);
    const double whole = std::floor(position);
    const auto below = values.begin() + static_cast<std::ptrdiff_t>(whole);
    std::nth_element(values.begin(), below, values.end());
    const double above =
        below + 1 != values.end() ? *std::min_element(below + 1, values.end()) : *below;
    return std::lerp(*below, above, position - whole);
}

std::vector<std::size_t> draw_rounds(std::size_t count, Random& random) {
    std::uniform_int_distribution<std::size_t> any(0, count - 1);
    std::vector<std::size_t> rounds(count);
    for (std::size_t& round : rounds) {
        round = any(random);
    }
    return rounds;
}

std::vector<double> pick(const std::vector<double>& values,
                         const std::vector<std::size_t>& rounds) {
    std::vector<double> picked;
    picked.reserve(rounds.size());
    for (const std::size_t round : rounds) {
        picked.push_back(values[round]);
    }
    return picked;
}

Estimate estimate_quantile(const std::vector<double>& values, double share) {
    Random random(kSeed);
    std::vector<double> found;
    found.reserve(kResamples);
    for (int i = 0; i < kResamples; ++i) {
        found.push_back(quantile(pick(values, draw_rounds(values.size(), random)), share));
    }
    return {quantile(values, share), quantile(found, 0.025), quantile(found, 0.975)};
}

}  // namespace epollcheck::scale
