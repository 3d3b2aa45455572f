#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/prepare/moments.hpp"
#include "gasket/prepare/same_features.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// Brings every number to mean 0 and standard deviation 1 over the training rows: (x - mean) / deviation.
///
/// The deviation is the population's (divided by n), as in scikit-learn. Missing values are left out of both
/// and stay missing. A constant column is centred and not scaled, and named by `notes()`. Category columns
/// pass untouched. Rows count alike whatever their weights: a scale is a matter of units, not of importance.
///
/// fit       O(rows x columns); needs at least one row   throws DataError (no rows, infinite values)
/// transform O(rows x columns), no allocation; thread-safe
/// reference: Chan, Golub & LeVeque, Updating Formulae for Computing Sample Variances, 1979
struct StandardScaler {
    static constexpr std::string_view name = "standard_scaler";

    [[nodiscard]] Fitted<StandardScaler> fit(const TrainingRows& rows) const;
};

/// What a StandardScaler learned: mean and scale of every number.
template <>
class Fitted<StandardScaler> {
  public:
    /// Of one numeric feature.
    struct Scale {
        std::string feature = {};
        double mean = 0;
        /// standard deviation; 1 for a constant column
        double scale = 1;
    };

    /// `scales` has one entry for each numeric feature of `in`, in their order.
    Fitted(std::vector<Scale> scales, const Layout& in, std::vector<std::string> notes)
        : scales_(std::move(scales)), notes_(std::move(notes)) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (in[i].is_category()) {
                outputs_.pass(in, i);
            } else {
                outputs_.compute(in[i]);
                inputs_.push_back(i);
            }
        }
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
    /// One for each numeric feature, in their order.
    [[nodiscard]] const std::vector<Scale>& scales() const noexcept { return scales_; }
    /// What was out of the ordinary at fit, one sentence each.
    [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

    void compute(const Block& in, std::span<double* const> out) const {
        for (std::size_t k = 0; k < inputs_.size(); ++k) {
            const double* from = in[inputs_[k]];
            double* to = out[k];
            const double mean = scales_[k].mean;
            const double scale = scales_[k].scale;
            for (std::size_t r = 0; r < in.rows(); ++r) to[r] = (from[r] - mean) / scale;
        }
    }

    [[nodiscard]] Json to_json() const {
        Json features = Json::array();
        for (const Scale& s : scales_) {
            features.push_back({{"name", s.feature}, {"mean", s.mean}, {"scale", s.scale}});
        }
        return {{"features", std::move(features)}, {"notes", notes_}};
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        Layout numbers;
        for (const Feature& feature : in) {
            if (!feature.is_category()) numbers.add(feature);
        }
        std::vector<Scale> scales;
        std::vector<std::string> names;
        for (const Json& feature : fields.array("features")) {
            const detail::Fields at(feature,
                                    fields.path() + ".features[" + std::to_string(scales.size()) + "]");
            scales.push_back({at.string("name"), at.number("mean"), at.number("scale")});
            if (!(scales.back().scale > 0)) {
                detail::throw_content(at.path() + ".scale", "a number above 0",
                                      text::shortest(scales.back().scale));
            }
            names.push_back(scales.back().feature);
        }
        detail::require_features(names, numbers, fields.path() + ".features");
        return {std::move(scales), in, fields.strings("notes")};
    }

  private:
    std::vector<Scale> scales_;
    std::vector<std::string> notes_;
    std::vector<std::size_t> inputs_;
    Outputs outputs_;
};

inline Fitted<StandardScaler> StandardScaler::fit(const TrainingRows& rows) const {
    detail::require_rows(rows, "StandardScaler");
    const Layout& in = rows.layout();
    std::vector<std::size_t> inputs;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (!in[i].is_category()) inputs.push_back(i);
    }
    std::vector<Fitted<StandardScaler>::Scale> scales(inputs.size());
    std::vector<std::string> notes(inputs.size());
    parallel_for(inputs.size(), [&](std::size_t k) {
        const std::string& feature = in[inputs[k]].name;
        const detail::Moments moments = detail::moments_of(rows.features()[inputs[k]]);
        scales[k].feature = feature;
        if (moments.count() == 0) {
            notes[k] =
                "column " + text::quoted(feature) + " is missing in every training row: it is not scaled";
            return;
        }
        if (!std::isfinite(moments.mean()) || !std::isfinite(moments.variance())) {
            throw DataError(
                ErrorCode::not_finite,
                {.expected = "finite numbers",
                 .found = "a mean or deviation that is not",
                 .where = "StandardScaler, column " + text::quoted(feature),
                 .advice = "remove the infinite values, or turn them into missing ones by Derive"});
        }
        scales[k].mean = moments.mean();
        if (moments.constant()) {
            notes[k] = "column " + text::quoted(feature) + " is constant: it becomes 0";
        } else {
            scales[k].scale = std::sqrt(moments.variance());
        }
    });
    std::erase(notes, "");
    return {std::move(scales), in, std::move(notes)};
}

}  // namespace gasket
