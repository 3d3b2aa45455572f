#include <gasket/gasket.hpp>
#include <iostream>

int main() {
    using namespace gasket;
    const Table customers = read_csv("bank_customers.csv");

    const auto workflow =
          Profiler{}
        | Drop{{"customer_id"}}
        | Derive{{{"balance_to_salary", col("balance") / (col("estimated_salary") + 1)},
                  {"is_senior",         col("age") >= 60}}}
        | StratifiedSplitter{.target = "churn", .test_fraction = 0.2, .seed = 42}
        | Imputer{.strategy = Impute::median}
        | OneHotEncoder{.drop_first = true}
        | StandardScaler{}
        | GradientBoosting{.trees = 200, .learning_rate = 0.1}
        | ThresholdTuner{.maximise = f1}
        | Evaluator{.folds = 5}
        | PsiMonitor{};

    const auto run = workflow.run(customers);      // profile, split, fit on train only, test once
    std::cout << run.profile() << run.evaluation();
    run.save("churn-1.0.0.gasket");

    const Model model = load("churn-1.0.0.gasket"); // any pipeline, no template in sight
    std::cout << model.predict(customers.head(3));
}
