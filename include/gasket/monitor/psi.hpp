#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gasket/core/numeric.hpp"
#include "gasket/monitor/detail/chi_square.hpp"
#include "gasket/monitor/detail/require_same_bins.hpp"

namespace gasket {

/// How far live values have moved from those of training.
enum class DriftStatus {
    stable,        ///< PSI under 0.1, or no more than chance explains
    moderate,      ///< PSI from 0.1 on: look into it
    drift,         ///< PSI from 0.2 on: the model was trained on another world
    insufficient,  ///< fewer than 100 live rows: no verdict
};

[[nodiscard]] constexpr std::string_view name_of(DriftStatus status) noexcept {
    switch (status) {
        case DriftStatus::stable:
            return "stable";
        case DriftStatus::moderate:
            return "moderate";
        case DriftStatus::drift:
            return "drift";
        case DriftStatus::insufficient:
            return "insufficient";
    }
    return "";
}

/// Population stability index of two samples counted in the same bins.
struct Psi {
    double value = 0;
    /// what chance alone reaches in one of twenty cases at these sample sizes
    double critical = 0;
    /// the chance of such a value or a greater one without drift
    double p_value = missing;
    /// of this value alone; of one of many columns see FeatureDrift
    DriftStatus status = DriftStatus::stable;
    /// the bin with the greatest share of the value
    std::size_t greatest_bin = 0;
    /// its share of the rows in training and live
    double reference_share = 0;
    double live_share = 0;
};

/// Fewer live rows than this give no verdict.
inline constexpr std::uint64_t psi_least_rows = 100;

/// What the customary bands make of a PSI.
[[nodiscard]] inline DriftStatus psi_band(double value) noexcept {
    return value >= 0.2 ? DriftStatus::drift : value >= 0.1 ? DriftStatus::moderate : DriftStatus::stable;
}

/// The PSI: the sum over bins of (live share - reference share) x log(live share / reference share). Half a
/// row is added to every bin of both samples, so that an empty bin is finite; bins that are empty in both are
/// left out. The same half row on both sides keeps chance from looking like drift: a floor under the shares
/// would weigh most in the smaller sample.
///
/// Without drift the PSI is near (1/n + 1/m) times a chi-square variable of (bins - 1) degrees of freedom;
/// its 95 % quantile is `critical`, and what is beyond the value found is `p_value`. A value under what
/// chance reaches in one of twenty cases is called stable whatever the bands say: between small samples a PSI
/// of 0.1 is nothing. `noise` is what moves the values without drift, such as another fit of the model that
/// scores them; it is added to `critical`.
///
/// O(bins)   throws DataError for counts of different lengths
/// reference: Siddiqi, Credit Risk Scorecards, 2006; critical value: Yurdakul, Statistical Properties of
/// Population Stability Index, 2018
[[nodiscard]] inline Psi psi(std::span<const std::uint64_t> reference, std::span<const std::uint64_t> live,
                             double noise = 0) {
    detail::require_same_bins(reference, live, "psi");
    constexpr double smoothing = 0.5;
    std::size_t used = 0;
    std::uint64_t reference_rows = 0;
    std::uint64_t live_rows = 0;
    for (std::size_t b = 0; b < live.size(); ++b) {
        reference_rows += reference[b];
        live_rows += live[b];
        used += reference[b] + live[b] > 0 ? 1 : 0;
    }
    Psi out;
    if (live_rows < psi_least_rows) out.status = DriftStatus::insufficient;
    if (live_rows == 0 || reference_rows == 0) {
        out.value = missing;
        out.critical = missing;
        out.status = DriftStatus::insufficient;
        return out;
    }
    const auto bins = static_cast<double>(used);
    const auto n = static_cast<double>(reference_rows);
    const auto m = static_cast<double>(live_rows);
    double greatest = -1;
    for (std::size_t b = 0; b < live.size(); ++b) {
        if (reference[b] + live[b] == 0) continue;
        const double p = (static_cast<double>(reference[b]) + smoothing) / (n + smoothing * bins);
        const double q = (static_cast<double>(live[b]) + smoothing) / (m + smoothing * bins);
        const double part = (q - p) * std::log(q / p);
        out.value += part;
        if (part > greatest) {
            greatest = part;
            out.greatest_bin = b;
            out.reference_share = static_cast<double>(reference[b]) / n;
            out.live_share = static_cast<double>(live[b]) / m;
        }
    }
    out.critical = (used > 1 ? (1 / n + 1 / m) * detail::chi_square_95(used - 1) : 0) + noise;
    out.p_value = detail::chi_square_tail((out.value - noise) / (1 / n + 1 / m), used - 1);
    if (out.status != DriftStatus::insufficient && out.value > out.critical) out.status = psi_band(out.value);
    return out;
}

}  // namespace gasket
