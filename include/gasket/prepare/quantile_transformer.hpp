#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/normal.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/column_by_column.hpp"
#include "gasket/prepare/sorted_present.hpp"

namespace gasket {

/// The distribution that a QuantileTransformer gives its columns.
enum class Spread {
    uniform,  ///< even over [0, 1]
    normal,   ///< standard normal, cut off at 5.2 deviations
};

/// Replaces each number by the share of training rows below it, so that whatever the column looked like, it
/// is even (or normal) afterwards. Only the order of values counts: outliers and units lose their sway.
///
/// The share is read off `quantiles` quantiles, linear between them; a value that many rows have gets the
/// middle of its range. Live values beyond the training rows get the share of the nearest one. Missing values
/// stay missing.
///
/// fit       O(rows x columns)
///           throws SchemaError, OptionError (columns, quantiles), DataError (no rows, infinite values)
/// transform O(rows x columns x log(quantiles)), no allocation; thread-safe
/// reference: Conover & Iman, Rank transformations, 1981
struct QuantileTransformer {
    static constexpr std::string_view name = "quantile_transformer";

    /// the columns to transform; empty: all numbers
    std::vector<std::string> columns = {};
    /// from 2 to 100000; no more than there are rows are used
    std::size_t quantiles = 1000;
    Spread output = Spread::uniform;

    [[nodiscard]] Fitted<QuantileTransformer> fit(const TrainingRows& rows) const;
};

namespace detail {

/// The quantiles of one feature at even shares from 0 to 1.
struct QuantileColumn {
    static constexpr Takes kind = Takes::numbers;

    std::string feature = {};
    /// ascending; none where the column had no value
    std::vector<double> quantiles = {};
    Spread output = Spread::uniform;

    /// The share of training rows below x. Missing for a missing x.
    [[nodiscard]] double share(double x) const noexcept {
        if (std::isnan(x) || quantiles.empty()) return missing;
        if (x <= quantiles.front()) return 0;
        if (x >= quantiles.back()) return 1;
        const auto low = std::lower_bound(quantiles.begin(), quantiles.end(), x);
        const auto high = std::upper_bound(low, quantiles.end(), x);
        const auto last = static_cast<double>(quantiles.size() - 1);
        const auto at = static_cast<double>(low - quantiles.begin());
        if (low != high) return (at + static_cast<double>(high - quantiles.begin() - 1)) / 2 / last;
        return (at - 1 + (x - low[-1]) / (*low - low[-1])) / last;
    }

    void apply(const double* from, std::size_t rows, double* to) const noexcept {
        for (std::size_t r = 0; r < rows; ++r) to[r] = share(from[r]);
        if (output == Spread::uniform) return;
        constexpr double least = 1e-7;
        for (std::size_t r = 0; r < rows; ++r) {
            if (!std::isnan(to[r])) to[r] = normal_quantile(std::clamp(to[r], least, 1 - least));
        }
    }

    void write(Json& json) const {
        json["output"] = output == Spread::normal ? "normal" : "uniform";
        json["quantiles"] = quantiles;
    }

    /// throws ArtifactError
    [[nodiscard]] static QuantileColumn read(const Fields& at, const Feature&) {
        const std::string output = at.string("output");
        if (output != "uniform" && output != "normal") {
            throw_content(at.path() + ".output", "\"uniform\" or \"normal\"", text::quoted(output));
        }
        QuantileColumn out{.quantiles = at.numbers("quantiles"),
                           .output = output == "normal" ? Spread::normal : Spread::uniform};
        if (out.quantiles.size() == 1 || !std::is_sorted(out.quantiles.begin(), out.quantiles.end())) {
            throw_content(at.path() + ".quantiles", "at least two numbers, ascending, or none", "others");
        }
        return out;
    }
};

}  // namespace detail

/// What a QuantileTransformer learned: the quantiles of each column.
template <>
class Fitted<QuantileTransformer>
    : public detail::ColumnByColumn<QuantileTransformer, detail::QuantileColumn> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<QuantileTransformer> QuantileTransformer::fit(const TrainingRows& rows) const {
    detail::require_option(quantiles >= 2 && quantiles <= 100000, "QuantileTransformer.quantiles",
                           std::to_string(quantiles), "2 to 100000");
    const std::size_t count = std::max<std::size_t>(2, std::min(quantiles, rows.rows()));
    return detail::fit_columns<QuantileTransformer>(
        rows, columns, "QuantileTransformer",
        [&](std::span<const double> values, const Feature&, detail::QuantileColumn& learned, std::string&) {
            const std::vector<double> sorted = detail::sorted_present(values);
            learned.output = output;
            const std::size_t steps = count - 1;
            for (std::size_t i = 0; i < count; ++i) {
                // in whole numbers, so that a quantile at a row is that row's value to the last bit
                const std::size_t at = i * (sorted.size() - 1) / steps;
                const std::size_t rest = i * (sorted.size() - 1) % steps;
                const double part = static_cast<double>(rest) / static_cast<double>(steps);
                learned.quantiles.push_back(
                    rest == 0 ? sorted[at]
                              : std::min(sorted[at] + part * (sorted[at + 1] - sorted[at]), sorted[at + 1]));
            }
        });
}

}  // namespace gasket
