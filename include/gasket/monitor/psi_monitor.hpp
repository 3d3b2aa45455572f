#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "gasket/monitor/baseline.hpp"

namespace gasket {

/// Freezes what live data will be compared with by `drift`: bins, cells and counts of the training rows' raw
/// columns, of the scores (out of fold, where the chain made such) and the decided rate. Stands after the
/// estimator.
///
/// O(columns x rows log rows)   throws OptionError
struct PsiMonitor {
    static constexpr std::string_view name = "psi_monitor";

    /// bins of equal counts for numbers, from 2 to 1000
    std::size_t bins = 10;

    [[nodiscard]] Baseline baseline(const Table& table, std::span<const double> scores,
                                    double threshold) const {
        return Baseline::of(table, scores, threshold, bins);
    }
};

}  // namespace gasket
