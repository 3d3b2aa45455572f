#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/model/scratch.hpp"
#include "gasket/model/tree.hpp"
#include "gasket/prepare/same_features.hpp"

namespace gasket::detail {

/// What all tree models are after fitting: trees whose leaves are added up. Immutable; thread-safe.
struct TreeEnsemble {
    Trees trees = {};
    /// the answer before any tree
    double base = 0;
    /// what the sum of the leaves is multiplied by: 1 for boosting, 1 / trees for a mean
    double factor = 1;
    /// whether base + sum is a log-odds
    bool logistic = false;
    /// by input feature: how much its splits lowered the loss, summing to 1 (or all 0)
    std::vector<double> importances = {};
    std::vector<std::string> features = {};

    /// One answer per row; a row's answer does not depend on the rows beside it. No allocation.
    void predict(const Block& in, double* out) const noexcept {
        for (std::size_t r = 0; r < in.rows(); ++r) out[r] = 0;
        trees.add_to(in, out);
        for (std::size_t r = 0; r < in.rows(); ++r) {
            const double sum = base + factor * out[r];
            out[r] = logistic ? sigmoid(sum) : sum;
        }
    }

    [[nodiscard]] Json to_json() const {
        return {{"features", features},       {"base", base},
                {"factor", factor},           {"logistic", logistic},
                {"importances", importances}, {"trees", trees.to_json()}};
    }

    /// throws ArtifactError
    [[nodiscard]] static TreeEnsemble from_json(const Fields& fields, const Layout& in) {
        TreeEnsemble out;
        out.features = fields.strings("features");
        require_features(out.features, in, fields.path() + ".features");
        out.base = fields.number("base");
        out.factor = fields.number("factor");
        out.logistic = fields.boolean("logistic");
        out.importances = fields.numbers("importances");
        if (out.importances.size() != in.size()) {
            throw_content(fields.path() + ".importances", "one for each feature",
                          std::to_string(out.importances.size()));
        }
        out.trees = Trees::from_json(fields.object("trees"), in);
        return out;
    }

    /// Gains by feature as shares of their sum.
    void set_importances(std::vector<double> gain) {
        Sum total;
        for (const double g : gain) total.add(g);
        if (total.value() > 0) {
            for (double& g : gain) g /= total.value();
        }
        importances = std::move(gain);
    }
};

}  // namespace gasket::detail
