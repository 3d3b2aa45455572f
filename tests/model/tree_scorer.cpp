#include "gasket/model/tree_scorer.hpp"

#include <algorithm>
#include <cmath>

#include "gasket/model/decision_tree.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/model/random_forest.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

namespace {

/// Numbers with every awkward value, and labels that training had not.
struct Rows {
    std::vector<std::vector<double>> values;
    std::vector<const double*> pointers;
    std::size_t rows;

    [[nodiscard]] Block block(std::size_t begin, std::size_t end) const {
        return {pointers, end - begin, begin};
    }
};
Rows awkward_rows(const Layout& layout, std::size_t rows) {
    Random random(5);
    Rows out{.values = {}, .pointers = {}, .rows = rows};
    for (const Feature& feature : layout) {
        std::vector<double> values(rows);
        for (double& x : values) {
            const std::uint64_t kind = random.below(12);
            if (kind == 0) {
                x = missing;
            } else if (feature.is_category()) {
                x = kind == 1 ? unseen_code : static_cast<double>(random.below(feature.labels->size()));
            } else {
                x = kind == 1   ? HUGE_VAL
                    : kind == 2 ? -HUGE_VAL
                    : kind == 3 ? 0.0
                                : static_cast<double>(random.below(4000)) / 16 - 60;
            }
        }
        out.values.push_back(std::move(values));
    }
    for (const auto& values : out.values) out.pointers.push_back(values.data());
    return out;
}

/// Every block size that takes another path gives the bits of the plain walk.
void check_scorer(const Json& model, const Layout& layout) {
    const detail::Trees trees =
        detail::Trees::from_json(detail::Fields(model, "model").object("trees"), layout);
    const detail::TreeScorer scorer(trees, layout);
    const Rows rows = awkward_rows(layout, 333);
    std::vector<double> plain(rows.rows, 0.25);
    trees.add_to(rows.block(0, rows.rows), 1, plain.data());
    for (const std::size_t block : {1U, 3U, 16U, 63U, 64U, 65U, 200U, 333U}) {
        Scratch scratch;
        std::vector<double> fast(rows.rows, 0.25);
        for (std::size_t begin = 0; begin < rows.rows; begin += block) {
            const std::size_t end = std::min(rows.rows, begin + block);
            scorer.add_to(trees, rows.block(begin, end), 1, fast.data() + begin, scratch);
        }
        CAPTURE(block);
        CHECK(fast == plain);
    }
}

/// A category of 60 labels, numbers on a grid, gaps in both, and a target that takes all of them.
Training mixed_training(std::size_t rows) {
    Random random(3);
    std::vector<double> a(rows), b(rows), y(rows);
    std::vector<std::int32_t> place(rows);
    Labels labels;
    for (int i = 0; i < 60; ++i) labels.push_back("place " + std::to_string(i + 10));
    for (std::size_t r = 0; r < rows; ++r) {
        a[r] = random.below(9) == 0 ? missing : static_cast<double>(random.below(2000)) / 8 - 60;
        b[r] = static_cast<double>(random.below(5));
        place[r] = random.below(11) == 0 ? -1 : static_cast<std::int32_t>(random.below(60));
        const double pull =
            (is_missing(a[r]) ? 1 : std::sin(a[r] / 9)) + 0.3 * b[r] + 0.8 * std::cos(place[r] * 1.7);
        y[r] = pull + random.uniform() > 1.2 ? 1 : 0;
    }
    return learn_y(Table{{"a", Column::numeric(std::move(a))},
                         {"place", Column::category(std::move(labels), std::move(place))},
                         {"b", Column::numeric(std::move(b))},
                         {"y", Column::numeric(std::move(y))}});
}

}  // namespace

TEST_CASE("fast scoring gives the bits of the plain walk, whatever the block") {
    const Training training = mixed_training(3000);
    const Layout layout = TrainingRows(training).layout();
    SECTION("boosting, small trees") {
        check_scorer(GradientBoosting{.trees = 37, .max_leaves = 31}.fit(training).to_json(), layout);
    }
    SECTION("boosting, so many trees that several decisions follow a row of the table") {
        check_scorer(
            GradientBoosting{.trees = 400, .min_rows_leaf = 2, .min_gain = 0}.fit(training).to_json(),
            layout);
    }
    SECTION("boosting, trees of more leaves than bits") {
        check_scorer(
            GradientBoosting{
                .trees = 9, .max_depth = 12, .max_leaves = 200, .min_rows_leaf = 2, .min_gain = 0}
                .fit(training)
                .to_json(),
            layout);
    }
    SECTION("a forest") {
        check_scorer(RandomForest{.trees = 11}.fit(training).to_json(), layout);
    }
    SECTION("one tree") {
        check_scorer(DecisionTree{}.fit(training).to_json(), layout);
    }
    SECTION("stumps and lone leaves") {
        check_scorer(GradientBoosting{.trees = 3, .max_depth = 1, .max_leaves = 2}.fit(training).to_json(),
                     layout);
        check_scorer(RandomForest{.trees = 2, .min_rows_leaf = 3000}.fit(training).to_json(), layout);
    }
}

TEST_CASE("trees that a byte cannot code are walked plainly") {
    // 300 thresholds of one feature: more than training ever makes.
    std::vector<detail::TreeNode> nodes;
    detail::Trees trees;
    for (int t = 0; t < 300; ++t) {
        nodes = {
            {static_cast<double>(t) - 60, 1, 0, false, t % 2 == 0}, {1.0 / (t + 1), 0, 0, false, false}, {}};
        trees.append(nodes, {});
    }
    const Layout layout({Feature{.name = "a", .labels = nullptr, .sources = {"a"}}});
    CHECK(!detail::CodedFeatures::of(trees, layout).has_value());
    check_scorer({{"trees", trees.to_json()}}, layout);
}

TEST_CASE("a tree as deep as it has decisions takes no stack") {
    constexpr std::uint32_t deep = 60'000;
    std::vector<detail::TreeNode> nodes;
    for (std::uint32_t i = 0; i < deep; ++i) {  // a decision, then the leaf on its left
        nodes.push_back({static_cast<double>(i % 200), 2 * i + 1, 0, false, false});
        nodes.push_back({static_cast<double>(i), 0, 0, false, false});
    }
    nodes.push_back({-1, 0, 0, false, false});
    detail::Trees trees;
    trees.append({{0, 1, 0, false, false}, {1, 0, 0, false, false}, {2, 0, 0, false, false}}, {});
    trees.append(nodes, {});
    CHECK(trees.depth(0) == 1);
    CHECK(trees.depth(1) == deep);
    const Layout layout({Feature{.name = "a", .labels = nullptr, .sources = {"a"}}});
    check_scorer({{"trees", trees.to_json()}}, layout);

    const std::string rules = trees.rules(1, layout, [](std::size_t node) { return std::to_string(node); });
    CHECK(rules.starts_with("if a <= 0\n  -> 1\nelse\n  if a <= 1\n    -> 3\n  else\n"));
    CHECK(rules.ends_with("else\n" + std::string(200, ' ') + "-> 120000\n"));
    CHECK(static_cast<std::uint32_t>(std::count(rules.begin(), rules.end(), '\n')) == 3 * deep + 1);
}
