#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/model/require.hpp"
#include "gasket/model/scratch.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// What a Dummy answers to every row.
enum class Guess {
    prior,          ///< the share of the positive class; the mean, for regression
    most_frequent,  ///< 1 or 0 by the larger class (0 when equal); the least of the most frequent numbers
    mean,           ///< the mean of the target
};

[[nodiscard]] constexpr std::string_view name_of(Guess guess) noexcept {
    return guess == Guess::prior ? "prior" : guess == Guess::most_frequent ? "most_frequent" : "mean";
}

/// Gives the same answer to every row: the least that a model has to beat. Reads no feature. Row weights
/// count.
///
/// fit     O(rows)   throws DataError (no rows, multiclass target)
/// predict O(rows), no allocation; thread-safe
struct Dummy {
    static constexpr std::string_view name = "dummy";

    Guess strategy = Guess::prior;

    [[nodiscard]] Fitted<Dummy> fit(const TrainingRows& rows) const;
};

/// The answer of a Dummy.
template <>
class Fitted<Dummy> {
  public:
    Fitted(double answer, Guess strategy) : answer_(answer), strategy_(strategy) {}

    [[nodiscard]] double answer() const noexcept { return answer_; }

    void predict(const Block& in, double* out, Scratch&) const noexcept {
        std::fill_n(out, in.rows(), answer_);
    }

    [[nodiscard]] Json to_json() const {
        return json_object({{"strategy", name_of(strategy_)}, {"answer", answer_}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout&) {
        const std::string strategy = fields.string("strategy");
        for (const Guess guess : {Guess::prior, Guess::most_frequent, Guess::mean}) {
            if (name_of(guess) == strategy) return {fields.number("answer"), guess};
        }
        detail::throw_content(fields.path() + ".strategy", "prior, most_frequent or mean",
                              text::quoted(strategy));
    }

  private:
    double answer_;
    Guess strategy_;
};

inline Fitted<Dummy> Dummy::fit(const TrainingRows& rows) const {
    detail::require_rows(rows, "Dummy");
    detail::refuse_multiclass(rows, "Dummy");
    const auto labels = rows.labels();
    const auto weights = rows.weights();
    if (strategy == Guess::most_frequent) {
        std::map<double, double> weight_of;
        for (std::size_t r = 0; r < labels.size(); ++r)
            weight_of[labels[r]] += weights.empty() ? 1.0 : weights[r];
        const auto best = std::max_element(weight_of.begin(), weight_of.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        return {best->first, strategy};
    }
    Sum sum, total;
    for (std::size_t r = 0; r < labels.size(); ++r) {
        const double w = weights.empty() ? 1.0 : weights[r];
        sum.add(w * labels[r]);
        total.add(w);
    }
    return {sum.value() / total.value(), strategy};
}

}  // namespace gasket
