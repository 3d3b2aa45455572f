#include "gasket/pipeline/scorer.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

#include "gasket/prepare/binner.hpp"
#include "gasket/prepare/correlation_filter.hpp"
#include "gasket/prepare/frequency_encoder.hpp"
#include "gasket/prepare/hashing_encoder.hpp"
#include "gasket/prepare/knn_imputer.hpp"
#include "gasket/prepare/max_abs_scaler.hpp"
#include "gasket/prepare/min_max_scaler.hpp"
#include "gasket/prepare/ordinal_encoder.hpp"
#include "gasket/prepare/quantile_transformer.hpp"
#include "gasket/prepare/robust_scaler.hpp"
#include "gasket/prepare/select_k_best.hpp"
#include "gasket/prepare/target_encoder.hpp"
#include "gasket/prepare/variance_threshold.hpp"
#include "gasket/prepare/yeo_johnson.hpp"
#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/visits.hpp"

// GCC does not see that both operators are replaced together.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace {
std::atomic<std::size_t> allocations = 0;
}
// Every allocation of the program is counted.
void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
    std::free(p);
}

using namespace gasket;
using testing_support::bank_training;
using testing_support::preparation;
using testing_support::small_bank;

namespace {
void fill(Scorer& scorer, const Table& table, std::size_t row) {
    scorer.clear();
    for (const std::string& name : scorer.model().inputs()) {
        const Column& column = table[name];
        const std::size_t at = scorer.column(name);
        if (column.is_missing(row)) continue;
        if (column.kind() == Kind::category) {
            scorer.set(at, std::string_view(column.labels()[static_cast<std::size_t>(column.codes()[row])]));
        } else {
            scorer.set(at, column.numbers()[row]);
        }
    }
}

template <class Chain>
void check_scorer(const Chain& chain) {
    const auto model = chain.fit(bank_training());
    const Table table = small_bank(64, 31);
    const Predictions batch = model.predict(table);
    Scorer scorer(model.model());
    for (std::size_t r = 0; r < table.rows(); ++r) {
        fill(scorer, table, r);
        CHECK(scorer.predict() == batch[r]);
    }
    const std::size_t age = scorer.column("age");
    const std::size_t country = scorer.column("country");
    const std::size_t before = allocations;
    double sum = 0;
    for (int k = 0; k < 1000; ++k) {
        scorer.clear();
        scorer.set(age, 20.0 + k % 50);
        scorer.set(country, k % 2 == 0 ? "France" : "a country that nobody has ever heard of");
        sum += scorer.predict();
    }
    const std::size_t after = allocations;
    CHECK(after == before);
    CHECK(sum > 0);
}
}  // namespace

TEST_CASE("one raw record gets the score of the batch, bit for bit, without an allocation") {
    SECTION("logistic regression behind a preparation") {
        check_scorer(preparation() | LogisticRegression{});
    }
    SECTION("random forest behind a preparation") {
        check_scorer(preparation() | RandomForest{.trees = 30});
    }
    SECTION("boosting on raw columns and a derived one") {
        check_scorer(Derive{{{"senior", col("age") >= 60}, {"per_year", col("balance") / (col("age") + 1)}}} |
                     GradientBoosting{.trees = 30});
    }
    SECTION("neighbours, supervised and hashed labels, scalers, selection") {
        check_scorer(KnnImputer{.columns = {"tenure", "active"}} | Imputer{} |
                     TargetEncoder{.columns = {"country"}} | HashingEncoder{.columns = {"gender"}} |
                     RobustScaler{.columns = {"balance"}} | MinMaxScaler{.columns = {"age"}} |
                     MaxAbsScaler{.columns = {"tenure"}} | VarianceThreshold{} | CorrelationFilter{} |
                     LogisticRegression{});
    }
    SECTION("power transforms, quantiles, bins, ordinal and frequent labels") {
        check_scorer(YeoJohnson{.columns = {"balance"}} | QuantileTransformer{.columns = {"age"}} |
                     Binner{.columns = {"tenure"}} | FrequencyEncoder{.columns = {"country"}} |
                     OrdinalEncoder{.columns = {"gender"}} | Imputer{} | SelectKBest{.k = 4} |
                     LogisticRegression{});
    }
}

TEST_CASE("a scorer says which column does not exist or has another type") {
    Scorer scorer((preparation() | LogisticRegression{}).fit(bank_training()).model());
    CHECK_THROWS_AS((void)scorer.column("agee"), SchemaError);
    CHECK_THROWS_AS(scorer.set(scorer.column("age"), "forty"), SchemaError);
    CHECK_THROWS_AS(scorer.set(scorer.column("country"), 3.0), SchemaError);
}

TEST_CASE("expressions over dates score a saved model's rows as they scored training rows") {
    const Table table = testing_support::visits(400);
    const auto chain = Derive{{{"week_day", weekday(col("day"))},
                               {"spring", col("day") >= "1970-03-01" && col("day") < "1970-06-01"},
                               {"capped", min(col("day"), "1970-04-01")},
                               {"age", days_between(col("capped"), "1970-12-31")}}} |
                       Drop{{"visit", "customer", "day"}} | DecisionTree{.max_depth = 4};
    const Training training = StratifiedSplitter{.target = "churn"}.split(table).training;
    const Model model = from_bytes(to_bytes(chain.fit(training)));
    CHECK(model.inputs() == std::vector<std::string>{"day", "spent"});
    CHECK(model.transform(table)["capped"].kind() == Kind::datetime);
    const std::vector<double> batch = model.predict(table).values;
    Scorer scorer(model);
    const std::size_t day = scorer.column("day"), spent = scorer.column("spent");
    for (std::size_t r = 0; r < table.rows(); r += 7) {
        scorer.set(day, static_cast<double>(table["day"].seconds()[r]));
        scorer.set(spent, table["spent"].numbers()[r]);
        CHECK(scorer.predict() == batch[r]);
    }
    // as the time of a splitter, a derived date will do; it is then no feature
    const auto run = (Derive{{{"when", max(col("day"), "1970-01-05")}}} |
                      TimeSplitter{.target = "churn", .time = "when"} | DecisionTree{.max_depth = 2})
                         .run(table.without({"customer"}));
    CHECK(run.training_record().cutoff == "1970-03-24");
    CHECK_FALSE(run.model().features().find("when").has_value());
    CHECK(run.model().features().find("day").has_value());
}
