#include "gasket/prepare/select_from_model.hpp"

#include "gasket/model/decision_tree.hpp"
#include "gasket/model/logistic_regression.hpp"
#include "support/selection.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::keeps_the_laws;

TEST_CASE("what a logistic regression finds important is kept, as scikit-learn does") {
    REQUIRE_DATA(path, "titanic/data.csv");
    const auto expected = testing_support::reference("selection")["from_model"];
    auto columns = expected["columns"].get<std::vector<std::string>>();
    columns.push_back("Survived");
    const Training training = all_but_last(read_csv(path).select(columns), "Survived");
    const auto fitted = SelectFromModel<LogisticRegression>{.times = 1.1}.fit(training);
    for (std::size_t i = 0; i < expected["scores"].size(); ++i)
        CHECK(fitted.judged()[i].score == Approx(expected["scores"][i].get<double>()).epsilon(1e-6));
    CHECK(fitted.outputs().layout().names() == expected["kept"].get<std::vector<std::string>>());
}

TEST_CASE("a tree chooses among categories and numbers by mean, median, value, or the most") {
    static_assert(SelectFromModel<DecisionTree>::name == "select_from_decision_tree");
    const Training training = all_but_last(testing_support::small_bank(1500), "churn");
    using Select = SelectFromModel<DecisionTree>;
    const auto fitted = Select{.estimator = {.max_depth = 4}}.fit(training);
    const Features in = detail::to_features(training.table());
    CHECK(fitted.outputs().layout().find("age"));
    CHECK_FALSE(fitted.outputs().layout().find("customer_id"));
    CHECK(keeps_the_laws(fitted, in));
    const auto kept = [&](Select stage) {
        stage.estimator.max_depth = 4;
        return stage.fit(training).outputs().layout().size();
    };
    CHECK(kept({.limit = ImportanceLimit::median}) == 4);  // of seven
    CHECK(kept({.limit = ImportanceLimit::value, .times = 0}) == 7);
    CHECK(kept({.limit = ImportanceLimit::value, .times = 0, .max_features = 2}) == 2);
    CHECK_THROWS_AS(kept({.limit = ImportanceLimit::value, .times = 1.1}), DataError);
    CHECK_THROWS_AS(kept({.times = -1}), OptionError);
    CHECK_THROWS_AS(Select{.estimator = {.max_depth = 0}}.fit(training), OptionError);
}
