#include "gasket/pipeline/stage.hpp"

#include "gasket/gasket.hpp"
#include "support/catch.hpp"

using namespace gasket;

// What is what.
static_assert(Observer<Profiler>);
static_assert(Declaration<Aggregates> && !Declaration<Profiler> && !RowTransform<Aggregates>);
static_assert(RowTransform<Drop> && RowTransform<Derive>);
static_assert(Splitter<StratifiedSplitter> && Splitter<RandomSplitter> && Splitter<TimeSplitter>);
static_assert(Splitter<GroupSplitter> && Splitter<StratifiedGroupSplitter>);
static_assert(Transformer<Imputer> && Transformer<OneHotEncoder> && Transformer<StandardScaler>);
static_assert(Transformer<KnnImputer> && Transformer<TargetEncoder> && Transformer<Binner> &&
              Transformer<SelectKBest> && Transformer<SelectFromModel<RandomForest>>);
static_assert(CrossFitter<TargetEncoder>);
static_assert(Resampler<RandomOverSampler> && Resampler<RandomUnderSampler> && Resampler<Smote> &&
              Resampler<SmoteNc>);
static_assert(Estimator<LogisticRegression> && Estimator<DecisionTree> && Estimator<RandomForest> &&
              Estimator<GradientBoosting> && Estimator<Dummy>);
static_assert(Tuner<ThresholdTuner> && Judge<Evaluator> && Monitor<PsiMonitor>);

// And what it is not.
static_assert(!Transformer<Drop>, "what learns nothing is no transformer");
static_assert(!RowTransform<Imputer>, "what learns is no row transform");
static_assert(!Estimator<Imputer> && !Transformer<LogisticRegression>);
static_assert(!CrossFitter<OneHotEncoder>, "what does not look at the target needs no cross-fit");
static_assert(!Transformer<Smote> && !Resampler<Imputer> && !Resampler<StratifiedSplitter>);
static_assert(!Splitter<Profiler> && !Observer<StratifiedSplitter>);
static_assert(!AnyStage<Fitted<Imputer>>, "what is fitted is no stage any more");
static_assert(!AnyStage<Table> && !AnyStage<int> && !AnyStage<Model>);
static_assert(FittedTransform<Fitted<Imputer>> && !FittedEstimator<Fitted<Imputer>>);
static_assert(FittedEstimator<Fitted<LogisticRegression>> && !FittedTransform<Fitted<LogisticRegression>>);

namespace {
/// A stage of a user's own: adds nothing, but looks like a transformer.
struct Doubler {
    static constexpr std::string_view name = "test_doubler";
    double factor = 2;
    Fitted<Doubler> fit(const TrainingRows& rows) const;
};
}  // namespace

template <>
class gasket::Fitted<Doubler> {
  public:
    Fitted(double factor, const Layout& in) : factor_(factor) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (in[i].is_category()) {
                outputs_.pass(in, i);
            } else {
                from_.push_back(i);
                outputs_.compute(in[i]);
            }
        }
    }
    [[nodiscard]] const Outputs& outputs() const { return outputs_; }
    void compute(const Block& in, std::span<double* const> out) const {
        for (std::size_t k = 0; k < from_.size(); ++k) {
            for (std::size_t r = 0; r < in.rows(); ++r) out[k][r] = factor_ * in[from_[k]][r];
        }
    }
    [[nodiscard]] Json to_json() const { return {{"factor", factor_}}; }
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        return {fields.number("factor"), in};
    }

  private:
    double factor_;
    std::vector<std::size_t> from_;
    Outputs outputs_;
};

namespace {
Fitted<Doubler> Doubler::fit(const TrainingRows& rows) const {
    return {factor, rows.layout()};
}
}  // namespace

static_assert(Transformer<Doubler>, "a user's type that offers the same is a stage like any other");
