#include "gasket/model/logistic_regression.hpp"

#include <algorithm>
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

TEST_CASE("with L1, with both and with L2 the coefficients are those of the optimum, on real data") {
    const auto reference = testing_support::reference("penalties");
    const auto on = [&](const std::string& name, const Table& table, const char* target) {
        const Training training = all_but_last(table, target);
        const auto& stored = reference[name];
        for (const char* how : {"l2", "l1", "net"}) {
            if (!stored.contains(how)) continue;
            INFO(name << " " << how);
            const auto& expected = stored[how];
            const double l1 = expected["l1"].get<double>(), l2 = expected["l2"].get<double>();
            const detail::Chain chain = chain_of(training, {.l2 = l2, .l1 = l1});
            const auto& model = model_of(chain);
            CHECK(model.converged());
            REQUIRE(model.coefficients().size() == stored["names"].size());
            double penalty = 0, most = 0;
            for (std::size_t j = 0; j < stored["names"].size(); ++j) {
                const Coefficient& c = model.coefficient(stored["names"][j].get<std::string>());
                const double b = expected["coefficients"][0][j].get<double>();
                most = std::max(most, std::abs(c.value - b));
                CHECK((c.value == 0) == (b == 0));
                CHECK(is_missing(c.standard_error) == (l1 > 0));
                penalty += l1 * std::abs(c.value) + l2 / 2 * c.value * c.value;
            }
            CHECK(most < 1e-6);
            CHECK(model.intercept() == Approx(expected["intercepts"][0].get<double>()).margin(1e-6));
            // the objective, by the answers themselves
            detail::ChainMemory memory;
            const Features raw = detail::to_features(training.table());
            std::vector<double> p(raw.rows());
            chain.predict(raw.block(), p.data(), memory);
            Sum loss;
            for (std::size_t r = 0; r < p.size(); ++r)
                loss.add(-std::log(training.labels()[r] > 0.5 ? p[r] : 1 - p[r]));
            CHECK(loss.value() + penalty == Approx(expected["objective"].get<double>()).epsilon(1e-9));
        }
    };
    REQUIRE_DATA(german, "german_credit/data.csv");
    on("german", read_csv(german, {.nulls = {}}), "class");
    REQUIRE_DATA(adult, "adult/data.csv");
    on("adult", read_csv(adult, {.nulls = {}}).without({"fnlwgt"}), "income");
}

TEST_CASE("without a penalty coefficients and standard errors are those of statsmodels' Logit") {
    const auto expected = testing_support::reference("penalties")["german_numbers"];
    REQUIRE_DATA(path, "german_credit/data.csv");
    const Table german = read_csv(path, {.nulls = {}});
    Table numbers;
    for (const auto& name : expected["names"])
        numbers = numbers.with(name.get<std::string>(), german[name.get<std::string>()]);
    const auto model =
        LogisticRegression{.l2 = 0}.fit(all_but_last(numbers.with("class", german["class"]), "class"));
    const auto same = [&](double value, double error, std::size_t i) {
        CHECK(value == Approx(expected["coefficients"][i].get<double>()).epsilon(1e-7));
        CHECK(error == Approx(expected["errors"][i].get<double>()).epsilon(1e-7));
    };
    same(model.intercept(), model.intercept_standard_error(), 0);
    for (std::size_t j = 0; j < numbers.columns(); ++j)
        same(model.coefficients()[j].value, model.coefficients()[j].standard_error, j + 1);
}

TEST_CASE("a coefficient that L1 makes 0 is 0 exactly, and a stronger L1 makes more of them") {
    const Training training = all_but_last(small_bank(3000).without({"customer_id"}), "churn");
    std::size_t before = 0;
    for (const double l1 : {1.0, 30.0, 90.0, 1e5}) {
        const detail::Chain chain = chain_of(training, {.l2 = 0, .l1 = l1});
        const auto& all = model_of(chain).coefficients();
        const auto zeros = static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [](const Coefficient& c) { return c.value == 0; }));
        CHECK(zeros >= before);
        before = zeros;
        CHECK(model_of(chain).converged());
        CHECK(is_missing(model_of(chain).intercept_standard_error()));
    }
    CHECK(before == 7);
}

TEST_CASE("many classes: answers row by row, the same after saving and loading, with their table") {
    const Table table = small_bank(2000).without({"customer_id", "tenure", "gender", "churn"});
    const Training training = all_but_last(table, "country", Task::multiclass);
    for (const double l1 : {0.0, 5.0}) {
        const auto model = LogisticRegression{.l1 = l1, .class_weight = balanced}.fit(training);
        REQUIRE(model.outputs() == 3);
        CHECK(model.classes()[1].label == "Germany");
        const Features in = detail::to_features(training.table());
        std::vector<double> whole(3 * in.rows()), single(3 * in.rows());
        Scratch scratch;
        model.predict(in.block(), whole.data(), scratch);
        for (std::size_t r = 0; r < in.rows(); ++r) {
            model.predict(in.block(r, r + 1), &single[3 * r], scratch);
            double score[3], sum = 0;
            for (std::size_t k = 0; k < 3; ++k) {
                score[k] = model.intercept(k);
                for (std::size_t j = 0; j < in.columns(); ++j)
                    score[k] += model.coefficients(k)[j].value * in[j][r];
                sum += std::exp(score[k]);
            }
            for (std::size_t k = 0; k < 3; ++k)
                REQUIRE(whole[3 * r + k] == Approx(std::exp(score[k]) / sum).epsilon(1e-12));
        }
        CHECK(bits_of(whole) == bits_of(single));
        const Json json = Json::parse(model.to_json().dump());
        const auto again = Fitted<LogisticRegression>::from_json(detail::Fields(json, "model"), in.layout());
        again.predict(in.block(), single.data(), scratch);
        CHECK(bits_of(whole) == bits_of(single));
        CHECK(again.to_json() == model.to_json());
        const auto difference = again.against("France")[1];
        CHECK(difference.label == "Spain");
        CHECK(difference.coefficients[0].value ==
              model.coefficients(2)[0].value - model.coefficients(0)[0].value);
        CHECK(is_missing(difference.intercept.standard_error) == (l1 > 0));
        CHECK(is_missing(model.coefficient("age", 2).standard_error) == (l1 > 0));
        std::ostringstream out;
        out << model;
        CHECK(unless_in(out.str(), "Germany") == "");
        CHECK(unless_in(out.str(), "(intercept)") == "");
        double sum = 0;
        for (const double x : model.importances()) sum += x;
        CHECK(sum == Approx(1));
        const auto read = [&](const char* pointer, const Json& value) {
            Json damaged = json;
            damaged[Json::json_pointer(pointer)] = value;
            return Fitted<LogisticRegression>::from_json(detail::Fields(damaged, "model"), in.layout());
        };
        CHECK_NOTHROW(read("/covariances", Json::array()));
        CHECK_THROWS_AS(read("/covariances", Json::array({1.0})), ArtifactError);
        CHECK_THROWS_AS(read("/classes", Json::array()), ArtifactError);
        CHECK_THROWS_AS(read("/classes/1/coefficients", Json::array({1.0})), ArtifactError);
        CHECK_THROWS_AS(read("/classes/1/intercept", nullptr), ArtifactError);
        CHECK_THROWS_AS(read("/features/0", "other"), ArtifactError);
        CHECK_THROWS_AS(read("/classes", Json::array({json["classes"][0]})), ArtifactError);
    }
    const auto binary = LogisticRegression{}.fit(all_but_last(numbers_only(300), "churn"));
    CHECK(unless_in(message_of([&] { (void)binary.against("0"); }), "a model of many classes") == "");
}

TEST_CASE("many classes: weights, scaled rows and a gap") {
    const Table table = small_bank(600).without({"customer_id", "tenure", "gender", "churn"});
    std::vector<double> weights;
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r + 1 < table.rows(); ++r) {
        weights.push_back(static_cast<double>(r % 3));
        for (std::size_t k = 0; k < r % 3; ++k) rows.push_back(r);
    }
    weights.push_back(1);
    rows.push_back(table.rows() - 1);
    const Training weighted =
        all_but_last(table.with("w", Column::numeric(weights)), "country", Task::multiclass, "w");
    const Training repeated = all_but_last(table.take(rows), "country", Task::multiclass);
    const std::vector<detail::Affine> scaling{
        {.center = 47, .scale = 17}, {.center = 350, .scale = 330}, {.center = 0.5, .scale = 0.5}};
    Table copies = table.with("w", Column::numeric(weights));
    for (std::size_t j = 0; j < 3; ++j) {
        std::vector<double> x(table.column(j).numbers().begin(), table.column(j).numbers().end());
        scaling[j].apply(x.data(), x.size(), x.data());
        copies = copies.with(table.name(j), Column::numeric(x));
    }
    const Training scaled = all_but_last(copies, "country", Task::multiclass, "w");
    for (const double l1 : {0.0, 3.0}) {
        const LogisticRegression stage{.l1 = l1};
        const auto a = stage.fit(weighted, scaling), b = stage.fit(repeated, scaling), c = stage.fit(scaled);
        for (std::size_t k = 0; k < 3; ++k) {
            for (std::size_t j = 0; j < 3; ++j) {
                const double value = a.coefficients(k)[j].value;
                CHECK(value == Approx(b.coefficients(k)[j].value).margin(1e-9));
                CHECK(value == Approx(c.coefficients(k)[j].value).margin(1e-9));
            }
        }
    }
    std::vector<double> ages(table["age"].numbers().begin(), table["age"].numbers().end());
    ages[31] = missing;
    const Training gap = all_but_last(table.with("age", Column::numeric(ages)), "country", Task::multiclass);
    for (const double l1 : {0.0, 3.0})
        CHECK(unless_in(message_of([&] { (void)LogisticRegression{.l1 = l1}.fit(gap); }), "feature 'age'") ==
              "");
    const Training binary_gap = all_but_last(numbers_only(600).with("age", Column::numeric(ages)), "churn");
    CHECK(unless_in(message_of([&] { (void)LogisticRegression{.l1 = 2}.fit(binary_gap); }),
                    "feature 'age'") == "");
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
    const Table weightless{{"x", Column::numeric({1, 2, 3, 4, 5})},
                           {"w", Column::numeric({1, 1, 0, 1, 1})},
                           {"y", Column::numeric({0, 1, 2, 1, 0})}};
    CHECK(
        unless_in(message_of([&] { (void)stage.fit(all_but_last(weightless, "y", Task::multiclass, "w")); }),
                  "expected training rows of every class, found none of '2'") == "");
    CHECK(unless_in(fit({{"x", y}, {"y", y}}, Task::regression), "a numeric one") == "");
    const Training training = all_but_last({{"x", y}, {"y", y}}, "y");
    CHECK_THROWS_AS(LogisticRegression{.l2 = -1}.fit(training), OptionError);
    CHECK_THROWS_AS(LogisticRegression{.l2 = missing}.fit(training), OptionError);
    CHECK_THROWS_AS(LogisticRegression{.l1 = -1}.fit(training), OptionError);
    CHECK_THROWS_AS(LogisticRegression{.l1 = missing}.fit(training), OptionError);
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
