// Growth fit: the three ways in which a cost may depend on a size, each fitted to what was
// measured.
//
//     flat         cost = base
//     logarithmic  cost = base + slope * log2(size)
//     linear       cost = base + slope * size
//
// Least squares of *relative* errors, because sizes and costs span decades and the largest would
// else decide alone; slopes are not negative. The models are compared by Akaike's criterion with
// its correction for few points (Hurvich and Tsai 1989): less is better, and a parameter has to pay
// for itself.

#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace epollcheck::scale {

/// In rising order.
enum class Growth : std::uint8_t { kFlat, kLogarithmic, kLinear, kUnclear };

/// "flat", "logarithmic", "linear", "unclear".
const char* growth_name(Growth growth);

struct Fit {
    Growth growth = Growth::kFlat;
    double base = 0;       // in the unit of the costs
    double slope = 0;      // per doubling of the size, or per element
    double error = 0;      // root of the mean square of the relative errors
    double criterion = 0;  // of Akaike; comparable between fits to the same points

    /// The cost that the fit has at `size`.
    [[nodiscard]] double cost_at(double size) const;
};

/// With fewer sizes the criterion is not defined.
inline constexpr std::size_t kLeastSizes = 5;

/// The three fits, in order of Growth. There are at least kLeastSizes sizes, all different and
/// positive, and as many costs, all positive.
std::array<Fit, 3> fit_growth(const std::vector<double>& sizes, const std::vector<double>& costs);

}  // namespace epollcheck::scale
