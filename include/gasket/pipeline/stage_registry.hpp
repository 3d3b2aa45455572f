#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/model/decision_tree.hpp"
#include "gasket/model/dummy.hpp"
#include "gasket/model/elastic_net.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/model/lasso.hpp"
#include "gasket/model/linear_regression.hpp"
#include "gasket/model/linear_svm.hpp"
#include "gasket/model/logistic_regression.hpp"
#include "gasket/model/random_forest.hpp"
#include "gasket/model/ridge.hpp"
#include "gasket/pipeline/chain.hpp"
#include "gasket/prepare/binner.hpp"
#include "gasket/prepare/box_cox.hpp"
#include "gasket/prepare/correlation_filter.hpp"
#include "gasket/prepare/derive.hpp"
#include "gasket/prepare/drop.hpp"
#include "gasket/prepare/frequency_encoder.hpp"
#include "gasket/prepare/hashing_encoder.hpp"
#include "gasket/prepare/imputer.hpp"
#include "gasket/prepare/knn_imputer.hpp"
#include "gasket/prepare/log1p.hpp"
#include "gasket/prepare/max_abs_scaler.hpp"
#include "gasket/prepare/min_max_scaler.hpp"
#include "gasket/prepare/one_hot_encoder.hpp"
#include "gasket/prepare/ordinal_encoder.hpp"
#include "gasket/prepare/quantile_transformer.hpp"
#include "gasket/prepare/robust_scaler.hpp"
#include "gasket/prepare/select_from_model.hpp"
#include "gasket/prepare/select_k_best.hpp"
#include "gasket/prepare/standard_scaler.hpp"
#include "gasket/prepare/target_encoder.hpp"
#include "gasket/prepare/variance_threshold.hpp"
#include "gasket/prepare/yeo_johnson.hpp"

namespace gasket {

namespace detail {

/// How `load` finds the code for the names in an artifact.
class StageRegistry {
  public:
    using TransformReader = std::shared_ptr<const AnyTransform> (*)(const Fields&, const Layout&);
    using EstimatorReader = std::shared_ptr<const AnyEstimator> (*)(const Fields&, const Layout&);

    static StageRegistry& instance() {
        static StageRegistry registry;
        return registry;
    }

    template <class S>
    void add() {
        if constexpr (Estimator<S>) {
            add({S::name, nullptr, [](const Fields& fields, const Layout& in) {
                     return EstimatorOf<S>::share(Fitted<S>::from_json(fields, in));
                 }});
        } else {
            static_assert(RowTransform<S> || Transformer<S>,
                          "only transforms and estimators are stored in artifacts");
            add({S::name,
                 [](const Fields& fields, const Layout& in) {
                     return TransformOf<S>::share(Fitted<S>::from_json(fields, in));
                 },
                 nullptr});
        }
    }

    [[nodiscard]] std::shared_ptr<const AnyTransform> transform(const std::string& name, const Fields& fields,
                                                                const Layout& in) const {
        return find(name, &Entry::transform, fields.path())(fields, in);
    }
    [[nodiscard]] std::shared_ptr<const AnyEstimator> estimator(const std::string& name, const Fields& fields,
                                                                const Layout& in) const {
        return find(name, &Entry::estimator, fields.path())(fields, in);
    }

  private:
    StageRegistry() {
        add<Drop>();
        add<Derive>();
        add<Imputer>();
        add<OneHotEncoder>();
        add<StandardScaler>();
        add<MinMaxScaler>();
        add<RobustScaler>();
        add<MaxAbsScaler>();
        add<Log1p>();
        add<BoxCox>();
        add<YeoJohnson>();
        add<QuantileTransformer>();
        add<Binner>();
        add<OrdinalEncoder>();
        add<FrequencyEncoder>();
        add<TargetEncoder>();
        add<HashingEncoder>();
        add<KnnImputer>();
        add<VarianceThreshold>();
        add<CorrelationFilter>();
        add<SelectKBest>();
        add<SelectFromModel<LogisticRegression>>();
        add<SelectFromModel<LinearSvm>>();
        add<SelectFromModel<DecisionTree>>();
        add<SelectFromModel<RandomForest>>();
        add<SelectFromModel<GradientBoosting>>();
        add<Dummy>();
        add<LogisticRegression>();
        add<LinearSvm>();
        add<LinearRegression>();
        add<Ridge>();
        add<Lasso>();
        add<ElasticNet>();
        add<DecisionTree>();
        add<RandomForest>();
        add<GradientBoosting>();
    }

    struct Entry {
        std::string_view name;
        TransformReader transform;
        EstimatorReader estimator;
    };

    void add(const Entry& entry) {
        const std::lock_guard guard(mutex_);
        const auto same = [&](const Entry& e) {
            return e.name == entry.name && !e.transform == !entry.transform;
        };
        std::erase_if(entries_, same);
        entries_.push_back(entry);
    }

    template <class Reader>
    Reader find(const std::string& name, Reader Entry::*reader, const std::string& where) const {
        const std::lock_guard guard(mutex_);
        for (const Entry& entry : entries_) {
            if (entry.name == name && entry.*reader != nullptr) return entry.*reader;
        }
        throw ArtifactError(ErrorCode::artifact_unknown_stage,
                            {.expected = "a stage that this program knows",
                             .found = "'" + name + "'",
                             .where = where,
                             .advice = "call gasket::register_stage<YourStage>() before loading"});
    }

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
};

}  // namespace detail

/// Makes a stage of your own known to `load`. Call it once, before loading; calling it again does no harm.
/// The library's own stages are known already. thread-safe.
template <class S>
void register_stage() {
    detail::StageRegistry::instance().add<S>();
}

}  // namespace gasket
