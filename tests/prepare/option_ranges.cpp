#include "support/option_ranges.hpp"

#include <limits>

#include "gasket/model/decision_tree.hpp"
#include "gasket/prepare/binner.hpp"
#include "gasket/prepare/correlation_filter.hpp"
#include "gasket/prepare/hashing_encoder.hpp"
#include "gasket/prepare/knn_imputer.hpp"
#include "gasket/prepare/min_max_scaler.hpp"
#include "gasket/prepare/one_hot_encoder.hpp"
#include "gasket/prepare/quantile_transformer.hpp"
#include "gasket/prepare/random_over_sampler.hpp"
#include "gasket/prepare/robust_scaler.hpp"
#include "gasket/prepare/select_from_model.hpp"
#include "gasket/prepare/select_k_best.hpp"
#include "gasket/prepare/smote.hpp"
#include "gasket/prepare/target_encoder.hpp"
#include "gasket/prepare/variance_threshold.hpp"
#include "gasket/split/random_splitter.hpp"
#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::is_taken;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double least = std::numeric_limits<double>::denorm_min();

/// Numbers without gaps, two columns of labels, and a target.
Training learn() {
    return RandomSplitter{.target = "churn"}
        .split(testing_support::small_bank(60).without({"customer_id", "tenure"}))
        .training;
}

template <class Stage>
bool fits(const Stage& stage) {
    const Training training = learn();
    return is_taken([&] { (void)stage.fit(training); });
}

template <class Stage>
bool resamples(const Stage& stage) {
    const Training training = RandomSplitter{.target = "churn"}
                                  .split(testing_support::small_bank(60).select({"age", "balance", "churn"}))
                                  .training;
    return is_taken([&] { (void)stage.resample(training); });
}

}  // namespace

// Each pair of lines: the last value that is taken, and the first that is not.

TEST_CASE("the ranges of the options of what scales and bins end where their words say") {
    CHECK(fits(Binner{.bins = 2}));
    CHECK_FALSE(fits(Binner{.bins = 1}));
    CHECK(fits(Binner{.bins = 1000}));
    CHECK_FALSE(fits(Binner{.bins = 1001}));
    CHECK(fits(MinMaxScaler{.low = 0, .high = least}));
    CHECK_FALSE(fits(MinMaxScaler{.low = 1, .high = 1}));
    CHECK_FALSE(fits(MinMaxScaler{.low = 0, .high = infinity}));
    CHECK_FALSE(fits(MinMaxScaler{.low = -infinity, .high = 0}));
    CHECK(fits(QuantileTransformer{.quantiles = 2}));
    CHECK_FALSE(fits(QuantileTransformer{.quantiles = 1}));
    CHECK(fits(QuantileTransformer{.quantiles = 100000}));
    CHECK_FALSE(fits(QuantileTransformer{.quantiles = 100001}));
    CHECK(fits(RobustScaler{.lower = 0, .upper = 1}));
    CHECK_FALSE(fits(RobustScaler{.lower = -least, .upper = 1}));
    CHECK_FALSE(fits(RobustScaler{.lower = 0, .upper = 1.01}));
    CHECK_FALSE(fits(RobustScaler{.lower = 0.5, .upper = 0.5}));
}

TEST_CASE("the ranges of the options of what encodes and imputes end where their words say") {
    CHECK(fits(HashingEncoder{.features = 2}));
    CHECK_FALSE(fits(HashingEncoder{.features = 1}));
    CHECK(fits(HashingEncoder{.features = 4096}));
    CHECK_FALSE(fits(HashingEncoder{.features = 4097}));
    CHECK(fits(KnnImputer{.neighbours = 1}));
    CHECK_FALSE(fits(KnnImputer{.neighbours = 0}));
    CHECK(fits(KnnImputer{.neighbours = 64}));
    CHECK_FALSE(fits(KnnImputer{.neighbours = 65}));
    CHECK(fits(OneHotEncoder{.max_categories = 1, .label_limit = 1}));
    CHECK_FALSE(fits(OneHotEncoder{.label_limit = 0}));
    CHECK(fits(OneHotEncoder{.min_frequency = 0}));
    CHECK_FALSE(fits(OneHotEncoder{.min_frequency = -least}));
    CHECK(fits(OneHotEncoder{.min_frequency = 0.99}));
    CHECK(fits(OneHotEncoder{.min_frequency = 1}));
    CHECK_FALSE(fits(OneHotEncoder{.min_frequency = 1.5}));
    CHECK_FALSE(fits(OneHotEncoder{.min_frequency = infinity}));
    CHECK(fits(TargetEncoder{.smooth = 0}));
    CHECK_FALSE(fits(TargetEncoder{.smooth = -least}));
    CHECK_FALSE(fits(TargetEncoder{.smooth = infinity}));
    CHECK(fits(TargetEncoder{.folds = 2}));
    CHECK_FALSE(fits(TargetEncoder{.folds = 1}));
}

TEST_CASE("the ranges of the options of what selects end where their words say") {
    CHECK(fits(CorrelationFilter{.threshold = 1}));
    CHECK_FALSE(fits(CorrelationFilter{.threshold = 1.01}));
    CHECK(fits(CorrelationFilter{.threshold = 1e-3}));
    CHECK_FALSE(fits(CorrelationFilter{.threshold = 0}));
    CHECK(fits(SelectKBest{.k = 1}));
    CHECK_FALSE(fits(SelectKBest{.k = 0}));
    CHECK(fits(SelectFromModel<DecisionTree>{.times = 0}));
    CHECK_FALSE(fits(SelectFromModel<DecisionTree>{.times = -least}));
    CHECK_FALSE(fits(SelectFromModel<DecisionTree>{.times = infinity}));
    CHECK(fits(VarianceThreshold{.threshold = 0}));
    CHECK_FALSE(fits(VarianceThreshold{.threshold = -least}));
    CHECK_FALSE(fits(VarianceThreshold{.threshold = infinity}));
}

TEST_CASE("the ranges of the options of what resamples end where their words say") {
    CHECK(resamples(RandomOverSampler{.ratio = 1}));
    CHECK_FALSE(resamples(RandomOverSampler{.ratio = 1.01}));
    CHECK(resamples(RandomOverSampler{.ratio = least}));
    CHECK_FALSE(resamples(RandomOverSampler{.ratio = 0}));
    CHECK(resamples(Smote{.neighbours = 1}));
    CHECK_FALSE(resamples(Smote{.neighbours = 0}));
    CHECK(resamples(Smote{.neighbours = 64}));
    CHECK_FALSE(resamples(Smote{.neighbours = 65}));
    CHECK(resamples(Smote{.max_candidates = 0}));
    CHECK_FALSE(resamples(Smote{.max_candidates = 1}));
    CHECK(resamples(Smote{.max_candidates = 2}));
}

TEST_CASE("a feature exactly as important as the least that is asked for stays") {
    const Training training = learn();
    const auto all = SelectFromModel<DecisionTree>{.limit = ImportanceLimit::value, .times = 0}.fit(training);
    double greatest = 0;
    for (const auto& one : all.judged()) greatest = std::max(greatest, one.score);
    const auto kept =
        SelectFromModel<DecisionTree>{.limit = ImportanceLimit::value, .times = greatest}.fit(training);
    CHECK(kept.outputs().layout().size() == 1);
}
