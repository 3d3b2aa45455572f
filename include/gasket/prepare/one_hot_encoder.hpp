#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/prepare/same_features.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// What a label that training did not have becomes.
enum class Unknown {
    zeros,  ///< 0 in every feature of its column
    error,  ///< a DataError
};

/// Turns each category column into one 0/1 feature per label: "country" becomes "country=France",
/// "country=Spain". Numbers pass untouched. The labels are those of the training rows, in their order (the
/// alphabet).
///
/// A missing value is 0 in all features of its column; put an Imputer before, with Impute::constant, to give
/// it one of its own. With `drop_first` a missing or unknown label looks like the first one: that is the
/// price of leaving it out.
///
/// fit       O(columns + labels)       throws OptionError, DataError (no rows, too many labels)
/// transform O(rows x features made), no allocation; thread-safe; throws DataError only for Unknown::error
/// reference: Suits, Use of Dummy Variables in Regression Equations, 1957
struct OneHotEncoder {
    static constexpr std::string_view name = "one_hot_encoder";

    /// leaves out the first label of each column, so that the features of a column are not collinear
    bool drop_first = false;
    Unknown unknown = Unknown::zeros;
    /// a column with more labels than this is refused, at least 1: it is an identifier or free text more
    /// often than not, and each label costs 8 bytes a row
    std::size_t label_limit = 1000;

    [[nodiscard]] Fitted<OneHotEncoder> fit(const TrainingRows& rows) const;
};

/// A OneHotEncoder that knows the labels.
template <>
class Fitted<OneHotEncoder> {
  public:
    Fitted(bool drop_first, Unknown unknown, const Layout& in)
        : input_(in.names()), drop_first_(drop_first), unknown_(unknown) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!in[i].is_category()) {
                outputs_.pass(in, i);
                continue;
            }
            Encoded encoded{.input = i,
                            .first_output = outputs_.computed_count(),
                            .first_code = drop_first ? 1u : 0u,
                            .labels = in[i].labels->size()};
            for (std::size_t code = encoded.first_code; code < encoded.labels; ++code) {
                outputs_.compute({.name = in[i].name + "=" + (*in[i].labels)[code],
                                  .labels = nullptr,
                                  .sources = in[i].sources});
            }
            encoded_.push_back(encoded);
        }
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }

    void compute(const Block& in, std::span<double* const> out) const {
        for (const Encoded& encoded : encoded_) {
            const double* codes = in[encoded.input];
            if (unknown_ == Unknown::error) refuse_unknown(encoded, codes, in.rows());
            for (std::size_t code = encoded.first_code; code < encoded.labels; ++code) {
                const auto wanted = static_cast<double>(code);
                double* to = out[encoded.first_output + code - encoded.first_code];
                for (std::size_t r = 0; r < in.rows(); ++r) to[r] = codes[r] == wanted ? 1.0 : 0.0;
            }
        }
    }

    [[nodiscard]] Json to_json() const {
        return {{"features", input_},
                {"drop_first", drop_first_},
                {"unknown", unknown_ == Unknown::zeros ? "zeros" : "error"}};
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        detail::require_features(fields.strings("features"), in, fields.path() + ".features");
        const std::string unknown = fields.string("unknown");
        if (unknown != "zeros" && unknown != "error") {
            detail::throw_content(fields.path() + ".unknown", "\"zeros\" or \"error\"",
                                  text::quoted(unknown));
        }
        return {fields.boolean("drop_first"), unknown == "zeros" ? Unknown::zeros : Unknown::error, in};
    }

  private:
    struct Encoded {
        std::size_t input;
        std::size_t first_output;
        std::size_t first_code;
        std::size_t labels;
    };

    void refuse_unknown(const Encoded& encoded, const double* codes, std::size_t rows) const {
        for (std::size_t r = 0; r < rows; ++r) {
            if (codes[r] != unseen_code) continue;
            throw DataError(ErrorCode::unknown_label,
                            {.expected = "a label of the training rows",
                             .found = "another one",
                             .where = "OneHotEncoder, column " + text::quoted(input_[encoded.input]),
                             .advice = "correct the value, or set .unknown = Unknown::zeros"});
        }
    }

    std::vector<std::string> input_;
    bool drop_first_;
    Unknown unknown_;
    std::vector<Encoded> encoded_;
    Outputs outputs_;
};

inline Fitted<OneHotEncoder> OneHotEncoder::fit(const TrainingRows& rows) const {
    detail::require_option(label_limit >= 1, "OneHotEncoder.label_limit", std::to_string(label_limit),
                           "at least 1");
    detail::require_rows(rows, "OneHotEncoder");
    for (const Feature& feature : rows.layout()) {
        if (!feature.is_category() || feature.labels->size() <= label_limit) continue;
        throw DataError(
            ErrorCode::bad_value,
            {.expected = "at most " + text::grouped(label_limit) + " labels in a column",
             .found = text::grouped(feature.labels->size()),
             .where = "OneHotEncoder, column " + text::quoted(feature.name),
             .advice = "drop it if it is an identifier, group its labels, or raise .label_limit"});
    }
    return {drop_first, unknown, rows.layout()};
}

}  // namespace gasket
