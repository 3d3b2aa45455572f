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
    prior,          ///< the share of the positive class, or of each of many; the mean, for regression
    most_frequent,  ///< 1 for the largest class, 0 for others (the first where equal); for regression the
                    ///< least of the most frequent numbers
    mean,           ///< as prior
};

[[nodiscard]] constexpr std::string_view name_of(Guess guess) noexcept {
    return guess == Guess::prior ? "prior" : guess == Guess::most_frequent ? "most_frequent" : "mean";
}

/// Gives the same answer to every row: the least that a model has to beat. Reads no feature. Row weights
/// count.
///
/// fit     O(rows)   throws DataError (no rows)
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
    Fitted(std::vector<double> answer, Guess strategy) : answer_(std::move(answer)), strategy_(strategy) {}

    /// One number, or one for each of many classes.
    [[nodiscard]] const std::vector<double>& answer() const noexcept { return answer_; }
    [[nodiscard]] std::size_t outputs() const noexcept { return answer_.size(); }

    void predict(const Block& in, double* out, Scratch&) const noexcept {
        for (std::size_t r = 0; r < in.rows(); ++r) out = std::copy(answer_.begin(), answer_.end(), out);
    }

    [[nodiscard]] Json to_json() const {
        return json_object({{"strategy", name_of(strategy_)}, {"answer", answer_}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout&) {
        const std::string strategy = fields.string("strategy");
        for (const Guess guess : {Guess::prior, Guess::most_frequent, Guess::mean}) {
            if (name_of(guess) == strategy) return {fields.numbers("answer"), guess};
        }
        detail::throw_content(fields.path() + ".strategy", "prior, most_frequent or mean",
                              text::quoted(strategy));
    }

  private:
    std::vector<double> answer_;
    Guess strategy_;
};

inline Fitted<Dummy> Dummy::fit(const TrainingRows& rows) const {
    detail::require_rows(rows, "Dummy");
    const Task task = rows.target().task;
    std::map<double, Sum> weight_of;  // by class, or by number
    Sum sum, total;
    for (std::size_t r = 0; r < rows.rows(); ++r) {
        const double w = rows.weights().empty() ? 1.0 : rows.weights()[r];
        weight_of[rows.labels()[r]].add(w);
        sum.add(w * rows.labels()[r]);
        total.add(w);
    }
    const double mode =
        std::max_element(weight_of.begin(), weight_of.end(), [](const auto& a, const auto& b) {
            return a.second.value() < b.second.value();
        })->first;
    const bool most = strategy == Guess::most_frequent;
    if (task != Task::multiclass) return {{most ? mode : sum.value() / total.value()}, strategy};
    std::vector<double> answer;
    for (std::size_t k = 0; k < rows.target().classes.size(); ++k) {
        const auto own = static_cast<double>(k);
        answer.push_back(most ? (own == mode ? 1 : 0) : weight_of[own].value() / total.value());
    }
    return {std::move(answer), strategy};
}

}  // namespace gasket
