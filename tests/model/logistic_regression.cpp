#include "gasket/model/logistic_regression.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "gasket/data/csv.hpp"
#include "gasket/prepare/imputer.hpp"
#include "gasket/prepare/one_hot_encoder.hpp"
#include "gasket/prepare/standard_scaler.hpp"
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

/// A chain with a logistic regression at its end.
detail::Chain chain_of(const Training& training, const LogisticRegression& model) {
    detail::ChainBuilder builder(training);
    builder.add(Imputer{});
    builder.add(OneHotEncoder{.drop_first = true});
    builder.add(StandardScaler{});
    builder.add(model);
    return builder.finish();
}

const Fitted<LogisticRegression>& model_of(const detail::Chain& chain) {
    return dynamic_cast<const detail::EstimatorOf<LogisticRegression>&>(*chain.estimator).fitted();
}

std::vector<double> predict(const Fitted<LogisticRegression>& model, const Features& in) {
    std::vector<double> out(in.rows());
    Scratch scratch;
    model.predict(in.block(), out.data(), scratch);
    return out;
}

void check(const detail::Chain& chain, const Training& training, const nlohmann::json& expected) {
    const auto& model = model_of(chain);
    CHECK(model.converged());
    CHECK(model.notes().empty());
    CHECK(model.coefficients().size() == expected["coefficients"].size());
    for (const auto& [name, value] : expected["coefficients"].items()) {
        INFO(name);
        CHECK(model.coefficient(name).value == Approx(value.get<double>()).margin(1e-7).epsilon(1e-7));
        CHECK(model.coefficient(name).standard_error ==
              Approx(expected["errors"][name].get<double>()).epsilon(1e-6));
    }
    CHECK(model.intercept() == Approx(expected["intercept"].get<double>()).margin(1e-7).epsilon(1e-7));
    CHECK(model.intercept_standard_error() ==
          Approx(expected["intercept_error"].get<double>()).epsilon(1e-6));
    detail::ChainMemory memory;
    const Features raw = detail::to_features(training.table());
    std::vector<double> out(5);
    chain.predict(raw.block(0, 5), out.data(), memory);
    for (std::size_t r = 0; r < 5; ++r) {
        CHECK(out[r] == Approx(expected["first"][r].get<double>()).epsilon(1e-7));
    }
}

Table numbers_only(std::size_t rows, std::uint64_t seed = 7) {
    return small_bank(rows, seed).without({"customer_id", "tenure", "country", "gender"});
}

/// All rows of a table, and its first once more.
std::vector<std::size_t> rows_and_one_more(const Table& table) {
    std::vector<std::size_t> rows(table.rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    rows.push_back(0);
    return rows;
}

}  // namespace

TEST_CASE("logistic regression finds scikit-learn's optimum and standard errors") {
    const auto reference = testing_support::reference("logistic");
    REQUIRE_DATA(bank_path, "bank_churn_practicum/data.csv");
    const Table bank = read_csv(bank_path).without({"RowNumber", "CustomerId", "Surname"});
    const Training training = all_but_last(bank, "Exited");
    check(chain_of(training, {}), training, reference["bank"]);
    check(chain_of(training, {.class_weight = balanced}), training, reference["bank_balanced"]);
    const Training weighted = all_but_last(bank, "Exited", Task::binary, "NumOfProducts");
    check(chain_of(weighted, {.l2 = 3}), weighted, reference["bank_weighted"]);
    REQUIRE_DATA(german_path, "german_credit/data.csv");
    const Training german = all_but_last(read_csv(german_path, {.nulls = {}}), "class");
    check(chain_of(german, {}), german, reference["german"]);
    check(chain_of(german, {.l2 = 0.01}), german, reference["german_weak"]);
    CHECK(model_of(chain_of(german, {})).iterations() < 12);
}

TEST_CASE("the same bits for any number of threads, row by row, and after saving and loading") {
    const Training training = all_but_last(numbers_only(5000), "churn");
    set_threads(1);
    const auto one = LogisticRegression{}.fit(training);
    set_threads(2);
    const auto two = LogisticRegression{}.fit(training);
    set_threads(0);
    CHECK(one.to_json().dump() == two.to_json().dump());
    const Features in = detail::to_features(training.table());
    const auto whole = predict(one, in);
    std::vector<double> single(in.rows());
    Scratch scratch;
    for (std::size_t r = 0; r < in.rows(); ++r) one.predict(in.block(r, r + 1), &single[r], scratch);
    CHECK(bits_of(whole) == bits_of(single));
    const Json json = Json::parse(one.to_json().dump());
    const auto again = Fitted<LogisticRegression>::from_json(detail::Fields(json, "model"), in.layout());
    CHECK(bits_of(predict(again, in)) == bits_of(whole));
    CHECK(again.to_json() == one.to_json());
}

TEST_CASE(
    "many rows are learned by way of a sample: the same optimum, the same bits for any number of threads") {
    const Table table = numbers_only(60001);
    const Training training = all_but_last(table, "churn");
    const Features in = detail::to_features(training.table());
    for (const ClassWeight weight : {ClassWeight::none, balanced}) {
        const LogisticRegression stage{.l2 = 2, .class_weight = weight};
        set_threads(1);
        const auto model = stage.fit(training);
        set_threads(3);
        CHECK(stage.fit(training).to_json().dump() == model.to_json().dump());
        set_threads(0);
        CHECK(model.converged());
        // at the optimum the gradient of the mean loss is 0, each feature in units of its quadratic mean
        const std::vector<double> p = predict(model, in);
        const std::vector<double> weights = detail::row_weights(training, weight);
        for (std::size_t j = 0; j < 3; ++j) {
            Sum gradient, squares;
            for (std::size_t r = 0; r < p.size(); ++r) {
                gradient.add(weights[r] * (p[r] - training.labels()[r]) * in[j][r]);
                squares.add(in[j][r] * in[j][r]);
            }
            gradient.add(2 * model.coefficients()[j].value);
            const double n = static_cast<double>(p.size());
            CHECK(std::abs(gradient.value() / n) < 1e-8 * std::sqrt(squares.value() / n));
        }
    }
    std::vector<double> ages(table["age"].numbers().begin(), table["age"].numbers().end());
    ages[31234] = missing;
    const Training gap = all_but_last(table.with("age", Column::numeric(ages)), "churn");
    CHECK(unless_in(message_of([&] { (void)LogisticRegression{}.fit(gap); }), "feature 'age'") == "");
}

TEST_CASE("behind a scaler it learns from the rows as they are what it would learn from scaled copies") {
    // a constant column, and one that is far from 0, have copies made of them
    const Table table = numbers_only(3000);
    const std::vector<double> sevens(table.rows(), 7.0);
    std::vector<double> year;
    for (std::size_t r = 0; r < table.rows(); ++r) year.push_back(2000 + static_cast<double>(r % 9));
    for (const Table& t :
         {table, table.with("seven", Column::numeric(sevens)), table.with("year", Column::numeric(year))}) {
        const Training training = all_but_last(t, "churn");
        detail::ChainBuilder builder(training);
        builder.add(StandardScaler{});
        builder.add(LogisticRegression{});
        const detail::Chain chain = builder.finish();
        const auto& model = model_of(chain);
        const Features scaled = detail::apply(*chain.transforms[0], detail::to_features(training.table()));
        Table copy;
        for (std::size_t j = 0; j < scaled.columns(); ++j)
            copy = copy.with(scaled.layout()[j].name, detail::to_column(scaled.layout()[j], scaled[j]));
        const Training again =
            all_but_last(copy.take(rows_and_one_more(copy)).with("churn", t["churn"]), "churn");
        const auto expected = LogisticRegression{}.fit(again);
        CHECK(model.iterations() == expected.iterations());
        for (std::size_t j = 0; j < scaled.columns(); ++j) {
            CHECK(model.coefficients()[j].value == Approx(expected.coefficients()[j].value).margin(1e-10));
            CHECK(model.coefficients()[j].standard_error ==
                  Approx(expected.coefficients()[j].standard_error).epsilon(1e-9));
        }
    }
}

TEST_CASE("a weight of two is the row twice, and a weight of zero is no row") {
    const Table table = numbers_only(400);
    std::vector<double> weights;
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r + 1 < table.rows(); ++r) {
        weights.push_back(static_cast<double>(r % 3));
        for (std::size_t k = 0; k < r % 3; ++k) rows.push_back(r);
    }
    weights.push_back(1);
    rows.push_back(table.rows() - 1);
    const auto weighted = LogisticRegression{}.fit(
        all_but_last(table.with("w", Column::numeric(weights)), "churn", Task::binary, "w"));
    const auto repeated = LogisticRegression{}.fit(all_but_last(table.take(rows), "churn"));
    for (std::size_t j = 0; j < weighted.coefficients().size(); ++j) {
        CHECK(weighted.coefficients()[j].value ==
              Approx(repeated.coefficients()[j].value).epsilon(1e-9).margin(1e-12));
    }
}

TEST_CASE("many columns go by L-BFGS and reach the same optimum") {
    // 60 columns by Newton, and the same 60 twice over beyond its limit: each pair shares the coefficient
    Random random(5);
    Table narrow, wide;
    std::vector<double> target(800);
    for (std::size_t j = 0; j < 60; ++j) {
        std::vector<double> x(target.size());
        for (std::size_t r = 0; r < x.size(); ++r) {
            x[r] = random.normal() * (j % 2 == 0 ? 1 : 30);
            if (j < 3) target[r] += x[r] / (j % 2 == 0 ? 1 : 30);
        }
        narrow = narrow.with("x" + std::to_string(j), Column::numeric(x));
        wide = wide.with("a" + std::to_string(j), Column::numeric(x))
                   .with("b" + std::to_string(j), Column::numeric(x));
    }
    for (double& y : target) y = y + random.normal() > 0 ? 1 : 0;
    const auto newton =
        LogisticRegression{.l2 = 1}.fit(all_but_last(narrow.with("y", Column::numeric(target)), "y"));
    const auto lbfgs =
        LogisticRegression{.l2 = 2}.fit(all_but_last(wide.with("y", Column::numeric(target)), "y"));
    CHECK(newton.converged());
    CHECK(lbfgs.converged());
    for (std::size_t j = 0; j < 60; ++j) {
        const double expected = newton.coefficients()[j].value / 2;
        CHECK(lbfgs.coefficients()[2 * j].value == Approx(expected).epsilon(1e-6).margin(1e-8));
        CHECK(lbfgs.coefficients()[2 * j + 1].value == Approx(expected).epsilon(1e-6).margin(1e-8));
    }
    CHECK(lbfgs.intercept() == Approx(newton.intercept()).epsilon(1e-6));
}

TEST_CASE("collinear columns and no penalty still give finite answers") {
    const Table table = numbers_only(500);
    const auto numbers = table["age"].numbers();
    const Training training =
        all_but_last(table.with("again", Column::numeric({numbers.begin(), numbers.end()}))
                         .with("same", Column::numeric(std::vector<double>(500, 3.0))),
                     "churn");
    const auto model = LogisticRegression{.l2 = 0}.fit(training);
    const auto plain = LogisticRegression{.l2 = 0}.fit(all_but_last(table, "churn"));
    const auto a = predict(model, detail::to_features(training.table()));
    const auto b = predict(plain, detail::to_features(training.table().select({"age", "balance", "active"})));
    for (std::size_t r = 0; r < a.size(); ++r) CHECK(a[r] == Approx(b[r]).epsilon(1e-6));
}

TEST_CASE("classes that can be told apart without error end without a crash, and say so") {
    const Table table{{"x", Column::numeric({-3, -2, -1, 1, 2, 3, 4})},
                      {"y", Column::numeric({0, 0, 0, 1, 1, 1, 1})}};
    const auto model = LogisticRegression{.l2 = 0, .max_iterations = 15}.fit(all_but_last(table, "y"));
    CHECK_FALSE(model.converged());
    REQUIRE(model.notes().size() == 1);
    CHECK(unless_in(model.notes()[0], "not converged after 15 iterations") == "");
    CHECK_FALSE(LogisticRegression{.l2 = 0}.fit(all_but_last(table, "y")).converged());
    CHECK(LogisticRegression{}.fit(all_but_last(table, "y")).converged());
}

TEST_CASE("importances sum to one, odds ratios are exponentials, and the table prints the largest first") {
    const auto model = LogisticRegression{}.fit(all_but_last(numbers_only(2000), "churn"));
    double sum = 0;
    for (const double x : model.importances()) sum += x;
    CHECK(sum == Approx(1));
    CHECK(model.coefficient("active").odds_ratio() == std::exp(model.coefficient("active").value));
    CHECK(unless_in(message_of([&] { (void)model.coefficient("actve"); }), "did you mean 'active'") == "");
    std::ostringstream out;
    out << model;
    CHECK(out.str().find("active") < out.str().find("age"));
    CHECK(unless_in(out.str(), "odds ratio") == "");
    CHECK(unless_in(out.str(), "(intercept)") == "");
}

TEST_CASE("what logistic regression cannot learn from is an error that says what to add") {
    const LogisticRegression stage;
    const auto fit = [&](const Table& table, Task task = Task::binary) {
        return message_of([&] { (void)stage.fit(all_but_last(table, "y", task)); });
    };
    const Column y = Column::numeric({0, 1, 0, 1});
    CHECK(unless_in(fit({{"c", words({"a", "b", "a", "b"})}, {"y", y}}), "feature 'c'") == "");
    CHECK(unless_in(fit({{"c", words({"a", "b", "a", "b"})}, {"y", y}}), "put OneHotEncoder{} before it") ==
          "");
    const Table gap{{"x", Column::numeric({1, missing, 3, 4})}, {"y", y}};
    CHECK(unless_in(fit(gap), "[gasket 403] LogisticRegression, feature 'x'") == "");
    CHECK(unless_in(fit(gap), "put Imputer{} before it") == "");
    const Table infinite{{"x", Column::numeric({1, std::numeric_limits<double>::infinity(), 3, 4})},
                         {"y", y}};
    CHECK(unless_in(fit(infinite), "infinity in training row 1") == "");
    CHECK(unless_in(fit({{"x", Column::numeric({1, 2, 3, 4})}, {"y", Column::numeric({0, 0, 0, 1})}}),
                    "expected training rows of both classes, found only '0'") == "");
    detail::ChainBuilder bare(all_but_last({{"x", y}, {"y", y}}, "y"));
    bare.add(Drop{{"x"}});
    CHECK(unless_in(message_of([&] { bare.add(stage); }), "expected at least one feature") == "");
    CHECK(unless_in(fit({{"x", y}, {"y", Column::numeric({0, 1, 2, 1})}}, Task::multiclass), "3 classes") ==
          "");
    CHECK(unless_in(fit({{"x", y}, {"y", y}}, Task::regression), "a numeric one") == "");
    const Training training = all_but_last({{"x", y}, {"y", y}}, "y");
    CHECK_THROWS_AS(LogisticRegression{.l2 = -1}.fit(training), OptionError);
    CHECK_THROWS_AS(LogisticRegression{.l2 = missing}.fit(training), OptionError);
    CHECK_THROWS_AS(LogisticRegression{.max_iterations = 0}.fit(training), OptionError);
    CHECK_THROWS_AS(LogisticRegression{.tolerance = 0}.fit(training), OptionError);
}

TEST_CASE("a missing value in a live row gives a missing probability") {
    const auto model = LogisticRegression{}.fit(all_but_last(numbers_only(100), "churn"));
    Features live(1);
    for (const char* name : {"age", "balance", "active"})
        live.add({name, nullptr, {}}, std::vector<double>{missing});
    CHECK(is_missing(predict(model, live)[0]));
}

TEST_CASE("a damaged logistic regression is refused") {
    const Training training = all_but_last(numbers_only(100), "churn");
    const Layout in = detail::to_features(training.table()).layout();
    const Json good = LogisticRegression{}.fit(training).to_json();
    const auto read = [&](const char* pointer, const Json& value) {
        Json json = good;
        json[Json::json_pointer(pointer)] = value;
        return Fitted<LogisticRegression>::from_json(detail::Fields(json, "model"), in);
    };
    CHECK_NOTHROW(read("/features/0/standard_error", nullptr));
    CHECK_THROWS_AS(read("/features/0/value", nullptr), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "other"), ArtifactError);
    CHECK_THROWS_AS(read("/features", Json::array()), ArtifactError);
    CHECK_THROWS_AS(read("/intercept", 1), ArtifactError);
    CHECK_THROWS_AS(read("/iterations", -1), ArtifactError);
    CHECK_THROWS_AS(read("/converged", 1), ArtifactError);
    Layout categories;
    for (const Feature& f : in)
        categories.add({f.name, std::make_shared<const Labels>(Labels{"a"}), f.sources});
    CHECK_THROWS_AS(Fitted<LogisticRegression>::from_json(detail::Fields(good, "model"), categories),
                    ArtifactError);
}
