#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/fitted.hpp"

namespace gasket {

/// Leaves columns out: `Drop{{"customer_id", "surname"}}`. A live table need not have them. Learns nothing,
/// so it may stand before the splitter.
///
/// bind O(columns)   throws SchemaError for a name that is not there, naming the nearest one
struct Drop {
    static constexpr std::string_view name = "drop";

    /// names of the columns to leave out
    std::vector<std::string> columns = {};

    [[nodiscard]] Fitted<Drop> bind(const Layout& in) const;
};

/// A Drop bound to the features before it. It computes nothing. thread-safe.
template <>
class Fitted<Drop> {
  public:
    Fitted(const Drop& stage, const Layout& in) : columns_(stage.columns) {
        for (const std::string& column : columns_) (void)in.index_of(column, "Drop");
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (std::find(columns_.begin(), columns_.end(), in[i].name) == columns_.end())
                outputs_.pass(in, i);
        }
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
    [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return columns_; }

    void compute(const Block&, std::span<double* const>) const noexcept {}

    [[nodiscard]] Json to_json() const { return json_object({{"columns", columns_}}); }

    /// throws ArtifactError for a damaged document, SchemaError where it does not fit the features
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        Drop stage;
        stage.columns = fields.strings("columns");
        return {stage, in};
    }

  private:
    std::vector<std::string> columns_;
    Outputs outputs_;
};

inline Fitted<Drop> Drop::bind(const Layout& in) const {
    return {*this, in};
}

}  // namespace gasket
