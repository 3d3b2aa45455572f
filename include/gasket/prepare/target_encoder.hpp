#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/code_values.hpp"
#include "gasket/prepare/column_by_column.hpp"
#include "gasket/prepare/cross_fit.hpp"
#include "gasket/prepare/moments.hpp"
#include "gasket/split/assign.hpp"

namespace gasket {

/// Replaces each label by the mean of the target over the training rows that have it, drawn towards the mean
/// of all rows where they are few: one number for a column of any number of labels.
///
/// Without `smooth` each label is drawn as far as its own noise warrants: with n rows of variance v, and V
/// the variance of the target, its own mean counts V n / (V n + v / n). With a number m it counts n / (n +
/// m). Missing is a label of its own; one that training did not have becomes the mean of all rows. The target
/// is 0 or 1, or a number. A row of weight 2 counts as two rows.
///
/// A label's mean contains the answers of its own rows. In a chain the next stage therefore learns from
/// cross-fitted values: the rows are cut into `folds` (of equal shares of both classes; groups that the
/// splitter kept whole stay whole), and each fold is encoded by the others. Rows that come later are encoded
/// by all. `fit` alone does the latter, so `fit(rows)` followed by a transform of the same rows leaks the
/// target; use it in chains.
///
/// fit       O(rows x columns + folds^2 x labels)
///           throws SchemaError, OptionError (columns, smooth, folds), DataError (no rows, fewer rows or
///           groups than folds, a target of more than two classes)
/// transform O(rows x columns), no allocation; thread-safe
/// reference: Micci-Barreca, A preprocessing scheme for high-cardinality categorical attributes, 2001; the
/// defaults and formulas are those of scikit-learn's TargetEncoder
struct TargetEncoder {
    static constexpr std::string_view name = "target_encoder";

    /// the columns to encode; empty: all categories
    std::vector<std::string> columns = {};
    /// how many rows the mean of all counts for, at least 0; nothing: by the noise of each label
    std::optional<double> smooth = std::nullopt;
    /// of the cross-fit, at least 2
    std::size_t folds = 5;
    std::uint64_t seed = 42;

    [[nodiscard]] Fitted<TargetEncoder> fit(const TrainingRows& rows) const;
    /// For chains: the training rows encoded without their own answers.
    [[nodiscard]] CrossFit<TargetEncoder> fit_transform(const TrainingRows& rows) const;
};

/// What a TargetEncoder learned: a number for each label.
template <>
class Fitted<TargetEncoder> : public detail::ColumnByColumn<TargetEncoder, detail::CodeValues> {
    using ColumnByColumn::ColumnByColumn;
};

namespace detail {

/// The target's moments by label of one column: those of missing values come last.
class TargetByLabel {
  public:
    explicit TargetByLabel(std::size_t labels) : moments_(labels + 1) {}

    void add(double code, double target, double weight) {
        if (!(weight > 0)) return;
        if (std::isnan(code)) {
            moments_.back().add(target, weight);
        } else if (code >= 0) {
            moments_[static_cast<std::size_t>(code)].add(target, weight);
        }
    }
    void merge(const TargetByLabel& other) {
        for (std::size_t i = 0; i < moments_.size(); ++i) moments_[i].merge(other.moments_[i]);
    }

    /// A number for each label. `all` are the moments of all rows.
    [[nodiscard]] CodeValues encode(const Moments& all, std::optional<double> smooth) const {
        CodeValues out{.values = {}, .unseen = all.mean(), .gap = encoded(moments_.back(), all, smooth)};
        for (std::size_t i = 0; i + 1 < moments_.size(); ++i)
            out.values.push_back(encoded(moments_[i], all, smooth));
        return out;
    }

  private:
    static double encoded(const Moments& label, const Moments& all, std::optional<double> smooth) {
        const double n = label.count();
        if (n == 0) return all.mean();
        double own = 1;
        if (smooth) {
            own = n / (n + *smooth);
        } else {
            const double between = all.variance() * n;
            const double within = label.variance() / n;
            own = between + within > 0 ? between / (between + within) : 0;
        }
        return own * label.mean() + (1 - own) * all.mean();
    }

    std::vector<Moments> moments_;
};

inline void require_target_encoder(const TargetEncoder& stage, const TrainingRows& rows) {
    require_option(!stage.smooth || (std::isfinite(*stage.smooth) && *stage.smooth >= 0),
                   "TargetEncoder.smooth", stage.smooth ? text::shortest(*stage.smooth) : "",
                   "at least 0, or nothing");
    require_option(stage.folds >= 2, "TargetEncoder.folds", std::to_string(stage.folds), "at least 2");
    refuse_multiclass(rows, "TargetEncoder");
}

[[nodiscard]] inline double weight_of(const TrainingRows& rows, std::size_t r) noexcept {
    return rows.weights().empty() ? 1.0 : rows.weights()[r];
}

}  // namespace detail

inline Fitted<TargetEncoder> TargetEncoder::fit(const TrainingRows& rows) const {
    detail::require_target_encoder(*this, rows);
    detail::Moments all;
    for (std::size_t r = 0; r < rows.rows(); ++r) all.add(rows.labels()[r], detail::weight_of(rows, r));
    return detail::fit_columns<TargetEncoder>(rows, columns, "TargetEncoder",
                                              [&](std::span<const double> codes, const Feature& feature,
                                                  detail::CodeValues& learned, std::string&) {
                                                  detail::TargetByLabel by_label(feature.labels->size());
                                                  for (std::size_t r = 0; r < codes.size(); ++r) {
                                                      by_label.add(codes[r], rows.labels()[r],
                                                                   detail::weight_of(rows, r));
                                                  }
                                                  learned = by_label.encode(all, smooth);
                                                  learned.feature = feature.name;
                                              });
}

inline CrossFit<TargetEncoder> TargetEncoder::fit_transform(const TrainingRows& rows) const {
    Fitted<TargetEncoder> fitted = fit(rows);
    const std::size_t n = rows.rows();
    std::vector<std::size_t> every(n);
    std::iota(every.begin(), every.end(), std::size_t{0});
    const bool classes = rows.target().task != Task::regression;
    std::size_t copies = 0;
    const std::vector<int> strata =
        classes ? detail::strata_of(rows.target(), rows.labels()) : std::vector<int>{};
    std::vector<detail::Unit> units = detail::make_units(every, strata, rows.groups(), copies);
    if (units.size() < folds) {
        throw DataError(ErrorCode::too_few_rows,
                        {.expected = "at least " + std::to_string(folds) + " rows, or groups of rows",
                         .found = std::to_string(units.size()),
                         .where = "TargetEncoder",
                         .advice = "give more rows, or ask for fewer .folds"});
    }
    const std::vector<int> fold_of =
        detail::deal(std::move(units), std::vector<double>(folds, 1.0 / static_cast<double>(folds)), n, seed);
    const auto fold = [&](std::size_t r) { return static_cast<std::size_t>(fold_of[r]); };

    // of the rows outside each fold: merged from those of the other folds
    const auto outside = [&](const auto& parts, auto whole, std::size_t f) {
        for (std::size_t g = 0; g < folds; ++g) {
            if (g != f) whole.merge(parts[g]);
        }
        return whole;
    };
    std::vector<detail::Moments> all(folds);
    for (std::size_t r = 0; r < n; ++r) all[fold(r)].add(rows.labels()[r], detail::weight_of(rows, r));

    std::vector<std::vector<double>> computed(fitted.learned().size(), std::vector<double>(n));
    parallel_for(computed.size(), [&](std::size_t k) {
        const std::size_t at = rows.layout().index_of(fitted.learned()[k].feature, "TargetEncoder");
        const std::span<const double> codes = rows.features()[at];
        const detail::TargetByLabel none(rows.layout()[at].labels->size());
        std::vector<detail::TargetByLabel> parts(folds, none);
        for (std::size_t r = 0; r < n; ++r) {
            parts[fold(r)].add(codes[r], rows.labels()[r], detail::weight_of(rows, r));
        }
        std::vector<detail::CodeValues> values;
        for (std::size_t f = 0; f < folds; ++f) {
            values.push_back(outside(parts, none, f).encode(outside(all, detail::Moments{}, f), smooth));
        }
        for (std::size_t r = 0; r < n; ++r) values[fold(r)].apply(&codes[r], 1, &computed[k][r]);
    });
    Features features = detail::assemble(fitted.outputs(), rows.features(),
                                         [&](std::size_t k) { return std::move(computed[k]); });
    return {std::move(fitted), std::move(features)};
}

}  // namespace gasket
