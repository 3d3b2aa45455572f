#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/murmur_hash.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/columns.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/prepare/require.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// Spreads the labels of category columns over a fixed number of features: each "column=label" adds 1 (or -1)
/// to the feature that its hash names. However many labels there are, there are `features` features; labels
/// that meet in one cannot be told apart there.
///
/// All columns share the features "hash_0", "hash_1", ... A missing value adds nothing, and neither does a
/// label that training did not have, since inside a chain its text is gone. The numbers are those of
/// scikit-learn's FeatureHasher on "column=label".
///
/// fit       O(labels)   throws SchemaError, OptionError (columns, features), DataError (no rows)
/// transform O(rows x (columns + features)), no allocation; thread-safe
/// reference: Weinberger et al., Feature Hashing for Large Scale Multitask Learning, 2009
struct HashingEncoder {
    static constexpr std::string_view name = "hashing_encoder";

    /// the columns to encode; empty: all categories
    std::vector<std::string> columns = {};
    /// from 2 to 4096
    std::size_t features = 32;
    /// half of the labels subtract, so that those that meet cancel out on average
    bool alternate_sign = true;
    /// of the features' names; set it where a chain has two such stages
    std::string prefix = "hash";

    [[nodiscard]] Fitted<HashingEncoder> fit(const TrainingRows& rows) const;
};

/// A HashingEncoder that knows the labels.
template <>
class Fitted<HashingEncoder> {
  public:
    /// `stage.columns` names all columns to encode.
    Fitted(const HashingEncoder& stage, const Layout& in) : stage_(stage) {
        std::vector<std::string> sources;
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (std::find(stage_.columns.begin(), stage_.columns.end(), in[i].name) == stage_.columns.end()) {
                outputs_.pass(in, i);
                continue;
            }
            for (const std::string& source : in[i].sources) {
                if (std::find(sources.begin(), sources.end(), source) == sources.end())
                    sources.push_back(source);
            }
            Hashed hashed{.input = i, .codes = {}};
            for (const std::string& label : *in[i].labels)
                hashed.codes.push_back(place(in[i].name + "=" + label));
            hashed_.push_back(std::move(hashed));
        }
        if (hashed_.empty()) return;
        for (std::size_t k = 0; k < stage_.features; ++k) {
            outputs_.compute(
                {.name = stage_.prefix + "_" + std::to_string(k), .labels = nullptr, .sources = sources});
        }
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }

    void compute(const Block& in, std::span<double* const> out) const {
        for (double* to : out) std::fill_n(to, in.rows(), 0.0);
        for (const Hashed& hashed : hashed_) {
            const double* codes = in[hashed.input];
            for (std::size_t r = 0; r < in.rows(); ++r) {
                if (!(codes[r] >= 0)) continue;
                const Place& place = hashed.codes[static_cast<std::size_t>(codes[r])];
                out[place.feature][r] += place.sign;
            }
        }
    }

    [[nodiscard]] Json to_json() const {
        Json features = Json::array();
        for (const std::string& column : stage_.columns) features.push_back(json_object({{"name", column}}));
        return json_object({{"features", std::move(features)},
                            {"buckets", stage_.features},
                            {"alternate_sign", stage_.alternate_sign},
                            {"prefix", stage_.prefix}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        HashingEncoder stage;
        stage.features = fields.count("buckets", 4096);
        stage.alternate_sign = fields.boolean("alternate_sign");
        stage.prefix = fields.string("prefix");
        if (stage.features < 2) detail::throw_content(fields.path() + ".buckets", "at least 2", "fewer");
        detail::read_columns(fields, in, detail::Takes::labels, [&](const detail::Fields&, std::size_t i) {
            stage.columns.push_back(in[i].name);
        });
        return {stage, in};
    }

  private:
    struct Place {
        std::uint32_t feature;
        double sign;
    };
    struct Hashed {
        std::size_t input;
        std::vector<Place> codes;
    };

    [[nodiscard]] Place place(const std::string& text) const {
        const auto hash = static_cast<std::int64_t>(static_cast<std::int32_t>(murmur_hash(text)));
        const auto size = static_cast<std::uint64_t>(hash < 0 ? -hash : hash);
        return {static_cast<std::uint32_t>(size % stage_.features),
                stage_.alternate_sign && hash < 0 ? -1.0 : 1.0};
    }

    HashingEncoder stage_;
    std::vector<Hashed> hashed_;
    Outputs outputs_;
};

inline Fitted<HashingEncoder> HashingEncoder::fit(const TrainingRows& rows) const {
    detail::require_option(features >= 2 && features <= 4096, "HashingEncoder.features",
                           std::to_string(features), "2 to 4096");
    HashingEncoder bound = *this;
    bound.columns.clear();
    for (const std::size_t i :
         detail::chosen_columns(columns, rows.layout(), detail::Takes::labels, "HashingEncoder")) {
        bound.columns.push_back(rows.layout()[i].name);
    }
    detail::require_rows(rows, "HashingEncoder");
    return {bound, rows.layout()};
}

}  // namespace gasket
