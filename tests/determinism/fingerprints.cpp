// Prints a fingerprint of each fitted model and of its answers, for tests/determinism/check to compare
// between builds and numbers of threads. Categories, gaps, weights and everything drawn by chance take part.
#include <cstdio>
#include <support/bank_customers.hpp>

#include "gasket/core/digest.hpp"
#include "gasket/model/decision_tree.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/model/linear_svm.hpp"
#include "gasket/model/logistic_regression.hpp"
#include "gasket/model/random_forest.hpp"
#include "gasket/split/random_splitter.hpp"

namespace {
using namespace gasket;

Training customers(const char* target, Task task) {
    const Table table = examples::bank_customers(20000, 5, 0.5).without({"customer_id"});
    std::vector<double> weight;
    for (std::size_t r = 0; r < table.rows(); ++r) weight.push_back(0.1 * static_cast<double>(r % 7));
    return RandomSplitter{.target = target, .task = task, .weight = "weight"}
        .split(table.with("weight", Column::numeric(weight)))
        .training;
}

/// Numbers alone, a gap being 0: what a linear model takes. With 80,000 rows it learns by way of a sample.
Training numbers(const char* target, std::size_t rows) {
    const Table table = examples::bank_customers(rows, 5, 0.5);
    Table out;
    for (const char* name : {"age", "balance", "credit_score", "tenure", "complaints_12m"}) {
        std::vector<double> values(table[name].numbers().begin(), table[name].numbers().end());
        for (double& x : values) x = is_missing(x) ? 0 : x;
        out = out.with(name, Column::numeric(std::move(values)));
    }
    const Task task = std::string(target) == "churn" ? Task::binary : Task::multiclass;
    return RandomSplitter{.target = target, .task = task}.split(out.with(target, table[target])).training;
}

template <class S>
void print(const char* name, const S& stage, const TrainingRows& rows) {
    const auto fitted = stage.fit(rows);
    std::vector<double> answers(rows.rows() * rows.target().outputs());
    Scratch scratch;
    fitted.predict(rows.features().block(), answers.data(), scratch);
    const std::string bytes(reinterpret_cast<const char*>(answers.data()), answers.size() * sizeof(double));
    std::printf("%s: model %s answers %s\n", name, Sha256::hex(fitted.to_json().dump()).substr(0, 16).c_str(),
                Sha256::hex(bytes).substr(0, 16).c_str());
}
}  // namespace

int main() {
    const Training churn = customers("churn", Task::binary);
    const TrainingRows rows(churn);
    print("boosting", GradientBoosting{.trees = 60}, rows);
    print("boosting, more options",
          GradientBoosting{.trees = 40,
                           .l1 = 0.1,
                           .row_fraction = 0.5,
                           .thresholds_per_split = 8,
                           .growth = Growth::depth_wise,
                           .early_stopping_rounds = 10,
                           .monotone = {{"complaints_12m", 1}},
                           .class_weight = balanced},
          rows);
    print("forest", RandomForest{.trees = 30}, rows);
    print("tree", DecisionTree{}, rows);
    const Training plain = numbers("churn", 80000);
    const TrainingRows plain_rows(plain);
    print("logistic regression", LogisticRegression{.class_weight = balanced}, plain_rows);
    print("logistic regression with l1", LogisticRegression{.l1 = 20}, plain_rows);
    print("support vector machine", LinearSvm{.max_iterations = 20}, plain_rows);
    const Training class_rows = numbers("country", 20000);
    print("logistic regression of many classes", LogisticRegression{}, TrainingRows(class_rows));
    const Training score = customers("credit_score", Task::regression);
    print("boosting a number", GradientBoosting{.trees = 60}, TrainingRows(score));
    print("forest of a number", RandomForest{.trees = 20}, TrainingRows(score));
}
