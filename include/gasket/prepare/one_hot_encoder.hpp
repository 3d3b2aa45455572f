#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/code_values.hpp"
#include "gasket/prepare/column_by_column.hpp"

namespace gasket {

/// What a label that training did not have becomes.
enum class Unknown {
    zeros,       ///< 0 in every feature of its column
    error,       ///< a DataError
    infrequent,  ///< as the labels that are too rare for a feature of their own; zeros where the column has
                 ///< none
};

[[nodiscard]] constexpr std::string_view name_of(Unknown unknown) noexcept {
    return unknown == Unknown::zeros ? "zeros" : unknown == Unknown::error ? "error" : "infrequent";
}

/// Turns each category column into one 0/1 feature per label: "country" becomes "country=France",
/// "country=Spain". Numbers pass untouched. The labels are those of the training rows, in their order (the
/// alphabet). Labels that are too rare, or too many, share the feature "country=infrequent", the last of its
/// column.
///
/// A missing value is 0 in all features of its column; put an Imputer before, with Impute::constant, to give
/// it one of its own. With `drop_first` a missing or unknown label looks like the first one: that is the
/// price of leaving it out.
///
/// fit       O(rows x columns + labels log labels)
///           throws OptionError, SchemaError (columns), DataError (no rows, too many features)
/// transform O(rows x features made), no allocation; thread-safe; throws DataError only for Unknown::error
/// reference: Suits, Use of Dummy Variables in Regression Equations, 1957
struct OneHotEncoder {
    static constexpr std::string_view name = "one_hot_encoder";

    /// the columns to encode; empty: all categories
    std::vector<std::string> columns = {};
    /// leaves out the first feature of each column, so that the features of a column are not collinear
    bool drop_first = false;
    Unknown unknown = Unknown::zeros;
    /// labels of fewer training rows are infrequent: from 1 on a whole number of rows, below 1 a share of
    /// them
    double min_frequency = 0;
    /// at most so many features a column, that of the infrequent labels counted, before one is dropped; the
    /// most frequent labels stay, of equals the last ones; 0: no limit
    std::size_t max_categories = 0;
    /// a column with more features than this is refused, at least 1: it is an identifier or free text more
    /// often than not, and each feature costs 8 bytes a row
    std::size_t label_limit = 1000;

    [[nodiscard]] Fitted<OneHotEncoder> fit(const TrainingRows& rows) const;
};

/// A OneHotEncoder that knows the labels.
template <>
class Fitted<OneHotEncoder> {
  public:
    /// Of one category feature.
    struct Column {
        static constexpr detail::Takes kind = detail::Takes::labels;

        std::string feature = {};
        /// codes of the labels that share one feature, ascending
        std::vector<std::size_t> infrequent = {};
    };

    Fitted(std::vector<Column> learned, const Layout& in, bool drop_first, Unknown unknown)
        : learned_(std::move(learned)), drop_first_(drop_first), unknown_(unknown) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (encoded_.size() == learned_.size() || learned_[encoded_.size()].feature != in[i].name) {
                outputs_.pass(in, i);
            } else {
                add(in[i], i, learned_[encoded_.size()].infrequent);
            }
        }
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
    /// One for each feature that is encoded, in their order.
    [[nodiscard]] const std::vector<Column>& learned() const noexcept { return learned_; }

    void compute(const Block& in, std::span<double* const> out) const {
        for (double* to : out) std::fill_n(to, in.rows(), 0.0);
        for (std::size_t k = 0; k < encoded_.size(); ++k) {
            const Encoded& encoded = encoded_[k];
            const double* codes = in[encoded.input];
            for (std::size_t r = 0; r < in.rows(); ++r) {
                if (std::isnan(codes[r])) continue;
                const bool known = codes[r] >= 0;
                if (!known && unknown_ == Unknown::error) {
                    detail::throw_unknown_label("OneHotEncoder", learned_[k].feature,
                                                "correct the value, or set .unknown = Unknown::zeros");
                }
                const std::size_t to =
                    known ? encoded.outputs[static_cast<std::size_t>(codes[r])] : encoded.unseen;
                if (to != nowhere) out[to][r] = 1;
            }
        }
    }

    [[nodiscard]] Json to_json() const {
        Json features = Json::array();
        for (const Column& column : learned_) {
            features.push_back(json_object({{"name", column.feature}, {"infrequent", column.infrequent}}));
        }
        return json_object(
            {{"features", std::move(features)}, {"drop_first", drop_first_}, {"unknown", name_of(unknown_)}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        std::vector<Column> learned;
        detail::read_columns(fields, in, Column::kind, [&](const detail::Fields& at, std::size_t i) {
            const auto labels = static_cast<long long>(in[i].labels->size());
            Column column{in[i].name, at.integers<std::size_t>("infrequent", 0, labels - 1)};
            if (std::adjacent_find(column.infrequent.begin(), column.infrequent.end(),
                                   std::greater_equal<>()) != column.infrequent.end()) {
                detail::throw_content(at.path() + ".infrequent", "codes, each above the one before",
                                      "others");
            }
            learned.push_back(std::move(column));
        });
        const std::string unknown = fields.string("unknown");
        for (const Unknown known : {Unknown::zeros, Unknown::error, Unknown::infrequent}) {
            if (name_of(known) == unknown)
                return {std::move(learned), in, fields.boolean("drop_first"), known};
        }
        detail::throw_content(fields.path() + ".unknown", "\"zeros\", \"error\" or \"infrequent\"",
                              text::quoted(unknown));
    }

  private:
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

    /// Where the labels of one feature go: computed features by code, or nowhere.
    struct Encoded {
        std::size_t input;
        std::vector<std::size_t> outputs;
        std::size_t unseen;
    };

    void add(const Feature& feature, std::size_t input, const std::vector<std::size_t>& infrequent) {
        Encoded encoded{
            .input = input, .outputs = std::vector<std::size_t>(feature.labels->size()), .unseen = nowhere};
        bool drop = drop_first_;
        const auto make = [&](const std::string& label) {
            if (std::exchange(drop, false)) return nowhere;
            return outputs_.compute(
                {.name = feature.name + "=" + label, .labels = nullptr, .sources = feature.sources});
        };
        std::size_t next = 0;  // of the infrequent codes
        for (std::size_t code = 0; code < encoded.outputs.size(); ++code) {
            if (next < infrequent.size() && infrequent[next] == code) {
                ++next;
            } else {
                encoded.outputs[code] = make((*feature.labels)[code]);
            }
        }
        if (!infrequent.empty()) {
            const std::size_t shared = make("infrequent");
            for (const std::size_t code : infrequent) encoded.outputs[code] = shared;
            if (unknown_ == Unknown::infrequent) encoded.unseen = shared;
        }
        encoded_.push_back(std::move(encoded));
    }

    std::vector<Column> learned_;
    bool drop_first_;
    Unknown unknown_;
    std::vector<Encoded> encoded_;
    Outputs outputs_;
};

namespace detail {

/// The codes, ascending, of the labels that get no feature of their own. `counts` are rows by code, of `rows`
/// in all.
[[nodiscard]] inline std::vector<std::size_t> infrequent_codes(const std::vector<std::size_t>& counts,
                                                               std::size_t rows, double min_frequency,
                                                               std::size_t max_categories) {
    const double least = min_frequency < 1 ? min_frequency * static_cast<double>(rows) : min_frequency;
    // Rarest first, equals in the order of their codes.
    std::vector<std::size_t> order =
        order_by(counts.size(), [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; });
    std::size_t rare = 0;
    while (rare < order.size() && static_cast<double>(counts[order[rare]]) < least) ++rare;
    if (max_categories > 0 && order.size() - rare + (rare > 0 ? 1 : 0) > max_categories) {
        rare = order.size() - (max_categories - 1);
    }
    order.resize(rare);
    std::sort(order.begin(), order.end());
    return order;
}

}  // namespace detail

inline Fitted<OneHotEncoder> OneHotEncoder::fit(const TrainingRows& rows) const {
    detail::require_option(label_limit >= 1, "OneHotEncoder.label_limit", std::to_string(label_limit),
                           "at least 1");
    detail::require_option(std::isfinite(min_frequency) && min_frequency >= 0 &&
                               (min_frequency < 1 || min_frequency == std::floor(min_frequency)),
                           "OneHotEncoder.min_frequency", text::shortest(min_frequency),
                           "a share below 1, or a whole number of rows");
    auto learned = detail::learn_columns<Fitted<OneHotEncoder>::Column>(
        rows, columns, "OneHotEncoder",
        [&](std::span<const double> codes, const Feature& feature, Fitted<OneHotEncoder>::Column& column,
            std::string&) {
            std::vector<std::size_t> counts(feature.labels->size(), 0);
            for (const double code : codes) {
                if (code >= 0) ++counts[static_cast<std::size_t>(code)];
            }
            column.infrequent = detail::infrequent_codes(counts, codes.size(), min_frequency, max_categories);
            const std::size_t made =
                counts.size() - column.infrequent.size() + (column.infrequent.empty() ? 0 : 1);
            if (made <= label_limit) return;
            throw DataError(
                ErrorCode::bad_value,
                {.expected = "at most " + text::grouped(label_limit) + " labels in a column",
                 .found = text::grouped(made),
                 .where = "OneHotEncoder, column " + text::quoted(feature.name),
                 .advice = "drop it if it is an identifier, group rare labels by .min_frequency or "
                           ".max_categories, take TargetEncoder or HashingEncoder, or raise .label_limit"});
        });
    return {std::move(learned.columns), rows.layout(), drop_first, unknown};
}

}  // namespace gasket
