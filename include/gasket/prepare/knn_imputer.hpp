#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/random.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/column_by_column.hpp"
#include "gasket/prepare/imputer.hpp"
#include "gasket/prepare/nearest.hpp"

namespace gasket {

/// How much each neighbour counts.
enum class NeighbourWeights {
    uniform,   ///< all alike
    distance,  ///< by 1 / distance; those at distance 0 alone where there are any
};

/// Replaces missing values by those of the training rows that are nearest: the mean of the neighbours'
/// numbers, or their most frequent label.
///
/// Distances are Euclidean over the numeric columns, over those that both rows have, scaled up for those that
/// one lacks: put a StandardScaler before it, or the column of the largest unit decides alone. Only rows that
/// have the value that is sought are neighbours. Of rows at equal distance the first counts, of labels
/// equally frequent the first of the alphabet. A row that shares no value with any neighbour takes the
/// column's mean, or most frequent label. Labels unseen in training stay.
///
/// The training rows are the model: each scored gap costs one look at `max_donors` rows, and the artifact
/// holds them. Both are bounded by that option.
///
/// fit       O(rows x columns)
///           throws OptionError, SchemaError (columns), DataError (no rows, no numeric column, a column
///           without a value, infinite values)
/// transform O(gaps x donors x columns): linear in rows for a given max_donors, no allocation; thread-safe
/// reference: Troyanskaya et al., Missing value estimation methods for DNA microarrays, 2001; numbers are
/// those of scikit-learn's KNNImputer
struct KnnImputer {
    static constexpr std::string_view name = "knn_imputer";

    /// the columns that are measured and filled; empty: all
    std::vector<std::string> columns = {};
    /// from 1 to 64; fewer where fewer rows have the value
    std::size_t neighbours = 5;
    NeighbourWeights weights = NeighbourWeights::uniform;
    /// adds a feature "<name>_missing", 1 or 0, for each column that had gaps in training
    bool indicators = false;
    /// at most so many training rows are kept as neighbours, drawn at random; 0: all
    std::size_t max_donors = 10000;
    /// of the draw
    std::uint64_t seed = 42;

    [[nodiscard]] Fitted<KnnImputer> fit(const TrainingRows& rows) const;
};

/// What a KnnImputer keeps: training rows, and what a column takes where no neighbour is found.
template <>
class Fitted<KnnImputer> {
  public:
    /// Of one feature.
    struct Column {
        static constexpr detail::Takes kind = detail::Takes::both;

        std::string feature = {};
        /// the mean, or the code of the most frequent label
        double fallback = 0;
        /// whether a feature says where it was missing
        bool indicator = false;
        /// numbers or codes of the training rows that are kept, missing where they are
        std::vector<double> donors = {};
    };

    Fitted(std::vector<Column> learned, const Layout& in, std::size_t neighbours, NeighbourWeights weights)
        : learned_(std::move(learned)), neighbours_(neighbours), weights_(weights) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            const std::size_t k = inputs_.size();
            if (k == learned_.size() || learned_[k].feature != in[i].name) {
                outputs_.pass(in, i);
                continue;
            }
            if (!in[i].is_category()) numbers_.push_back(k);
            outputs_.compute(in[i]);
            inputs_.push_back(i);
        }
        for (std::size_t k = 0; k < learned_.size(); ++k) {
            if (!learned_[k].indicator) continue;
            const Feature& feature = in[inputs_[k]];
            outputs_.compute(
                {.name = feature.name + "_missing", .labels = nullptr, .sources = feature.sources});
        }
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
    /// One for each feature that is filled, in their order.
    [[nodiscard]] const std::vector<Column>& learned() const noexcept { return learned_; }

    void compute(const Block& in, std::span<double* const> out) const {
        std::size_t indicator = learned_.size();
        for (std::size_t k = 0; k < learned_.size(); ++k) {
            const double* from = in[inputs_[k]];
            for (std::size_t r = 0; r < in.rows(); ++r)
                out[k][r] = std::isnan(from[r]) ? fill(in, r, k) : from[r];
            if (!learned_[k].indicator) continue;
            for (std::size_t r = 0; r < in.rows(); ++r) out[indicator][r] = std::isnan(from[r]) ? 1.0 : 0.0;
            ++indicator;
        }
    }

    [[nodiscard]] Json to_json() const {
        Json features = Json::array();
        for (const Column& column : learned_) {
            Json donors = Json::array();
            for (const double x : column.donors) donors.push_back(detail::json_number(x));
            features.push_back(json_object({{"name", column.feature},
                                            {"fallback", column.fallback},
                                            {"indicator", column.indicator},
                                            {"donors", std::move(donors)}}));
        }
        return json_object({{"features", std::move(features)},
                            {"neighbours", neighbours_},
                            {"weights", weights_ == NeighbourWeights::distance ? "distance" : "uniform"}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        std::vector<Column> learned;
        bool numbers = false;
        detail::read_columns(fields, in, Column::kind, [&](const detail::Fields& at, std::size_t i) {
            Column column{in[i].name, at.number("fallback"), at.boolean("indicator"),
                          at.numbers("donors", true)};
            numbers = numbers || !in[i].is_category();
            if (column.donors.size() != (learned.empty() ? column.donors.size() : learned[0].donors.size())) {
                detail::throw_content(at.path() + ".donors", "as many as of the features before", "others");
            }
            if (in[i].is_category()) {
                const auto labels = static_cast<double>(in[i].labels->size());
                const auto known = [&](double code) {
                    return code >= 0 && code < labels && code == std::floor(code);
                };
                for (const double code : column.donors) {
                    if (std::isnan(code) || known(code)) continue;
                    detail::throw_content(at.path() + ".donors", "codes of labels", text::shortest(code));
                }
                if (!known(column.fallback)) {
                    detail::throw_content(at.path() + ".fallback", "the code of a label",
                                          text::shortest(column.fallback));
                }
            }
            learned.push_back(std::move(column));
        });
        if (!numbers) detail::throw_content(fields.path() + ".features", "a numeric feature", "none");
        const std::size_t neighbours = fields.count("neighbours", detail::Nearest::most);
        const std::string weights = fields.string("weights");
        if (neighbours == 0 || (weights != "uniform" && weights != "distance")) {
            detail::throw_content(fields.path(), "1 to 64 neighbours, weights \"uniform\" or \"distance\"",
                                  std::to_string(neighbours) + ", " + text::quoted(weights));
        }
        return {std::move(learned), in, neighbours,
                weights == "distance" ? NeighbourWeights::distance : NeighbourWeights::uniform};
    }

  private:
    /// What row `r` takes in column `k`, which it lacks.
    [[nodiscard]] double fill(const Block& in, std::size_t r, std::size_t k) const noexcept {
        constexpr std::size_t width = 256;  // so many distances at a time
        const Column& column = learned_[k];
        detail::Nearest nearest(neighbours_);
        std::array<double, width> sum{};
        std::array<double, width> shared{};
        for (std::size_t begin = 0; begin < column.donors.size(); begin += width) {
            const std::size_t count = std::min(width, column.donors.size() - begin);
            sum.fill(0);
            shared.fill(0);
            for (const std::size_t j : numbers_) {
                const double x = in[inputs_[j]][r];
                if (std::isnan(x)) continue;
                const double* donors = learned_[j].donors.data() + begin;
                for (std::size_t d = 0; d < count; ++d) {
                    const double difference = x - donors[d];
                    const bool both = !std::isnan(difference);
                    sum[d] += both ? difference * difference : 0;
                    shared[d] += both ? 1 : 0;
                }
            }
            const auto all = static_cast<double>(numbers_.size());
            for (std::size_t d = 0; d < count; ++d) {
                if (shared[d] > 0 && !std::isnan(column.donors[begin + d])) {
                    nearest.offer(sum[d] * (all / shared[d]), begin + d);
                }
            }
        }
        if (nearest.found().empty()) return column.fallback;
        // each feature becomes one, in its place
        const bool labels = outputs_.layout()[inputs_[k]].is_category();
        return labels ? most_frequent(column, nearest) : mean(column, nearest);
    }

    [[nodiscard]] double weight(const detail::Nearest& nearest, std::size_t i) const noexcept {
        const auto found = nearest.found();
        if (weights_ == NeighbourWeights::uniform) return 1;
        if (found[0].distance == 0) return found[i].distance == 0 ? 1 : 0;
        return 1 / std::sqrt(found[i].distance);
    }

    [[nodiscard]] double mean(const Column& column, const detail::Nearest& nearest) const noexcept {
        double sum = 0;
        double total = 0;
        for (std::size_t i = 0; i < nearest.found().size(); ++i) {
            const double w = weight(nearest, i);
            sum += w * column.donors[nearest.found()[i].row];
            total += w;
        }
        return sum / total;
    }

    [[nodiscard]] double most_frequent(const Column& column, const detail::Nearest& nearest) const noexcept {
        double best = column.fallback;
        double most = 0;
        for (const auto& one : nearest.found()) {
            const double code = column.donors[one.row];
            double votes = 0;
            for (std::size_t i = 0; i < nearest.found().size(); ++i) {
                if (column.donors[nearest.found()[i].row] == code) votes += weight(nearest, i);
            }
            if (votes > most || (votes == most && code < best)) {
                most = votes;
                best = code;
            }
        }
        return best;
    }

    std::vector<Column> learned_;
    std::size_t neighbours_;
    NeighbourWeights weights_;
    std::vector<std::size_t> inputs_;
    /// which of the columns are numbers, and so measured
    std::vector<std::size_t> numbers_;
    Outputs outputs_;
};

inline Fitted<KnnImputer> KnnImputer::fit(const TrainingRows& rows) const {
    detail::require_option(neighbours >= 1 && neighbours <= detail::Nearest::most, "KnnImputer.neighbours",
                           std::to_string(neighbours), "1 to 64");
    const Layout& in = rows.layout();
    const std::vector<std::size_t> inputs =
        detail::chosen_columns(columns, in, detail::Takes::both, "KnnImputer");
    detail::require_rows(rows, "KnnImputer");
    if (std::all_of(inputs.begin(), inputs.end(), [&](std::size_t i) { return in[i].is_category(); })) {
        throw DataError(ErrorCode::no_features, {.expected = "a numeric column to measure distances by",
                                                 .found = "none",
                                                 .where = "KnnImputer",
                                                 .advice = "name one in .columns, or use Imputer"});
    }
    Random random(seed);
    const std::vector<std::size_t> kept =
        sample_of(rows.rows(), max_donors == 0 ? rows.rows() : max_donors, random);
    std::vector<Fitted<KnnImputer>::Column> learned;
    for (const std::size_t i : inputs) {
        const std::span<const double> values = rows.features()[i];
        const auto missing_count =
            std::count_if(values.begin(), values.end(), [](double x) { return std::isnan(x); });
        if (static_cast<std::size_t>(missing_count) == values.size()) {
            detail::throw_all_missing(rows, "KnnImputer", in[i].name, "its value", "drop the column");
        }
        Fitted<KnnImputer>::Column column{.feature = in[i].name,
                                          .indicator = indicators && missing_count > 0};
        if (in[i].is_category()) {
            column.fallback =
                static_cast<double>(detail::most_frequent_code(values, in[i].labels->size()).value_or(0));
        } else {
            detail::refuse_infinite(values, in[i].name, "KnnImputer");
            column.fallback = detail::moments_of(values).mean();
        }
        for (const std::size_t r : kept) column.donors.push_back(values[r]);
        learned.push_back(std::move(column));
    }
    return {std::move(learned), in, neighbours, weights};
}

}  // namespace gasket
