#include "gasket/model/split_price.hpp"

#include "gasket/model/gradient_boosting.hpp"
#include "support/training.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

TEST_CASE("the price falls while weak splits hold, to a fiftieth, and rises to where it began") {
    detail::SplitPrice price(4);
    price.learn(-1);
    CHECK(price.now() == 4);
    price.learn(0);
    CHECK(price.now() == 4);
    price.learn(2);
    CHECK(price.now() < 4);
    for (int i = 0; i < 100; ++i) price.learn(1);
    CHECK(price.now() == Approx(0.08));
    for (int i = 0; i < 100; ++i) price.learn(-1);
    CHECK(price.now() == 4);
}

namespace {
/// y = 1 where x0 + x1 > 1, in `noise` of the rows the other way round; and x2, which tells nothing.
Training noisy_diagonal(double noise) {
    std::vector<double> x0, x1, x2, y;
    Random random(3);
    for (int i = 0; i < 6000; ++i) {
        x0.push_back(random.uniform());
        x1.push_back(random.uniform());
        x2.push_back(random.uniform());
        y.push_back((x0.back() + x1.back() > 1) != (random.uniform() < noise) ? 1 : 0);
    }
    return learn_y(Table{{"x0", Column::numeric(x0)},
                         {"x1", Column::numeric(x1)},
                         {"x2", Column::numeric(x2)},
                         {"y", Column::numeric(y)}},
                   Task::binary);
}
}  // namespace

TEST_CASE("what weak splits save on idle rows is the sum over pairs of leaves, counted by hand") {
    const Training training = noisy_diagonal(0.1);
    const TrainingRows rows(training);
    const detail::BinnedRows data = detail::bin_rows(rows.features(), 254);
    detail::GrowthLimits limits;
    limits.max_leaves = 6;
    const std::size_t n = rows.rows();
    detail::Gradients gradients{std::vector<double>(n), std::vector<double>(n), {}};
    const auto slope = [&](std::size_t r) { return detail::NodeSums{0.5 - training.labels()[r], 0.25}; };
    for (std::size_t r = 0; r < n; ++r) {
        if (r % 5 == 0) continue;  // idle
        gradients.gradient[r] = slope(r).gradient;
        gradients.hessian[r] = slope(r).hessian;
    }
    gradients.extent = gradients.extent_of(0, n);
    detail::TreeGrower grower(data, limits);
    const std::vector<std::uint32_t> features{0, 1, 2};
    const detail::GrownTree tree = grower.grow(gradients, features, 1);
    double by_hand = 0;
    double weakest = HUGE_VAL;
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const detail::TreeNode& node = tree.nodes[i];
        if (node.child == 0 || tree.nodes[node.child].child != 0 || tree.nodes[node.child + 1].child != 0)
            continue;
        weakest = std::min(weakest, tree.gain[i]);
        std::array<double, 2> g{}, h{}, loss{};
        for (const auto& leaf : tree.leaves) {
            for (std::size_t side = 0; side < 2; ++side) {
                if (leaf.node != node.child + side) continue;
                for (const auto& e : grower.idle(leaf)) {
                    CHECK(e.row % 5 == 0);
                    g[side] += slope(e.row).gradient;
                    h[side] += slope(e.row).hessian;
                }
            }
        }
        const auto value = [&](std::size_t side) { return tree.nodes[node.child + side].value / 2; };
        const double mean = (h[0] * value(0) + h[1] * value(1)) / (h[0] + h[1]);
        for (std::size_t side = 0; side < 2; ++side) {
            const auto at = [&](double v) { return g[side] * v + h[side] * v * v / 2; };
            loss[side] = at(mean) - at(value(side));
        }
        by_hand += loss[0] + loss[1];
    }
    CHECK(detail::saved_on_idle_rows(grower, tree, HUGE_VAL, slope) == Approx(by_hand));
    CHECK(by_hand != 0);
    CHECK(detail::saved_on_idle_rows(grower, tree, weakest / 3.1, slope) == 0);
    CHECK(detail::saved_on_idle_rows(grower, tree, weakest / 2.9, slope) != 0);
}

TEST_CASE("boosting splits finely where data has little noise, and only there") {
    const auto nodes = [](double noise, double row_fraction) {
        const auto fitted = GradientBoosting{.trees = 60, .row_fraction = row_fraction}.fit(
            TrainingRows(noisy_diagonal(noise)));
        return fitted.to_json()["trees"]["value"].size();
    };
    CHECK(nodes(0, 0.8) > nodes(0.3, 0.8));
    CHECK(nodes(0, 0.8) > nodes(0, 1));  // without idle rows the price stays
}
