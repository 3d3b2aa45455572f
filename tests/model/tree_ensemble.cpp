#include "gasket/model/tree_ensemble.hpp"

#include "gasket/data/csv.hpp"
#include "gasket/evaluate/cross_validate.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/model/random_forest.hpp"
#include "gasket/split/k_fold.hpp"
#include "gasket/split/stratified_splitter.hpp"
#include "support/files.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

namespace {
struct Found {
    double boosting;
    double forest;
};
/// AUC of 5 folds with what the tutorials ask for and defaults for the rest.
Found found(const Table& table, const std::string& target, const std::string& positive, std::size_t trees) {
    const Training training =
        StratifiedSplitter{.target = target, .test_fraction = 0.002, .positive = positive}
            .split(table)
            .training;
    const auto mean = [&](const auto& stage) {
        return cross_validate(stage, training, StratifiedKFold{.folds = 5, .seed = 42}, {auc})
            .metrics[0]
            .mean();
    };
    return {mean(GradientBoosting{.trees = 200, .learning_rate = 0.1, .max_depth = 5}),
            mean(RandomForest{.trees = trees, .max_depth = 10})};
}
}  // namespace

TEST_CASE("on bank churn the ensembles rank as well as scikit-learn's, categories taken raw") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const auto stored = reference("trees")["auc"]["bank_churn_kaggle"];
    const Found auc =
        found(read_csv(path).without({"RowNumber", "CustomerId", "Surname"}), "Exited", "1", 60);
    CHECK(auc.boosting >= stored["gradient_boosting"].get<double>());
    CHECK(auc.boosting >= 0.867);
    CHECK(auc.forest >= stored["random_forest"].get<double>() - 0.003);
}

TEST_CASE("on a thousand rows they do too") {
    REQUIRE_DATA(path, "german_credit/data.csv");
    const auto stored = reference("trees")["auc"]["german_credit"];
    const Found auc = found(read_csv(path), "class", "bad", 200);
    CHECK(auc.boosting >= stored["gradient_boosting"].get<double>() - 0.005);
    CHECK(auc.forest >= stored["random_forest"].get<double>() - 0.01);
}

TEST_CASE("a file in which two nodes share a child is refused") {
    const Table table = small_bank(2000);
    const Training training = learn_y(table.without({"customer_id", "churn"}).with("y", table["churn"]));
    const Layout layout = TrainingRows(training).layout();
    Json json = GradientBoosting{.trees = 1}.fit(training).to_json();
    const auto load = [&] {
        return Fitted<GradientBoosting>::from_json(detail::Fields(json, "model"), layout);
    };
    CHECK_NOTHROW(load());
    Json& child = json["trees"]["child"];
    REQUIRE(child[1] != 0);
    // the root's own right child leads to where the left one leads
    if (child[2] == 0) {
        json["trees"]["feature"][2] = json["trees"]["feature"][1];
        json["trees"]["flags"][2] = json["trees"]["flags"][1];
        json["trees"]["value"][2] = json["trees"]["value"][1];
    }
    child[2] = child[1];
    CHECK_THROWS_AS(load(), ArtifactError);
}

TEST_CASE("a file whose first answers, gains or link do not fit its trees is refused") {
    const Table table = small_bank(1000);
    const Training training = learn_y(table.without({"customer_id", "churn"}).with("y", table["churn"]));
    const Layout layout = TrainingRows(training).layout();
    const Json good = GradientBoosting{.trees = 2}.fit(training).to_json();
    const auto with = [&](const char* field, const Json& value) {
        Json json = good;
        json[field] = value;
        return Fitted<GradientBoosting>::from_json(detail::Fields(json, "model"), layout);
    };
    CHECK_NOTHROW(with("base", {0.5}));
    CHECK_THROWS_AS(with("base", Json::array()), ArtifactError);
    CHECK_THROWS_AS(with("base", {0.5, 0.5}), ArtifactError);  // one answer is all that log odds are for
    CHECK_THROWS_AS(with("link", "logit"), ArtifactError);
    Json gain = good["gain"];
    gain[0] = 0.0;
    CHECK_NOTHROW(with("gain", gain));
    gain[0] = -1.0;
    CHECK_THROWS_AS(with("gain", gain), ArtifactError);
    CHECK_THROWS_AS(with("gain", Json::array()), ArtifactError);
}
