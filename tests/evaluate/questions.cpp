// How sure, where weak, and why: asked of models of public data.
#include <cmath>

#include "gasket/gasket.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

TEST_CASE("bank churn: intervals, weak segments and reasons of a model on rows it has not seen") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const auto [train, validation, test] =
        three_way(StratifiedSplitter{.target = "Exited"},
                  read_csv(path).without({"RowNumber", "CustomerId", "Surname"}), 0.25);
    const Model model = (Pipeline<>{} | GradientBoosting{.trees = 100}).fit(train);
    const LabelledRows& known = validation.rows;
    const Predictions predictions = model.predict(known.table);
    const ScoredRows rows = ScoredRows::of(predictions, known);

    const AucEstimate exact = delong(known.labels, predictions.values);
    const Interval drawn = bootstrap_interval(auc, rows, {.resamples = 400});
    CHECK(drawn.low == Approx(exact.low).margin(0.006));
    CHECK(drawn.high == Approx(exact.high).margin(0.006));
    const Model simple =
        (Imputer{} | OneHotEncoder{.drop_first = true} | StandardScaler{} | LogisticRegression{}).fit(train);
    const std::vector<double> others = simple.predict(known.table).values;
    CHECK(delong(known.labels, predictions.values, others).p_value < 1e-6);
    CHECK(bootstrap_difference(auc, rows, others, {.resamples = 200}).low > 0);

    const Slices found = slices(model, known);
    CHECK(found.slices.size() > 15);
    CHECK(found.overall == Approx(exact.auc));

    const Explanations why = explain(model, known.table, train.table().head(500));
    for (std::size_t r = 0; r < why.rows(); ++r)
        CHECK(std::abs(why.margin(r) - logit(predictions[r])) < 1e-9);
    const std::vector<double> sizes = why.by_column().mean_sizes();
    const auto greatest = std::max_element(sizes.begin(), sizes.end()) - sizes.begin();
    const std::string most = why.by_column().names[static_cast<std::size_t>(greatest)];
    INFO(why);
    CHECK((most == "Age" || most == "NumOfProducts"));

    // Squeezed scores are put right again by either calibration.
    std::vector<double> squeezed;
    for (const double p : predictions.values) squeezed.push_back(sigmoid(3 * logit(p) + 1));
    const auto error_of = [&](const std::vector<double>& p) {
        return calibration_error_metric(known.target, known.labels, p);
    };
    std::vector<double> platt, isotonic, log_odds;
    for (const double p : squeezed) log_odds.push_back(logit(p));
    const auto line = PlattScaling{}.fit(log_odds, known.labels);
    const auto curve = IsotonicCalibration{}.fit(squeezed, known.labels);
    for (std::size_t r = 0; r < squeezed.size(); ++r) {
        platt.push_back(line.apply(log_odds[r]));
        isotonic.push_back(curve.apply(squeezed[r]));
    }
    CHECK(error_of(squeezed) > 0.08);
    CHECK(error_of(platt) < 0.03);
    CHECK(error_of(isotonic) < 0.01);
}

TEST_CASE("cover type: seven classes are measured, sliced and explained") {
    REQUIRE_DATA(path, "covtype_20k/data.csv");
    const auto [train, validation, test] =
        three_way(StratifiedSplitter{.target = "Cover_Type", .task = Task::multiclass}, read_csv(path), 0.1);
    const Model model = (Pipeline<>{} | GradientBoosting{.trees = 20}).fit(train);
    const LabelledRows& known = validation.rows;
    const Predictions predictions = model.predict(known.table);
    const ScoredRows rows = ScoredRows::of(predictions, known);
    const Interval sure = bootstrap_interval(balanced_accuracy, rows, {.resamples = 100, .stratified = true});
    CHECK(sure.low < sure.value);
    CHECK(sure.value < sure.high);
    CHECK(auc(known.target, known.labels, predictions.values) > 0.9);
    const Slices found =
        slices(rows, known.table, {.metric = accuracy, .columns = {"Elevation", "Slope"}, .resamples = 50});
    CHECK(found.slices.size() == 8);
    const Explanations why = explain(model, known.table.head(50), train.table().head(200));
    for (std::size_t r = 0; r < why.rows(); ++r) {
        double total = 0;
        for (std::size_t k = 0; k < 7; ++k) total += std::exp(why.margin(r, k));
        for (std::size_t k = 0; k < 7; ++k)
            CHECK(std::exp(why.margin(r, k)) / total == Approx(predictions.row(r)[k]).margin(1e-9));
    }
}
