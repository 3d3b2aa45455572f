#include "gasket/evaluate/tree_contributions.hpp"

#include <bit>

#include "gasket/model/decision_tree.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

namespace {

/// The answer of a tree when only the features of `known` (bits) are known: by counting background rows.
double answer(const detail::Trees& trees, std::size_t at, const Block& in, std::size_t row, unsigned known,
              const Block& background, const std::vector<std::size_t>& here) {
    const detail::TreeNode& node = trees.nodes()[at];
    if (node.child == 0) return node.value;
    std::vector<std::size_t> left, right;
    for (const std::size_t b : here)
        (trees.goes_left(node, background[node.feature][b]) ? left : right).push_back(b);
    const auto below = [&](bool go_left) {
        return answer(trees, node.child + (go_left ? 0U : 1U), in, row, known, background,
                      go_left ? left : right);
    };
    if ((known >> node.feature & 1U) != 0) return below(trees.goes_left(node, in[node.feature][row]));
    const double share =
        here.empty() ? 0.5 : static_cast<double>(left.size()) / static_cast<double>(here.size());
    return share * below(true) + (1 - share) * below(false);
}

/// Shapley's formula over all sets of features.
Numbers shapley(const detail::Trees& trees, std::size_t tree, const Block& in, std::size_t row,
                const Block& background, std::size_t features) {
    std::vector<std::size_t> all(background.rows());
    for (std::size_t b = 0; b < all.size(); ++b) all[b] = b;
    Numbers by_set, out(features, 0.0);
    for (unsigned set = 0; set < 1U << features; ++set)
        by_set.push_back(answer(trees, trees.root_at(tree), in, row, set, background, all));
    for (std::size_t j = 0; j < features; ++j) {
        for (unsigned set = 0; set < 1U << features; ++set) {
            if ((set >> j & 1U) != 0) continue;
            const auto k = static_cast<double>(std::popcount(set)), d = static_cast<double>(features);
            const double weight = std::tgamma(k + 1) * std::tgamma(d - k) / std::tgamma(d + 1);
            out[j] += weight * (by_set[set | 1U << j] - by_set[set]);
        }
    }
    return out;
}

void agrees(const detail::Trees& trees, const Features& rows, std::size_t background_rows) {
    const Block background = rows.block(0, background_rows);
    const detail::TreeContributions shap(trees, background);
    detail::TreeContributions::Memory memory;
    for (std::size_t t = 0; t < trees.size(); t += 3) {
        for (std::size_t r = 0; r < rows.rows(); r += 37) {
            Numbers found(rows.columns(), 0.0);
            shap.add(t, rows.block(), r, found, memory);
            const Numbers exact = shapley(trees, t, rows.block(), r, background, rows.columns());
            double sum = shap.mean(t);
            for (std::size_t j = 0; j < found.size(); ++j) {
                CHECK(found[j] == Approx(exact[j]).margin(1e-12));
                sum += found[j];
            }
            CHECK(sum == Approx(trees.leaf(t, rows.block(), r)).margin(1e-12));
        }
    }
}

/// Six features: numbers, one with gaps, and categories with gaps.
Training bank() {
    const Table table = testing_support::small_bank(400);
    Random random(2);
    std::vector<std::string> labels;
    std::vector<bool> gaps;
    for (int i = 0; i < 400; ++i) {
        labels.push_back("city " + std::to_string(random.below(9)));
        gaps.push_back(random.below(6) == 0);
    }
    return testing_support::learn_y(table.without({"customer_id", "churn", "gender"})
                                        .with("city", Column::category(labels, gaps))
                                        .with("y", table["churn"]));
}

}  // namespace

TEST_CASE("contributions to trees are Shapley values, gaps and categories included") {
    const TrainingRows rows(bank());
    const auto boosting = GradientBoosting{.trees = 12, .max_leaves = 12, .min_rows_leaf = 3}.fit(rows);
    const detail::Trees& trees = boosting.ensemble().trees;
    bool categories = false;
    for (const detail::TreeNode& node : trees.nodes()) categories = categories || node.category;
    REQUIRE(categories);
    agrees(trees, rows.features(), rows.rows());
}

TEST_CASE("ways that no background row went are no harm") {
    const TrainingRows rows(bank());
    const auto boosting = GradientBoosting{.trees = 6, .max_leaves = 40, .min_rows_leaf = 1}.fit(rows);
    agrees(boosting.ensemble().trees, rows.features(), 9);
}

TEST_CASE("a feature that stands on a way again and again is one player") {
    Numbers x, y, z;
    for (int i = 0; i < 256; ++i) {
        x.push_back(i);
        z.push_back(i % 7);
        y.push_back(i / 16 % 2 == 0 ? 1 : 0);
    }
    const TrainingRows rows(testing_support::learn_y(
        Table{{"x", Column::numeric(x)}, {"z", Column::numeric(z)}, {"y", Column::numeric(y)}}));
    const auto boosting = GradientBoosting{.trees = 4, .max_leaves = 31, .min_rows_leaf = 2}.fit(rows);
    agrees(boosting.ensemble().trees, rows.features(), rows.rows());
}
