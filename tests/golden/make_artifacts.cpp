// Makes the artifacts of one state of the library, with what each answers: see artifacts/README.md. Compiles
// with every state since the first that had all of this program's first half; what a state lacks is left out.
//   make_artifacts BANK.csv LIVE.csv FOLDER
#include <cstdio>
#include <fstream>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>

using namespace gasket;

namespace {

std::string folder;

/// NAME.gasket or NAME.json, and NAME.answers: the threshold and then every answer, as hexadecimal doubles.
template <class M>
void keep(const M& model, const std::string& name, const Table& live) {
    save(model, folder + "/" + name);
    std::ofstream out(folder + "/" + name + ".answers");
    const auto line = [&](double x) {
        char text[64];
        std::snprintf(text, sizeof text, "%a\n", x);
        out << text;
    };
    line(model.threshold());
    for (const double x : model.predict(live).values) line(x);
    std::cout << name << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    folder = argv[3];
    const Table bank = read_csv(argv[1]), live = read_csv(argv[2]);
    const Table churn = bank.without({"paid", "plan"});
    const Training training =
        StratifiedSplitter{.target = "churn", .test_fraction = 0.3}.split(churn).training;
    const auto numbers = Imputer{} | Drop{{"joined"}} | OneHotEncoder{.drop_first = true} | StandardScaler{};

    keep((numbers | LogisticRegression{}).fit(training), "logistic_regression.gasket", live);
    keep((numbers | LogisticRegression{}).fit(training), "logistic_regression.json", live);
    keep((Drop{{"gender"}} | DecisionTree{.max_depth = 3}).fit(training), "decision_tree.gasket", live);
    keep((Imputer{} | RandomForest{.trees = 4, .max_depth = 3}).fit(training), "random_forest.gasket", live);
    keep((Derive{{{"senior", col("age") >= 60 && col("country") == "Germany"},
                  {"per_year", col("balance") / (col("tenure") + 1)}}} |
          GradientBoosting{.trees = 6} | ThresholdTuner{} | PsiMonitor{})
             .fit(training),
         "gradient_boosting.gasket", live);
    keep((Drop{{"joined"}} | Dummy{}).fit(training), "dummy.gasket", live);

#if __has_include(<gasket/prepare/target_encoder.hpp>) && __has_include(<gasket/prepare/knn_imputer.hpp>)
    keep((Drop{{"joined"}} | KnnImputer{.neighbours = 3, .max_donors = 20} |
          TargetEncoder{.columns = {"country"}} | FrequencyEncoder{} | YeoJohnson{} | MinMaxScaler{} |
          LogisticRegression{})
             .fit(training),
         "encoders_of_target.gasket", live);
    keep((Imputer{} | HashingEncoder{.columns = {"country"}, .features = 4} | OrdinalEncoder{} |
          RobustScaler{} | QuantileTransformer{.columns = {"balance"}, .quantiles = 10} | MaxAbsScaler{} |
          LogisticRegression{})
             .fit(training),
         "encoders_of_labels.gasket", live);
    keep((Imputer{} | Log1p{.columns = {"balance"}} | Binner{.columns = {"age"}, .bins = 3} |
          OneHotEncoder{} | VarianceThreshold{} | SelectKBest{.k = 5} | LogisticRegression{})
             .fit(training),
         "selection.gasket", live);
#endif
#if __has_include(<gasket/pipeline/calibrator.hpp>)
    keep((numbers | LogisticRegression{} | Calibrator{} | ThresholdTuner{}).fit(training),
         "calibrator.gasket", live);
#endif
#if __has_include(<gasket/model/ridge.hpp>)
    const Training paid = RandomSplitter{.target = "paid", .test_fraction = 0.3, .task = Task::regression}
                              .split(bank.without({"churn", "plan"}))
                              .training;
    keep((numbers | LinearRegression{}).fit(paid), "linear_regression.gasket", live);
    keep((numbers | Ridge{}).fit(paid), "ridge.gasket", live);
    keep((numbers | Lasso{.alpha = 0.1}).fit(paid), "lasso.gasket", live);
    keep((numbers | ElasticNet{.alpha = 0.1}).fit(paid), "elastic_net.gasket", live);
#endif
#if __has_include(<gasket/model/class_tree_grower.hpp>)
    const Training plan = StratifiedSplitter{.target = "plan", .test_fraction = 0.3, .task = Task::multiclass}
                              .split(bank.without({"churn", "paid"}))
                              .training;
    keep((Drop{{"gender"}} | GradientBoosting{.trees = 6, .loss = poisson_loss}).fit(paid),
         "boosting_of_counts.gasket", live);
    keep((Drop{{"gender"}} | GradientBoosting{.trees = 3} | ThresholdTuner{}).fit(plan),
         "boosting_of_classes.gasket", live);
    keep((Drop{{"gender"}} | RandomForest{.trees = 3, .max_depth = 3}).fit(plan), "forest_of_classes.gasket",
         live);
#endif
    return 0;
}
