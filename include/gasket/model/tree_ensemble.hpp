#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/model/tree_scorer.hpp"
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

    /// made of the trees when they are complete
    TreeScorer scorer = {};

    /// One answer per row; a row's answer does not depend on the rows beside it. No allocation once `scratch`
    /// has grown.
    void predict(const Block& in, double* out, Scratch& scratch) const noexcept {
        for (std::size_t r = 0; r < in.rows(); ++r) out[r] = 0;
        scorer.add_to(trees, in, out, scratch);
        for (std::size_t r = 0; r < in.rows(); ++r) {
            const double sum = base + factor * out[r];
            out[r] = logistic ? sigmoid(sum) : sum;
        }
    }

    [[nodiscard]] Json to_json() const {
        return json_object({{"features", features},
                            {"base", base},
                            {"factor", factor},
                            {"logistic", logistic},
                            {"importances", importances},
                            {"trees", trees.to_json()}});
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
        out.scorer = TreeScorer(out.trees, in);
        return out;
    }

    /// To be called once the last tree has grown: gains by feature become shares of their sum, and the trees
    /// are made ready for scoring.
    void finish(std::vector<double> gain, const Layout& in) {
        Sum total;
        for (const double g : gain) total.add(g);
        if (total.value() > 0) {
            for (double& g : gain) g /= total.value();
        }
        importances = std::move(gain);
        scorer = TreeScorer(trees, in);
    }
};

}  // namespace gasket::detail
