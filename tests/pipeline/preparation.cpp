// Every stage of prepare/ at work in chains: cross-fitted, resampled, saved, loaded.
#include <map>
#include <mutex>
#include <numeric>
#include <set>

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::scratch_file;
using testing_support::small_bank;

namespace {

/// All that is to be scored comes back from its artifact bit for bit, scores and features.
template <class Chain>
Model saved_and_loaded(const Chain& chain, const Training& training) {
    const Model before = chain.fit(training).model();
    const std::string path = scratch_file("preparation.gasket");
    save(before, path);
    const Model after = load(path);
    const Table live = small_bank(300, 71);
    CHECK(identity(after) == identity(before));
    CHECK(after.predict(live).values == before.predict(live).values);
    CHECK(after.stages() == before.stages());
    for (std::size_t i = 0; i < before.features().size(); ++i) {
        CHECK(after.features()[i].name == before.features()[i].name);
        CHECK(after.features()[i].sources == before.features()[i].sources);
    }
    return after;
}

/// A resampler that changes nothing and writes down the rows that it was given.
struct Spy {
    static constexpr std::string_view name = "test_spy";
    std::vector<std::set<double>>* seen = nullptr;
    std::mutex* mutex = nullptr;

    Resampled resample(const TrainingRows& rows) const {
        const auto ids = rows.features()[rows.layout().index_of("age", "spy")];
        const std::lock_guard guard(*mutex);
        seen->emplace_back(ids.begin(), ids.end());
        std::vector<double> labels(rows.labels().begin(), rows.labels().end());
        return {.features = rows.features(), .labels = std::move(labels)};
    }
};

/// One label for all rows.
struct Broken {
    static constexpr std::string_view name = "test_broken";
    Resampled resample(const TrainingRows& rows) const {
        return {.features = rows.features(), .labels = {1.0}};
    }
};

}  // namespace

TEST_CASE(
    "a chain of imputing, encoding, scaling and selecting stages comes back from its artifact bit for bit") {
    const Training training = bank_training(700);
    const auto chain =
        StandardScaler{{"age", "balance"}} | KnnImputer{.indicators = true, .max_donors = 100} |
        MinMaxScaler{.columns = {"tenure"}, .clip = true} | TargetEncoder{{"country"}} |
        OneHotEncoder{.unknown = Unknown::infrequent, .min_frequency = 5} | RobustScaler{{"balance"}} |
        VarianceThreshold{} | CorrelationFilter{.threshold = 0.99} | SelectKBest{.k = 6} |
        SelectFromModel<LogisticRegression>{.times = 0.01} | Smote{} | LogisticRegression{};
    const Model model = saved_and_loaded(chain, training);
    CHECK(model.stages()[9] == "select_from_logistic_regression");
    for (const Feature& feature : model.features()) {
        CHECK(feature.sources.size() == 1);
        if (feature.name == "tenure_missing") CHECK(feature.sources[0] == "tenure");
        if (feature.name.starts_with("gender=")) CHECK(feature.sources[0] == "gender");
        CHECK(training.table().has(feature.sources[0]));
    }
}

TEST_CASE("a chain of power transforms, bins and other encoders comes back from its artifact bit for bit") {
    const auto chain =
        Imputer{} |
        Derive{{{"money", col("balance") + 1}, {"where", if_else(col("age") > 40, "old", "young")}}} |
        Log1p{{"balance"}} | BoxCox{{"money"}} | YeoJohnson{{"age"}} | QuantileTransformer{{"tenure"}} |
        MaxAbsScaler{{"active"}} | Binner{.columns = {"age"}, .output = BinOutput::one_hot} |
        OrdinalEncoder{{"gender"}} | FrequencyEncoder{{"where"}} |
        HashingEncoder{.columns = {"country"}, .features = 4} | RandomUnderSampler{} | LogisticRegression{};
    const Model model = saved_and_loaded(chain, bank_training(700));
    const Layout& features = model.features();
    CHECK(features[features.index_of("money", "test")].sources == std::vector<std::string>{"balance"});
    CHECK(features[features.index_of("where", "test")].sources == std::vector<std::string>{"age"});
    CHECK(features[features.index_of("hash_3", "test")].sources == std::vector<std::string>{"country"});
}

TEST_CASE(
    "the stage after a target encoder learns from cross-fitted values, later rows get the encoding of all") {
    // Labels of three rows on average, that have nothing to do with the answer; a number tells rows apart.
    Random random(9);
    std::vector<std::string> label;
    std::vector<double> x, y;
    for (int i = 0; i < 1500; ++i) {
        label.push_back("v" + std::to_string(random.below(400)));
        x.push_back(random.normal());
        y.push_back(static_cast<double>(random.below(2)));
    }
    const Table table{{"c", Column::category(label)}, {"x", Column::numeric(x)}, {"y", Column::numeric(y)}};
    const Training training = StratifiedSplitter{.target = "y"}.split(table).training;
    const TargetEncoder encoder{.smooth = 1.0};
    const auto model = (encoder | LogisticRegression{.l2 = 0}).fit(training);
    // Of the naive encoding of the same rows a regression makes much; there is nothing to be made of it.
    const auto weight_of_c = [](const auto& fitted) {
        return fitted.template stage<LogisticRegression>().coefficient("c").value;
    };
    CHECK(std::abs(weight_of_c(model)) < 1.5);
    CHECK(model.stage<TargetEncoder>().to_json() == encoder.fit(training).to_json());
    const Table transformed = model.transform(training.table());
    const auto naive = transformed["c"].numbers();
    const Table encoded{{"c", Column::numeric({naive.begin(), naive.end()})},
                        {"x", training.table()["x"]},
                        {"y", Column::numeric({training.labels().begin(), training.labels().end()})}};
    const Training again = StratifiedSplitter{.target = "y"}.split(encoded).training;
    CHECK(weight_of_c((Imputer{} | LogisticRegression{.l2 = 0}).fit(again)) > 4);
    // and so the honest score of the chain is that of a coin
    const auto cv =
        cross_validate(encoder | LogisticRegression{}, training, StratifiedKFold{.folds = 5}, {auc});
    CHECK(cv.metrics[0].mean() == Approx(0.5).margin(0.06));
}

TEST_CASE(
    "a resampler sees the learning rows of the fold and no other, and every original row gets one score") {
    // ages are made to differ, so that they tell rows apart
    Table table = small_bank(400).without({"customer_id", "tenure"});
    std::vector<double> age(400);
    std::iota(age.begin(), age.end(), 20.0);
    table = table.with("age", Column::numeric(age));
    const Training training = StratifiedSplitter{.target = "churn"}.split(table).training;
    std::vector<std::set<double>> seen;
    std::mutex mutex;
    const auto cv = cross_validate(Spy{&seen, &mutex} | RandomOverSampler{} | GradientBoosting{.trees = 5},
                                   training, StratifiedKFold{.folds = 4}, {auc, log_loss_metric});
    CHECK(cv.out_of_fold.scores.size() == training.rows());
    CHECK(std::none_of(cv.out_of_fold.scores.begin(), cv.out_of_fold.scores.end(),
                       [](double p) { return is_missing(p); }));
    REQUIRE(seen.size() == 4);
    const auto ages = training.table()["age"].numbers();
    std::map<double, int> fold_of;
    for (std::size_t f = 0; f < cv.out_of_fold.folds.size(); ++f) {
        for (const std::size_t r : cv.out_of_fold.folds[f].rows) fold_of[ages[r]] = static_cast<int>(f);
    }
    for (const std::set<double>& ids : seen) {
        std::set<int> folds;  // that judge rows which the resampler was given
        for (const double id : ids) folds.insert(fold_of.at(id));
        CHECK(folds.size() == 3);
        CHECK(ids.size() + static_cast<std::size_t>(
                               std::count_if(fold_of.begin(), fold_of.end(),
                                             [&](const auto& row) { return !folds.contains(row.second); })) ==
              training.rows());
    }
}

TEST_CASE("resampling changes what is learned and leaves its count in the model, and nothing else") {
    const Training training = bank_training(1000);
    const auto plain = (Imputer{} | OneHotEncoder{} | LogisticRegression{}).fit(training);
    const auto over =
        (Imputer{} | OneHotEncoder{} | RandomOverSampler{} | LogisticRegression{}).fit(training);
    CHECK(over.model().stages() == plain.model().stages());
    CHECK(plain.model().section("resampling") == nullptr);
    const Json& section = *over.model().section("resampling");
    REQUIRE(section.size() == 1);
    CHECK(section[0]["stage"] == "random_over_sampler");
    CHECK(section[0]["before"][0].get<std::size_t>() + section[0]["before"][1].get<std::size_t>() ==
          training.rows());
    CHECK(section[0]["after"][0] == section[0]["after"][1]);
    const auto mean = [&](const auto& model) {
        double sum = 0;
        for (const double p : model.predict(training.table()).values) sum += p;
        return sum / static_cast<double>(training.rows());
    };
    CHECK(mean(over) > mean(plain) + 0.1);
    // what is learned about columns before the resampler is learned from all rows, and after it from its rows
    CHECK(over.template stage<Imputer>().to_json() == plain.template stage<Imputer>().to_json());
}

TEST_CASE("weights go through a resampler: copies of weighted rows, or their weights, learn the same") {
    Table table = small_bank(800).without({"customer_id", "tenure", "country", "gender"});
    std::vector<double> weight;
    for (std::size_t r = 0; r < table.rows(); ++r) weight.push_back(r % 3 == 0 ? 5.0 : 0.5);
    table = table.with("w", Column::numeric(weight));
    const auto split = [&](const std::string& w) {
        return StratifiedSplitter{.target = "churn", .weight = w}.split(table).training;
    };
    const auto chain = RandomUnderSampler{.ratio = 0.9} | LogisticRegression{};
    const auto weighted = chain.fit(split("w"));
    CHECK(weighted.stage<LogisticRegression>().coefficient("age").value !=
          chain.fit(split("")).stage<LogisticRegression>().coefficient("age").value);
    const auto cv =
        cross_validate(Smote{} | LogisticRegression{}, split("w"), StratifiedKFold{.folds = 3}, {auc});
    CHECK(cv.out_of_fold.weights.size() == cv.out_of_fold.scores.size());
    CHECK(cv.metrics[0].mean() > 0.55);
}

TEST_CASE("a resampler that breaks its promise is named") {
    const auto chain = Broken{} | Dummy{};
    CHECK_THROWS_AS(chain.fit(bank_training(100)), SchemaError);
}
