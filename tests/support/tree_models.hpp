#pragma once

#include <vector>

#include "gasket/model/decision_tree.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/model/random_forest.hpp"
#include "gasket/split/random_splitter.hpp"
#include "support/catch.hpp"
#include "support/tables.hpp"

namespace testing_support {

/// The training side of a table with target "y".
inline gasket::Training learn_y(const gasket::Table& table, gasket::Task task = gasket::Task::binary) {
    return gasket::RandomSplitter{
        .target = "y", .test_fraction = 0.1, .task = task, .keep_duplicates_together = false}
        .split(table)
        .training;
}

template <class S>
std::vector<double> answers(const gasket::Fitted<S>& fitted, const gasket::Features& rows) {
    std::vector<double> out(rows.rows() * fitted.outputs());
    gasket::Scratch scratch;
    if (rows.rows() > 0) fitted.predict(rows.block(), out.data(), scratch);
    return out;
}

/// What every tree model must keep, on any training rows: finite answers, the same bits at one thread and at
/// two, from its JSON, and row by row.
template <class S>
std::vector<double> keeps_the_laws(const S& stage, const gasket::Training& training) {
    using namespace gasket;
    const TrainingRows rows(training);
    set_threads(1);
    const auto fitted = stage.fit(rows);
    set_threads(2);
    const Json json = stage.fit(rows).to_json();
    set_threads(0);
    CHECK(json == fitted.to_json());
    const std::vector<double> all = answers(fitted, rows.features());
    for (const double x : all) CHECK(std::isfinite(x));
    const auto again = Fitted<S>::from_json(detail::Fields(json, "model"), rows.layout());
    CHECK(answers(again, rows.features()) == all);
    Scratch scratch;
    for (std::size_t r = 0; r < rows.rows(); r += 1 + rows.rows() / 50) {
        std::vector<double> one(fitted.outputs());
        fitted.predict(rows.features().block(r, r + 1), one.data(), scratch);
        for (std::size_t k = 0; k < one.size(); ++k) CHECK(one[k] == all[r * one.size() + k]);
    }
    return all;
}

/// Tables that trees must survive.
template <class S>
void survives_edges(const S& stage) {
    using namespace gasket;
    const auto numbers = [](std::size_t n, auto f) {
        std::vector<double> out;
        for (std::size_t i = 0; i < n; ++i) out.push_back(f(static_cast<double>(i)));
        return Column::numeric(out);
    };
    const auto alternate = [](double i) { return static_cast<int>(i) % 2 == 0 ? 0.0 : 1.0; };
    SECTION("one and two rows") {
        const auto few = [&](std::size_t n) {
            const Table table{{"x", numbers(n, [](double i) { return i; })}, {"y", numbers(n, alternate)}};
            return RandomSplitter{.target = "y", .test_fraction = 0.5}.split(table).training;
        };
        keeps_the_laws(stage, few(2));
        keeps_the_laws(stage, few(4));
    }
    SECTION("a constant, a column without values, and infinities") {
        const Table table{
            {"constant", numbers(300, [](double) { return 5.0; })},
            {"nothing", numbers(300, [](double) { return missing; })},
            {"wild", numbers(300, [](double i) { return i < 50    ? -HUGE_VAL
                                                        : i > 250 ? HUGE_VAL
                                                                  : i; })},
            {"y", numbers(300, [](double i) { return i > 250 ? 1.0 : 0.0; })}};
        const auto all = keeps_the_laws(stage, learn_y(table));
        const Training training = learn_y(table);
        double of_ones = 0, of_zeros = 0, ones = 0;
        for (std::size_t r = 0; r < all.size(); ++r) {
            (training.labels()[r] == 1 ? of_ones : of_zeros) += all[r];
            ones += training.labels()[r];
        }
        CHECK(of_ones / ones > 0.3);  // a forest tries one feature of three at a time
        CHECK(of_zeros / (static_cast<double>(all.size()) - ones) < 0.2);
    }
    SECTION("nothing to learn from gives the share of the positives") {
        const Table table{
            {"x", numbers(400, [](double) { return 1.0; })},
            {"y", numbers(400, [](double i) { return static_cast<int>(i) % 4 == 0 ? 1.0 : 0.0; })}};
        const Training training = learn_y(table);
        for (const double p : keeps_the_laws(stage, training)) {
            CHECK(p == Approx(training.record().positive_rate).margin(0.06));
        }
    }
    SECTION("300 categories, some missing") {
        Random random(5);
        std::vector<std::string> labels;
        std::vector<bool> gaps;
        std::vector<double> y;
        for (int i = 0; i < 3000; ++i) {
            const auto k = random.below(300);
            labels.push_back("l" + std::to_string(k));
            gaps.push_back(random.below(20) == 0);
            y.push_back(random.uniform() < (k < 100 && !gaps.back() ? 0.8 : 0.1) ? 1.0 : 0.0);
        }
        const Training training =
            learn_y(Table{{"c", Column::category(labels, gaps)}, {"y", Column::numeric(y)}});
        const auto all = keeps_the_laws(stage, training);
        double right = 0;
        for (std::size_t r = 0; r < all.size(); ++r)
            right += (all[r] > 0.4) == (training.labels()[r] == 1) ? 1 : 0;
        CHECK(right / static_cast<double>(all.size()) > 0.75);
    }
    SECTION("a label never seen and a missing one get an answer") {
        const Training training =
            learn_y(small_bank(500).without({"customer_id", "churn"}).with("y", small_bank(500)["churn"]));
        const TrainingRows rows(training);
        const auto fitted = stage.fit(rows);
        std::vector<std::vector<double>> odd;
        for (std::size_t i = 0; i < rows.layout().size(); ++i) {
            odd.push_back({rows.layout()[i].is_category() ? unseen_code : 1e300, missing});
        }
        Features features(2);
        for (std::size_t i = 0; i < odd.size(); ++i) features.add(rows.layout()[i], odd[i]);
        for (const double p : answers(fitted, features)) CHECK(std::isfinite(p));
    }
    SECTION("weights: some 0, all 0") {
        const Table base =
            small_bank(400).without({"customer_id", "churn"}).with("y", small_bank(400)["churn"]);
        const auto weighted = [&](const auto& weight) {
            std::vector<double> w;
            for (std::size_t i = 0; i < 400; ++i) w.push_back(weight(i));
            return RandomSplitter{.target = "y", .weight = "w", .keep_duplicates_together = false}
                .split(base.with("w", Column::numeric(w)))
                .training;
        };
        CHECK_THROWS_AS(stage.fit(weighted([](std::size_t) { return 0.0; })), DataError);
        keeps_the_laws(stage, weighted([](std::size_t i) { return static_cast<double>(i % 3); }));
    }
    SECTION("no features is an error") {
        const Table table{{"x", numbers(20, alternate)}, {"y", numbers(20, alternate)}};
        CHECK_THROWS_AS(learn_y(table.without({"x"})), DataError);
    }
}

}  // namespace testing_support
