#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/column_by_column.hpp"

namespace gasket {

/// Maps the range of every number over the training rows onto [low, high]: the least becomes `low`, the
/// greatest `high`.
///
/// A live value outside the range of training lands outside [low, high], unless `clip`. Missing values stay
/// missing; a constant column becomes `low` and is named by `notes()`. One outlier squeezes all others:
/// RobustScaler does not mind them.
///
/// fit       O(rows x columns)
///           throws SchemaError, OptionError (columns, low, high), DataError (no rows, infinite values)
/// transform O(rows x columns), no allocation; thread-safe
/// reference: Han, Kamber & Pei, Data Mining, 2011, ch. 3
struct MinMaxScaler {
    static constexpr std::string_view name = "min_max_scaler";

    /// the columns to scale; empty: all numbers
    std::vector<std::string> columns = {};
    /// finite, low < high
    double low = 0;
    double high = 1;
    /// cuts off what lies outside
    bool clip = false;

    [[nodiscard]] Fitted<MinMaxScaler> fit(const TrainingRows& rows) const;
};

namespace detail {

/// The range of one feature, and what it is mapped onto.
struct MappedRange {
    static constexpr Takes kind = Takes::numbers;

    std::string feature = {};
    /// of the training rows
    double min = 0;
    double max = 1;
    double low = 0;
    double high = 1;
    bool clip = false;

    void apply(const double* from, std::size_t rows, double* to) const noexcept {
        const MappedNumbers m{min, max > min ? max - min : 1, low, high - low};
        for (std::size_t r = 0; r < rows; ++r) to[r] = m.low + (from[r] - m.min) / m.span * m.width;
        if (!clip) return;
        const double most = high;
        for (std::size_t r = 0; r < rows; ++r) {
            if (to[r] < m.low) to[r] = m.low;
            if (to[r] > most) to[r] = most;
        }
    }

    void write(Json& json) const {
        json["min"] = min;
        json["max"] = max;
        json["low"] = low;
        json["high"] = high;
        json["clip"] = clip;
    }

    /// throws ArtifactError
    [[nodiscard]] static MappedRange read(const Fields& at, const Feature&) {
        MappedRange out{.min = at.number("min"),
                        .max = at.number("max"),
                        .low = at.number("low"),
                        .high = at.number("high"),
                        .clip = at.boolean("clip")};
        if (!(out.min <= out.max) || !(out.low < out.high)) {
            throw_content(at.path(), "min <= max and low < high", "the other way round");
        }
        return out;
    }

  private:
    struct MappedNumbers {
        double min, span, low, width;
    };
};

}  // namespace detail

/// What a MinMaxScaler learned: the range of each column.
template <>
class Fitted<MinMaxScaler> : public detail::ColumnByColumn<MinMaxScaler, detail::MappedRange> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<MinMaxScaler> MinMaxScaler::fit(const TrainingRows& rows) const {
    detail::require_option(std::isfinite(low) && std::isfinite(high) && low < high, "MinMaxScaler.low, .high",
                           text::shortest(low) + " and " + text::shortest(high),
                           "finite numbers, low below high");
    return detail::fit_columns<MinMaxScaler>(rows, columns, "MinMaxScaler",
                                             [this](std::span<const double> values, const Feature& feature,
                                                    detail::MappedRange& learned, std::string& note) {
                                                 learned.low = low;
                                                 learned.high = high;
                                                 learned.clip = clip;
                                                 learned.min = HUGE_VAL;
                                                 learned.max = -HUGE_VAL;
                                                 for (const double x : values) {
                                                     learned.min = x < learned.min ? x : learned.min;
                                                     learned.max = x > learned.max ? x : learned.max;
                                                 }
                                                 if (learned.min == learned.max) {
                                                     note = "column " + text::quoted(feature.name) +
                                                            " is constant: it becomes " + text::shortest(low);
                                                 }
                                             });
}

}  // namespace gasket
