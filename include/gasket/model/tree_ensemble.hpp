#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/model/tree_scorer.hpp"
#include "gasket/prepare/same_features.hpp"

namespace gasket {

/// How the sums of a model's trees become answers.
enum class Link {
    identity,     ///< as they are: a number, or a share
    logistic,     ///< log-odds: the probability of class 1
    exponential,  ///< a logarithm: a number above 0
    softmax,      ///< a score for each class: their probabilities
};

[[nodiscard]] constexpr std::string_view name_of(Link link) noexcept {
    constexpr std::array<std::string_view, 4> names{"identity", "logistic", "exponential", "softmax"};
    return names[static_cast<std::size_t>(link)];
}

namespace detail {

/// What all tree models are after fitting: trees whose leaves are added up. With several answers each has a
/// stretch of trees of its own, all equally long. Immutable; thread-safe.
struct TreeEnsemble {
    Trees trees = {};
    /// by answer: what it is before any tree
    std::vector<double> base = {0};
    /// what the sum of the leaves is multiplied by: 1 for boosting, 1 / trees for a mean
    double factor = 1;
    Link link = Link::identity;
    /// by input feature: how much its splits lowered the loss
    std::vector<double> gain = {};
    std::vector<std::string> features = {};

    /// made of the trees when they are complete
    TreeScorer scorer = {};

    /// Numbers that a row is answered with.
    [[nodiscard]] std::size_t outputs() const noexcept { return base.size(); }
    /// Trees of each answer.
    [[nodiscard]] std::size_t rounds() const noexcept { return trees.size() / outputs(); }

    /// The gains as shares of their sum: they sum to 1, or are all 0.
    [[nodiscard]] std::vector<double> importances() const {
        Sum total;
        for (const double g : gain) total.add(g);
        std::vector<double> out = gain;
        if (total.value() > 0) {
            for (double& g : out) g /= total.value();
        }
        return out;
    }

    /// How many splits each feature makes, as shares of all; all 0 where there is none.
    [[nodiscard]] std::vector<double> split_shares() const {
        std::vector<double> out(features.size(), 0.0);
        double total = 0;
        for (const TreeNode& node : trees.nodes()) {
            if (node.child == 0) continue;
            out[node.feature] += 1;
            total += 1;
        }
        for (double& x : out) x = total > 0 ? x / total : 0;
        return out;
    }

    /// The answers row after row; a row's do not depend on the rows beside it. No allocation once `scratch`
    /// has grown.
    void predict(const Block& in, double* out, Scratch& scratch) const noexcept {
        margins(in, out, scratch);
        const std::size_t rows = in.rows();
        if (link == Link::logistic) {
            for (std::size_t r = 0; r < rows; ++r) out[r] = sigmoid(out[r]);
        } else if (link == Link::exponential) {
            for (std::size_t r = 0; r < rows; ++r) out[r] = std::exp(out[r]);
        } else if (link == Link::softmax) {
            for (std::size_t r = 0; r < rows; ++r) softmax(out + r * outputs(), outputs());
        }
    }

    /// The same before the link.
    void margins(const Block& in, double* out, Scratch& scratch) const noexcept {
        const std::size_t rows = in.rows();
        const std::size_t count = outputs();
        double* const sums = count == 1 ? out : scratch.need_numbers(count * rows);
        for (std::size_t i = 0; i < count * rows; ++i) sums[i] = 0;
        scorer.add_to(trees, in, count, sums, scratch);
        for (std::size_t k = 0; k < count; ++k) {
            for (std::size_t r = 0; r < rows; ++r) out[r * count + k] = base[k] + factor * sums[k * rows + r];
        }
    }

    [[nodiscard]] Json to_json() const {
        return json_object({{"features", features},
                            {"base", base},
                            {"factor", factor},
                            {"link", name_of(link)},
                            {"gain", gain},
                            {"trees", trees.to_json()}});
    }

    /// throws ArtifactError
    [[nodiscard]] static TreeEnsemble from_json(const Fields& fields, const Layout& in) {
        TreeEnsemble out;
        out.features = fields.strings("features");
        require_features(out.features, in, fields.path() + ".features");
        out.base = fields.numbers("base");
        out.factor = fields.number("factor");
        out.link = link_of(fields);
        out.gain = fields.numbers("gain");
        if (out.gain.size() != in.size() ||
            std::any_of(out.gain.begin(), out.gain.end(), [](double g) { return !(g >= 0); })) {
            throw_content(fields.path() + ".gain", "a number of at least 0 for each feature",
                          std::to_string(out.gain.size()) + " numbers");
        }
        out.trees = Trees::from_json(fields.object("trees"), in);
        const bool several = out.link != Link::logistic && out.link != Link::exponential;
        if (out.base.empty() || (out.base.size() > 1 && !several) ||
            out.trees.size() % out.base.size() != 0) {
            throw_content(fields.path() + ".base", "a number for each answer of the trees",
                          std::to_string(out.base.size()));
        }
        out.scorer = TreeScorer(out.trees, in);
        return out;
    }

    /// To be called once the last tree has grown: makes the trees ready for scoring.
    void finish(const Layout& in) { scorer = TreeScorer(trees, in); }

  private:
    static Link link_of(const Fields& fields) {
        const std::string name = fields.string("link");
        for (const Link link : {Link::identity, Link::logistic, Link::exponential, Link::softmax}) {
            if (name == name_of(link)) return link;
        }
        throw_content(fields.path() + ".link", "identity, logistic, exponential or softmax", name);
    }
};

}  // namespace detail
}  // namespace gasket
