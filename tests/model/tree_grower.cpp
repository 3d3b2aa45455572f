#include "gasket/model/tree_grower.hpp"

#include "gasket/model/decision_tree.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "support/files.hpp"
#include "support/training.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

namespace {
/// The table of the reference with one of its targets, and a last row that is sealed off.
Training reference_rows(const nlohmann::json& stored, const char* target, Task task) {
    Table table;
    const auto add = [&](const std::string& name, std::vector<double> values) {
        values.push_back(values.front());
        table = table.with(name, Column::numeric(values));
    };
    for (std::size_t f = 0; f < 3; ++f)
        add("x" + std::to_string(f), stored["x"][f].get<std::vector<double>>());
    add("y", stored[target].get<std::vector<double>>());
    return all_but_last(table, "y", task);
}
double worst(const std::vector<double>& a, const nlohmann::json& b) {
    REQUIRE(a.size() == b.size());
    double out = 0;
    for (std::size_t i = 0; i < a.size(); ++i) out = std::max(out, std::abs(a[i] - b[i].get<double>()));
    return out;
}
}  // namespace

TEST_CASE("one tree gives the answers of scikit-learn's where bins lose nothing") {
    const auto stored = reference("trees");
    const Training classes = reference_rows(stored, "y", Task::binary);
    const Training numbers = reference_rows(stored, "z", Task::regression);
    const auto of = [](const DecisionTree& stage, const Training& training) {
        return answers(stage.fit(training), TrainingRows(training).features());
    };
    CHECK(worst(of({.max_depth = 4, .min_rows_leaf = 8}, classes), stored["classes"]) < 1e-12);
    CHECK(worst(of({.max_depth = 50, .max_leaves = 6, .min_rows_leaf = 8}, classes), stored["best_first"]) <
          1e-12);
    CHECK(worst(of({.max_depth = 4, .min_rows_leaf = 8}, numbers), stored["numbers"]) < 1e-9);
}

TEST_CASE("a numeric target far from 0 loses no digits of its differences") {
    std::vector<double> x, y;
    for (int i = 0; i < 400; ++i) {
        x.push_back(i % 4);
        y.push_back(1e9 + i % 4);
    }
    const Training training =
        learn_y(Table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}}, Task::regression);
    const auto p = answers(DecisionTree{}.fit(training), TrainingRows(training).features());
    for (std::size_t r = 0; r < p.size(); ++r) CHECK(std::abs(p[r] - training.labels()[r]) < 1e-3);
}

TEST_CASE("rows without a hessian change no tree but are carried to their leaf") {
    Random random(6);
    Features features(4000);
    std::vector<double> x(4000);
    for (double& v : x) v = random.uniform();
    features.add({.name = "x", .labels = nullptr, .sources = {"x"}}, x);
    const detail::BinnedRows data = detail::bin_rows(features, 254);
    detail::Gradients some{std::vector<double>(4000), std::vector<double>(4000), {}};
    for (std::size_t r = 0; r < 4000; r += 2) {
        some.gradient[r] = x[r] - 0.5 + 0.1 * random.normal();
        some.hessian[r] = 1;
    }
    some.extent = some.extent_of(0, 4000);
    detail::TreeGrower grower(data, {});
    const std::vector<std::uint32_t> all = {0};
    const auto tree = grower.grow(some, all, 1);
    std::vector<int> seen(4000, 0);
    detail::Trees trees;
    trees.append(tree.nodes, tree.bits);
    for (const auto& leaf : tree.leaves) {
        CHECK(grower.active(leaf).size() >= 20);
        for (const auto& e : grower.active(leaf)) seen[e.row] += e.row % 2 == 0 ? 1 : 10;
        for (const auto& e : grower.idle(leaf)) {
            seen[e.row] += e.row % 2 == 1 ? 1 : 10;
            CHECK(trees.leaf(0, features.block(), e.row) == tree.nodes[leaf.node].value);
        }
    }
    CHECK(tree.leaves.size() > 5);
    CHECK(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }));
}

TEST_CASE("a forest looks further where the drawn features tell nothing apart") {
    // one feature of ten varies: without a second look most trees would be a single leaf
    Table table;
    std::vector<double> x, y;
    for (int i = 0; i < 200; ++i) {
        x.push_back(i);
        y.push_back(i < 100 ? 0 : 1);
    }
    for (int f = 0; f < 9; ++f)
        table = table.with("c" + std::to_string(f), Column::numeric(std::vector<double>(200, 1.0)));
    const Training training = learn_y(table.with("x", Column::numeric(x)).with("y", Column::numeric(y)));
    const auto p = answers(RandomForest{.trees = 20, .features_per_split = 1}.fit(training),
                           TrainingRows(training).features());
    double error = 0;
    for (std::size_t r = 0; r < p.size(); ++r) error += std::abs(p[r] - training.labels()[r]);
    CHECK(error / static_cast<double>(p.size()) < 0.05);
}
