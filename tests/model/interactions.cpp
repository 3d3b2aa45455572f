#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "support/training.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

namespace {

/// The answer needs a with b, and c with d, and a label.
Table four_numbers(std::size_t rows) {
    Random random(21);
    std::vector<double> a, b, c, d, y;
    std::vector<std::string> label;
    for (std::size_t r = 0; r < rows; ++r) {
        a.push_back(random.uniform());
        b.push_back(random.below(10) == 0 ? missing : random.uniform());
        c.push_back(random.uniform());
        d.push_back(random.uniform());
        label.emplace_back(random.below(2) == 0 ? "x" : "z");
        y.push_back((a.back() > 0.5) == (b.back() > 0.5) ? 3 : 0);
        y.back() += (c.back() > 0.3) == (d.back() > 0.6) ? 2 : 0;
        y.back() += label.back() == "x" ? a.back() : 0;
    }
    return Table{{"a", Column::numeric(a)},
                 {"b", Column::numeric(b)},
                 {"c", Column::numeric(c)},
                 {"d", Column::numeric(d)},
                 {"label", Column::category(label, std::vector<bool>(rows, false))},
                 {"y", Column::numeric(y)}};
}

/// The sets of features that decide on one way from a node to a leaf.
void collect(const detail::Trees& trees, const detail::TreeNode& node, std::set<std::uint32_t> above,
             std::set<std::set<std::uint32_t>>& out) {
    if (node.child == 0) {
        out.insert(std::move(above));
        return;
    }
    above.insert(node.feature);
    collect(trees, trees.left(node), above, out);
    collect(trees, trees.right(node), above, out);
}

}  // namespace

TEST_CASE("features of different groups never meet on a way, and the answer is a sum over groups") {
    const Training training = learn_y(four_numbers(2000), Task::regression);
    const GradientBoosting stage{
        .trees = 40, .column_fraction = 1, .interactions = {{"a", "b"}, {"c", "d"}, {"a", "label"}}};
    (void)keeps_the_laws(stage, training);
    const TrainingRows rows(training);
    const auto fitted = stage.fit(rows);
    const std::vector<std::set<std::uint32_t>> groups{{0, 1}, {2, 3}, {0, 4}};
    std::set<std::set<std::uint32_t>> ways;
    const detail::Trees& trees = fitted.ensemble().trees;
    for (std::size_t t = 0; t < trees.size(); ++t) collect(trees, trees.root(t), {}, ways);
    for (const auto& way : ways) {
        CHECK(std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
            return std::includes(group.begin(), group.end(), way.begin(), way.end());
        }));
    }
    // Groups are used to the full, and without them others meet.
    CHECK(ways.contains({0, 1}));
    CHECK(ways.contains({2, 3}));
    GradientBoosting free = stage;
    free.interactions = {};
    std::set<std::set<std::uint32_t>> others;
    const auto mixed = free.fit(rows);
    for (std::size_t t = 0; t < mixed.ensemble().trees.size(); ++t)
        collect(mixed.ensemble().trees, mixed.ensemble().trees.root(t), {}, others);
    CHECK(std::any_of(others.begin(), others.end(), [](const auto& way) { return way.size() > 2; }));

    // What c and d add does not depend on a, b and the label.
    const auto answer = [&](std::size_t first, std::size_t second) {
        std::vector<double> values;
        for (std::size_t f = 0; f < 5; ++f)
            values.push_back(rows.features()[f][f == 2 || f == 3 ? second : first]);
        std::vector<const double*> columns;
        for (const double& value : values) columns.push_back(&value);
        double out = 0;
        Scratch scratch;
        fitted.predict(Block(columns, 1), &out, scratch);
        return out;
    };
    for (std::size_t r = 0; r + 1 < 100; ++r)
        CHECK(answer(r, r) - answer(r, r + 1) ==
              Approx(answer(r + 1, r) - answer(r + 1, r + 1)).margin(1e-9));
}

TEST_CASE("a feature in no group decides alone") {
    const Training training = learn_y(four_numbers(1000), Task::regression);
    const auto fitted =
        GradientBoosting{.trees = 30, .growth = Growth::depth_wise, .interactions = {{"a", "b"}}}.fit(
            training);
    std::set<std::set<std::uint32_t>> ways;
    for (std::size_t t = 0; t < fitted.ensemble().trees.size(); ++t)
        collect(fitted.ensemble().trees, fitted.ensemble().trees.root(t), {}, ways);
    for (const auto& way : ways) CHECK((way.size() <= 1 || way == std::set<std::uint32_t>{0, 1}));
    CHECK(ways.contains({2}));
    const GradientBoosting unknown{.interactions = {{"a", "e"}}};
    CHECK(unless_in(message_of([&] { (void)unknown.fit(training); }), "GradientBoosting.interactions") == "");
}
