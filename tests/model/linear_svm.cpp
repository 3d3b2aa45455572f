#include "gasket/model/linear_svm.hpp"

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "gasket/data/csv.hpp"
#include "gasket/prepare/imputer.hpp"
#include "gasket/prepare/one_hot_encoder.hpp"
#include "gasket/prepare/standard_scaler.hpp"
#include "gasket/split/group_splitter.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/tables.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::bits_of;
using testing_support::message_of;
using testing_support::small_bank;
using testing_support::unless_in;
using testing_support::words;

namespace {

Table numbers_only(std::size_t rows) {
    return small_bank(rows).without({"customer_id", "tenure", "country", "gender"});
}

/// Means 0 and deviations 1, near enough.
std::vector<detail::Affine> some_scaling() {
    return {{.center = 47, .scale = 17}, {.center = 350, .scale = 330}, {.center = 0.5, .scale = 0.5}};
}

std::vector<double> predict(const Fitted<LinearSvm>& model, const Features& in) {
    std::vector<double> out(in.rows());
    Scratch scratch;
    model.predict(in.block(), out.data(), scratch);
    return out;
}

/// Coins: features that tell nothing of the target.
Table coins(std::size_t rows, std::size_t features) {
    Random random(77);
    Table out;
    for (std::size_t j = 0; j < features; ++j) {
        std::vector<double> x(rows);
        for (double& value : x) value = random.normal();
        out = out.with("x" + std::to_string(j), Column::numeric(x));
    }
    std::vector<double> y(rows);
    for (double& value : y) value = random.uniform() < 0.3 ? 1 : 0;
    return out.with("y", Column::numeric(y));
}

}  // namespace

TEST_CASE("the plane is the true optimum of the squared hinge on real data") {
    const auto reference = testing_support::reference("penalties")["german"];
    REQUIRE_DATA(path, "german_credit/data.csv");
    const Training training = all_but_last(read_csv(path, {.nulls = {}}), "class");
    detail::ChainBuilder builder(training);
    builder.add(OneHotEncoder{.drop_first = true});
    builder.add(StandardScaler{});
    builder.add(LinearSvm{});
    const detail::Chain chain = builder.finish();
    const auto& model = dynamic_cast<const detail::EstimatorOf<LinearSvm>&>(*chain.estimator).fitted();
    CHECK(model.converged());
    CHECK(model.notes().empty());
    CHECK(model.iterations() < 20);
    const auto& expected = reference["svm"];
    for (std::size_t j = 0; j < reference["names"].size(); ++j) {
        const auto name = reference["names"][j].get<std::string>();
        INFO(name);
        CHECK(model.coefficient(name).value ==
              Approx(expected["coefficients"][0][j].get<double>()).margin(1e-7));
    }
    CHECK(model.intercept() == Approx(expected["intercepts"][0].get<double>()).margin(1e-7));
    // the objective, from its definition
    detail::ChainMemory memory;
    const Features raw = detail::to_features(training.table());
    std::vector<double> margins(raw.rows());
    model.margins(chain.transform(raw.block(), memory), margins.data());
    double objective = 0;
    std::size_t within = 0;
    for (std::size_t r = 0; r < margins.size(); ++r) {
        const double lack = std::max(0.0, 1 - (2 * training.labels()[r] - 1) * margins[r]);
        objective += lack * lack;
        within += lack > 0 ? 1 : 0;
    }
    for (const auto& c : model.coefficients()) objective += 0.5 * c.value * c.value;
    CHECK(objective == Approx(expected["objective"].get<double>()).epsilon(1e-9));
    CHECK(model.support_rows() == within);
}

TEST_CASE("probabilities come from margins of machines that have not seen the row") {
    // 300 coins and 200 features: the plane fits the rows it has seen, and knows nothing
    const Training training = all_but_last(coins(301, 200), "y");
    const LinearSvm stage{.l2 = 0.1};
    const auto model = stage.fit(training);
    const Features in = detail::to_features(training.table());
    std::vector<double> seen(in.rows());
    model.margins(in.block(), seen.data());
    double right = 0;
    for (std::size_t r = 0; r < seen.size(); ++r)
        right += (seen[r] > 0) == (training.labels()[r] > 0.5) ? 1.0 / 300 : 0;
    CHECK(right > 0.95);
    for (const double p : predict(model, in)) CHECK(std::abs(p - 0.3) < 0.25);
    // by hand: the same folds, each fitted without its rows, which are scored by the plane alone
    const std::vector<int> fold_of = detail::deal_rows(training, 5, 42);
    std::vector<double> margins(in.rows());
    for (int f = 0; f < 5; ++f) {
        std::vector<double> weights;
        for (std::size_t r = 0; r < in.rows(); ++r) weights.push_back(fold_of[r] == f ? 0 : 1);
        std::vector<const double*> columns;
        for (std::size_t j = 0; j < in.columns(); ++j) columns.push_back(in[j].data());
        const detail::SquaredHingeLoss loss(columns, training.labels(), weights, 0.1);
        const auto beta = detail::newton(loss, std::vector<double>(201, 0.0), 1000, 1e-8).beta;
        const auto all = loss.log_odds(beta);
        for (std::size_t r = 0; r < in.rows(); ++r)
            if (fold_of[r] == f) margins[r] = all[r];
    }
    const auto curve = PlattScaling{}.fit(margins, training.labels());
    CHECK(model.curve().slope() == Approx(curve.slope()).epsilon(1e-6));
    CHECK(model.curve().intercept() == Approx(curve.intercept()).epsilon(1e-6));
}

TEST_CASE("a row, its copies and its group are in one fold, classes in equal shares") {
    // every row three times
    const Table once = coins(201, 3);
    std::vector<std::size_t> rows;
    for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t r = 0; r < 200; ++r) rows.push_back(r);
    rows.push_back(0);
    const Training copies = all_but_last(once.take(rows), "y");
    const auto fold_of = detail::deal_rows(copies, 4, 1);
    std::vector<double> count(4, 0), positive(4, 0);
    for (std::size_t r = 0; r < 200; ++r) {
        REQUIRE(fold_of[r] == fold_of[r + 200]);
        REQUIRE(fold_of[r] == fold_of[r + 400]);
        count[static_cast<std::size_t>(fold_of[r])] += 1;
        positive[static_cast<std::size_t>(fold_of[r])] += copies.labels()[r];
    }
    for (std::size_t f = 0; f < 4; ++f) {
        CHECK(std::abs(count[f] - 50) <= 2);
        CHECK(std::abs(positive[f] - positive[0]) <= 1);
    }
    std::vector<double> family;
    for (std::size_t r = 0; r < once.rows(); ++r) family.push_back(static_cast<double>(r / 5));
    const auto split =
        GroupSplitter{.target = "y", .group = "family"}.split(once.with("family", Column::numeric(family)));
    const TrainingRows training(split.training);
    const auto dealt = detail::deal_rows(training, 4, 1);
    for (std::size_t r = 1; r < training.rows(); ++r)
        if (training.groups()[r] == training.groups()[r - 1]) REQUIRE(dealt[r] == dealt[r - 1]);
}

TEST_CASE("class weights move the plane, and probabilities stay those of the rows as they are") {
    const Training training = all_but_last(numbers_only(3001), "churn");
    double rate = 0;
    for (const double y : training.labels()) rate += y / 3000;
    const Features in = detail::to_features(training.table());
    const auto plain = LinearSvm{}.fit(training, some_scaling());
    const auto even = LinearSvm{.class_weight = balanced}.fit(training, some_scaling());
    CHECK(even.intercept() > plain.intercept() + 0.2);
    Features scaled(in.rows());
    for (std::size_t j = 0; j < 3; ++j) {
        std::vector<double> x(in[j].begin(), in[j].end());
        some_scaling()[j].apply(in[j].data(), x.size(), x.data());
        scaled.add(in.layout()[j], std::move(x));
    }
    for (const auto* model : {&plain, &even}) {
        double mean = 0;
        for (const double p : predict(*model, scaled)) mean += p / 3000;
        CHECK(mean == Approx(rate).margin(0.01));
    }
}

TEST_CASE("a weight of two is the row twice, and a scaled machine that of scaled copies") {
    const Table table = numbers_only(400);
    std::vector<double> weights;
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r + 1 < table.rows(); ++r) {
        weights.push_back(static_cast<double>(r % 3));
        for (std::size_t k = 0; k < r % 3; ++k) rows.push_back(r);
    }
    weights.push_back(1);
    rows.push_back(table.rows() - 1);
    const auto weighted = LinearSvm{}.fit(
        all_but_last(table.with("w", Column::numeric(weights)), "churn", Task::binary, "w"), some_scaling());
    const auto repeated = LinearSvm{}.fit(all_but_last(table.take(rows), "churn"), some_scaling());
    Table copies = table;
    for (std::size_t j = 0; j < 3; ++j) {
        const std::string name = weighted.coefficients()[j].feature;
        std::vector<double> x(table[name].numbers().begin(), table[name].numbers().end());
        for (double& value : x) value = (value - some_scaling()[j].center) / some_scaling()[j].scale;
        copies = copies.with(name, Column::numeric(x));
    }
    const auto copied =
        LinearSvm{}.fit(all_but_last(copies.with("w", Column::numeric(weights)), "churn", Task::binary, "w"));
    for (std::size_t j = 0; j < 3; ++j) {
        const double value = weighted.coefficients()[j].value;
        CHECK(value == Approx(repeated.coefficients()[j].value).epsilon(1e-9).margin(1e-12));
        CHECK(value == Approx(copied.coefficients()[j].value).epsilon(1e-8).margin(1e-10));
    }
}

TEST_CASE("a support vector machine: the same bits for any number of threads, row by row, and saved") {
    const Training training = all_but_last(numbers_only(5000), "churn");
    set_threads(1);
    const auto one = LinearSvm{}.fit(training);
    set_threads(3);
    CHECK(LinearSvm{}.fit(training).to_json().dump() == one.to_json().dump());
    set_threads(0);
    const Features in = detail::to_features(training.table());
    const auto whole = predict(one, in);
    std::vector<double> single(in.rows());
    Scratch scratch;
    for (std::size_t r = 0; r < in.rows(); ++r) one.predict(in.block(r, r + 1), &single[r], scratch);
    CHECK(bits_of(whole) == bits_of(single));
    const Json json = Json::parse(one.to_json().dump());
    const auto again = Fitted<LinearSvm>::from_json(detail::Fields(json, "model"), in.layout());
    CHECK(bits_of(predict(again, in)) == bits_of(whole));
    CHECK(again.to_json() == one.to_json());
    CHECK(LinearSvm{.seed = 1}.fit(training).curve().slope() != one.curve().slope());
    Features live(1);
    for (const Feature& f : in.layout()) live.add(f, std::vector<double>{missing});
    CHECK(is_missing(predict(one, live)[0]));
}

TEST_CASE("its table has the largest first, and notes say what is out of the ordinary") {
    const Training training = all_but_last(numbers_only(2000), "churn");
    const auto model = LinearSvm{}.fit(training, some_scaling());
    std::ostringstream out;
    out << model;
    CHECK(out.str().find("age") < out.str().find("balance"));
    CHECK(unless_in(out.str(), "log odds = ") == "");
    CHECK(unless_in(out.str(), " support rows") == "");
    double sum = 0;
    for (const double x : model.importances()) sum += x;
    CHECK(sum == Approx(1));
    const auto cut = LinearSvm{.max_iterations = 1}.fit(training, some_scaling());
    REQUIRE(cut.notes().size() == 1);
    CHECK(unless_in(cut.notes()[0], "not converged after 1 iterations") == "");
    const Fitted<LinearSvm> upside({{"x", 1}}, 0, {-0.5, 0}, 1, 1, true);
    CHECK(unless_in(upside.notes().at(0), "no better than chance") == "");
}

TEST_CASE("what it cannot learn from is an error that says what to do") {
    const Column y = Column::numeric({0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1});
    const Column x = Column::numeric({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    const auto fit = [&](const Table& table, const LinearSvm& stage = {}, Task task = Task::binary) {
        return message_of([&] { (void)stage.fit(all_but_last(table, "y", task)); });
    };
    CHECK(fit({{"x", x}, {"y", y}}) == "");
    CHECK(unless_in(fit({{"x", x}, {"y", x}}, {}, Task::multiclass), "12 classes") == "");
    CHECK(unless_in(fit({{"x", x}, {"y", x}}, {}, Task::regression), "a numeric one") == "");
    CHECK(unless_in(fit({{"x", x}, {"y", y}}, {.l2 = 0}), "LinearSvm.l2") == "");
    CHECK(unless_in(fit({{"x", x}, {"y", y}}, {.folds = 1}), "LinearSvm.folds") == "");
    CHECK(unless_in(fit({{"x", x}, {"y", y}}, {.max_iterations = 0}), "LinearSvm.max_iterations") == "");
    CHECK(unless_in(fit({{"x", x}, {"y", y}}, {.tolerance = 0}), "LinearSvm.tolerance") == "");
    const Column gap = Column::numeric({0, 1, missing, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    CHECK(unless_in(fit({{"x", gap}, {"y", y}}), "put Imputer{} before it") == "");
    const Column once = Column::numeric({0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    const std::string lone = fit({{"x", x}, {"y", once}});
    CHECK(unless_in(lone, "[gasket 304] LinearSvm") == "");
    CHECK(unless_in(lone, "none of '1' outside fold") == "");
    // all of a class in one fold: the fold is named that leaves none of it
    const Training both = all_but_last({{"x", x}, {"y", y}}, "y");
    std::vector<int> by_class(both.rows());
    for (std::size_t r = 0; r < both.rows(); ++r) by_class[r] = static_cast<int>(both.labels()[r]);
    const auto without = [&](int fold) {
        return message_of([&] { (void)detail::weights_without(fold, by_class, both, ClassWeight::none); });
    };
    CHECK(unless_in(without(1), "none of '1' outside fold 1") == "");
    CHECK(unless_in(without(0), "none of '0' outside fold 0") == "");
}

TEST_CASE("a damaged machine is refused") {
    const Training training = all_but_last(numbers_only(100), "churn");
    const Layout in = detail::to_features(training.table()).layout();
    const Json good = LinearSvm{}.fit(training).to_json();
    const auto read = [&](const char* pointer, const Json& value) {
        Json json = good;
        json[Json::json_pointer(pointer)] = value;
        return Fitted<LinearSvm>::from_json(detail::Fields(json, "model"), in);
    };
    CHECK_NOTHROW(read("/intercept", 2.0));
    CHECK_THROWS_AS(read("/features/0/value", nullptr), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "other"), ArtifactError);
    CHECK_THROWS_AS(read("/features", Json::array()), ArtifactError);
    CHECK_THROWS_AS(read("/curve", 1), ArtifactError);
    CHECK_THROWS_AS(read("/support_rows", -1), ArtifactError);
    CHECK_THROWS_AS(read("/converged", 1), ArtifactError);
}
