#include "gasket/prepare/select_k_best.hpp"

#include "support/selection.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::keeps_the_laws;
using testing_support::message_of;
using testing_support::unless_in;

TEST_CASE("scores are those of scikit-learn and SciPy on real columns") {
    testing_support::scores_agree(SelectKBest{}, "f", 1e-12);
    testing_support::scores_agree(SelectKBest{.score = Relevance::chi_square}, "chi_square", 1e-12);
    testing_support::scores_agree(SelectKBest{.score = Relevance::mutual_information}, "mutual_information",
                                  1e-12);
}

TEST_CASE("scores against a numeric target are those of scikit-learn on real columns") {
    testing_support::scores_agree(SelectKBest{}, "f_number", 1e-11, true);
    testing_support::scores_agree(SelectKBest{.score = Relevance::mutual_information},
                                  "mutual_information_number", 1e-12, true);
}

TEST_CASE("the k best of scikit-learn are kept on real columns, the rest left out") {
    testing_support::on_real_data(testing_support::reference("selection"),
                                  [](const Training& training, const nlohmann::json& expected) {
                                      const auto fitted =
                                          SelectKBest{.columns = expected["columns"], .k = 3}.fit(training);
                                      std::vector<std::string> kept;
                                      for (const Selected& one : fitted.judged()) {
                                          if (one.kept) kept.push_back(one.feature);
                                      }
                                      CHECK(kept == expected["f_best_3"].get<std::vector<std::string>>());
                                      CHECK(fitted.dropped().size() == expected["columns"].size() - 3);
                                      CHECK(keeps_the_laws(fitted, detail::to_features(training.table())));
                                  });
}

TEST_CASE(
    "of equal scores the first are kept, a constant column comes last, and k may be more than there are") {
    const Table table{{"same", Column::numeric({0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1})},
                      {"a", Column::numeric({1, 2, 1, 4, 5, 3, 0})},
                      {"b", Column::numeric({1, 2, 1, 4, 5, 3, 0})},
                      {"apart", Column::numeric({0, 0, 0, 1, 1, 1, 0})},
                      {"y", Column::numeric({0, 0, 0, 1, 1, 1, 0})}};
    const Training training = all_but_last(table, "y");
    const auto names = [&](std::size_t k, Relevance score) {
        return SelectKBest{.k = k, .score = score}.fit(training).outputs().layout().names();
    };
    CHECK(names(1, Relevance::f) == std::vector<std::string>{"apart"});  // an infinite F
    CHECK(names(2, Relevance::f) == std::vector<std::string>{"a", "apart"});
    CHECK(names(3, Relevance::f) == std::vector<std::string>{"a", "b", "apart"});
    CHECK(names(9, Relevance::f).size() == 4);
    CHECK(names(1, Relevance::mutual_information) == std::vector<std::string>{"a"});
    const auto fitted = SelectKBest{.k = 2}.fit(training);
    CHECK(fitted.judged()[3].score == HUGE_VAL);
    CHECK(is_missing(fitted.judged()[0].score));
    CHECK(keeps_the_laws(fitted, detail::to_features(training.table())));
}

TEST_CASE("what the scores cannot work with is said") {
    const Table bank = testing_support::small_bank(80);
    const Training training = all_but_last(bank, "churn");
    CHECK_THROWS_AS(SelectKBest{.k = 0}.fit(training), OptionError);
    CHECK(unless_in(message_of([&] { (void)SelectKBest{}.fit(training); }),
                    "feature 'tenure': expected a finite") == "");
    CHECK_NOTHROW(SelectKBest{.score = Relevance::mutual_information}.fit(training));
    const Training negative =
        all_but_last(Table{{"x", Column::numeric({1, -2, 3, 4})}, {"y", Column::numeric({0, 1, 0, 1})}}, "y");
    CHECK(unless_in(message_of([&] { (void)SelectKBest{.score = Relevance::chi_square}.fit(negative); }),
                    "column 'x': expected numbers of at least 0, found -2 in training row 1") == "");
    const Training number = all_but_last(bank.without({"tenure"}), "balance", Task::regression);
    CHECK_THROWS_AS(SelectKBest{.score = Relevance::chi_square}.fit(number), DataError);
    CHECK_NOTHROW(SelectKBest{}.fit(number));
}
