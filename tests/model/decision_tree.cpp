#include "gasket/model/decision_tree.hpp"

#include "support/training.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

TEST_CASE("a tree keeps the laws of tree models") {
    const Table table = small_bank(800);
    keeps_the_laws(DecisionTree{},
                   learn_y(table.without({"customer_id", "churn"}).with("y", table["churn"])));
}

TEST_CASE("a tree survives the edges") {
    survives_edges(DecisionTree{.min_rows_leaf = 1});
}

TEST_CASE("the first split is the best of all thresholds tried one by one") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Random random(seed);
        std::vector<double> x, y;
        for (int i = 0; i < 150; ++i) {
            x.push_back(std::round(random.normal() * 20));
            y.push_back(random.uniform() < (x.back() > 3 ? 0.7 : 0.2) ? 1 : 0);
        }
        const Training training = learn_y(Table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}});
        const auto values = training.table()["x"].numbers();
        const auto labels = training.labels();
        double best = -1;
        for (const double t : values) {
            double n[2] = {0, 0}, s[2] = {0, 0};
            for (std::size_t r = 0; r < values.size(); ++r) {
                n[values[r] > t] += 1;
                s[values[r] > t] += labels[r];
            }
            if (n[0] >= 5 && n[1] >= 5) best = std::max(best, s[0] * s[0] / n[0] + s[1] * s[1] / n[1]);
        }
        const auto fitted = DecisionTree{.max_depth = 1, .min_rows_leaf = 5}.fit(training);
        double found = 0;
        const auto p = answers(fitted, TrainingRows(training).features());
        for (std::size_t r = 0; r < p.size(); ++r) found += p[r] * p[r];  // sum over leaves of s^2 / n
        CHECK(found == Approx(best).epsilon(1e-12));
    }
}

TEST_CASE("rules can be read") {
    std::vector<std::string> country;
    std::vector<double> age, y;
    for (int i = 0; i < 400; ++i) {
        country.push_back(i % 2 == 0 ? "Spain" : "France");
        age.push_back(20 + i % 50);
        y.push_back(age.back() > 45 && i % 2 == 0 ? 1 : 0);
    }
    const Training training = learn_y(Table{
        {"age", Column::numeric(age)}, {"country", Column::category(country)}, {"y", Column::numeric(y)}});
    const auto fitted = DecisionTree{.max_depth = 2}.fit(training);
    const std::string rules = fitted.rules();
    INFO(rules);
    CHECK(rules.find("if age <= 45") != std::string::npos);
    CHECK(rules.find("country is") != std::string::npos);
    CHECK(rules.find("-> 1.0000") != std::string::npos);
    CHECK(fitted.leaves() <= 4);
}

TEST_CASE("a tree's limits hold") {
    const Table table = small_bank(3000);
    const Training training = learn_y(table.without({"customer_id", "churn"}).with("y", table["churn"]));
    CHECK(DecisionTree{.max_depth = 1}.fit(training).leaves() == 2);
    CHECK(DecisionTree{.max_depth = 20, .max_leaves = 7, .min_rows_leaf = 1}.fit(training).leaves() == 7);
    const auto fitted = DecisionTree{.max_depth = 20, .max_leaves = 500, .min_rows_leaf = 100}.fit(training);
    std::map<double, std::size_t> rows;
    for (const double p : answers(fitted, TrainingRows(training).features())) ++rows[p];
    for (const auto& [value, count] : rows) CHECK(count >= 100);
}

TEST_CASE("a node of just twice the rows that a leaf needs is split") {
    for (const std::size_t half : {5U, 400U}) {  // few rows are counted otherwise than many
        std::vector<double> x, y;
        for (std::size_t i = 0; i <= 2 * half; ++i) {
            x.push_back(static_cast<double>(i / 5));  // no more values than bins
            y.push_back(i < half ? 0 : 1);
        }
        const Training training =
            testing_support::all_but_last(Table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}}, "y");
        REQUIRE(training.rows() == 2 * half);
        CHECK(DecisionTree{.min_rows_leaf = half}.fit(training).leaves() == 2);
        CHECK(DecisionTree{.min_rows_leaf = half + 1}.fit(training).leaves() == 1);
    }
}

TEST_CASE("a tree from hostile JSON is an error, never an endless walk") {
    const Training training =
        learn_y(small_bank(300).without({"customer_id", "churn"}).with("y", small_bank(300)["churn"]));
    const Layout layout = TrainingRows(training).layout();
    const Json good = DecisionTree{}.fit(training).to_json();
    const auto load = [&](const Json& json) {
        return Fitted<DecisionTree>::from_json(detail::Fields(json, "tree"), layout);
    };
    CHECK_NOTHROW(load(good));
    const auto broken = [&](const char* field, std::size_t place, const Json& value) {
        Json json = good;
        json["trees"][field][place] = value;
        return json;
    };
    CHECK_THROWS_AS(load(broken("child", 1, 1)), ArtifactError);        // a node below itself
    CHECK_THROWS_AS(load(broken("child", 0, 1000000)), ArtifactError);  // out of the tree
    CHECK_THROWS_AS(load(broken("feature", 0, 99)), ArtifactError);
    CHECK_THROWS_AS(load(broken("flags", 0, 7)), ArtifactError);
    CHECK_THROWS_AS(load(broken("roots", 0, 1)), ArtifactError);
    CHECK_THROWS_AS(load(broken("value", good["trees"]["value"].size() - 1, nullptr)),
                    ArtifactError);  // a leaf without a value
    // nodes that no way leads to: below a decision that is none any more, and behind the last
    CHECK_THROWS_AS(load(broken("child", 0, 0)), ArtifactError);
    Json longer = good;
    for (const char* field : {"child", "feature", "flags", "value"}) longer["trees"][field].push_back(0);
    CHECK_THROWS_AS(load(longer), ArtifactError);

    const auto shaped = [&](const std::vector<std::size_t>& child, const std::vector<std::size_t>& roots) {
        Json json = good;
        json["trees"]["child"] = child;
        json["trees"]["roots"] = roots;
        for (const char* field : {"feature", "flags", "value"})
            json["trees"][field] = std::vector<int>(child.size(), 0);
        return json;
    };
    CHECK_NOTHROW(load(shaped({1, 3, 5, 0, 0, 0, 0}, {0})));
    CHECK_THROWS_AS(load(shaped({1, 3, 3, 0, 0}, {0})), ArtifactError);     // both children of another node
    CHECK_THROWS_AS(load(shaped({1, 3, 4, 0, 0, 0}, {0})), ArtifactError);  // its right one
    CHECK_THROWS_AS(load(shaped({1, 4, 3, 0, 0, 0}, {0})), ArtifactError);  // its left one
    CHECK_THROWS_AS(load(shaped({1, 3, 0, 0}, {0})), ArtifactError);        // one of two is in the tree
    CHECK_THROWS_AS(load(shaped({1, 0, 0}, {0, 0})), ArtifactError);        // a tree without a node
    CHECK_THROWS_AS(load(shaped({1, 0, 0}, {0, 3})), ArtifactError);
    CHECK_THROWS_AS(load(shaped({1, 0, 0}, {0, 4})), ArtifactError);
    CHECK_THROWS_AS(load(shaped({0, 1}, {1, 0})), ArtifactError);
    CHECK_THROWS_AS(load(shaped({1, 0, 0}, {})), ArtifactError);
}
