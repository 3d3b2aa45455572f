// The code of docs/preparing.md; tests/docs/check_passages compares the two. What the page says about it is
// checked here.
#include <iostream>

#include "gasket/gasket.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
using namespace gasket;

TEST_CASE("the page on preparing columns does what it says on real customers") {
    REQUIRE_DATA(file, "bank_churn_practicum/data.csv");
    const Table customers = read_csv(file).without({"RowNumber", "CustomerId"});
    auto [train, test] = StratifiedSplitter{.target = "Exited"}.split(customers);

    // clang-format off
    const auto labels = TargetEncoder{{"Surname"}}
                      | OneHotEncoder{.unknown = Unknown::infrequent, .min_frequency = 50};
    const auto numbers = Log1p{{"Balance"}} | YeoJohnson{{"CreditScore"}}
                       | StandardScaler{{"Balance", "EstimatedSalary"}}
                       | KnnImputer{.columns = {"Tenure", "Balance", "CreditScore", "EstimatedSalary"},
                                    .indicators = true};
    const auto plain = labels | numbers | StandardScaler{} | LogisticRegression{};

    const auto bins = Binner{.columns = {"Age"}, .bins = 6, .output = BinOutput::one_hot}
                    | Binner{.columns = {"NumOfProducts"}, .bins = 4, .strategy = Bins::uniform, .output = BinOutput::one_hot};
    const auto choose = VarianceThreshold{} | CorrelationFilter{.threshold = 0.98} | SelectKBest{.k = 15};
    const auto shaped = labels | bins | numbers | choose | StandardScaler{} | LogisticRegression{};

    const auto resampled = labels | bins | numbers | choose | StandardScaler{} | Smote{} | LogisticRegression{};
    const auto weighted = labels | bins | numbers | choose | StandardScaler{}
                        | LogisticRegression{.class_weight = balanced};
    // clang-format on
    const StratifiedKFold folds{.folds = 5};
    const auto measure = [&](const auto& chain) {
        return cross_validate(chain, train, folds, {auc, f1, log_loss_metric});
    };
    std::cout << measure(plain) << measure(shaped) << measure(resampled) << measure(weighted);
    const auto fitted = resampled.fit(train);
    for (const Feature& feature : fitted.model().features()) {
        std::cout << feature.name << " from " << text::list(feature.sources) << "\n";
    }
    std::cout << *fitted.model().section("resampling") << "\n";
    for (const auto& one : fitted.stage<SelectKBest>().judged())
        std::cout << one.feature << " " << one.score << " " << one.kept << "\n";
}
