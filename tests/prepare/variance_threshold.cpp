#include "gasket/prepare/variance_threshold.hpp"

#include "support/selection.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::unless_in;

TEST_CASE("variances are NumPy's on real columns") {
    testing_support::scores_agree(VarianceThreshold{}, "variance", 1e-12);
}

TEST_CASE("constant columns are left out, and others where more is asked for, categories stay") {
    const auto training = learn_from(Table{{"same", Column::numeric({0.1, 0.1, 0.1, 0.1})},
                                           {"c", Column::category({"a", "a", "a", "a"})},
                                           {"nothing", Column::numeric(std::vector<double>(4, missing))},
                                           {"x", Column::numeric({1, 1, missing, 2})},
                                           {"wide", Column::numeric({0, 100, 0, 100})}});
    const auto fitted = VarianceThreshold{}.fit(training);
    CHECK(fitted.outputs().layout().names() == std::vector<std::string>{"c", "x", "wide"});
    CHECK(fitted.dropped() == std::vector<std::string>{"same", "nothing"});
    CHECK(is_missing(fitted.judged()[1].score));
    const Features in = detail::to_features(training.table());
    CHECK(keeps_the_laws(fitted, in));
    CHECK(VarianceThreshold{.threshold = 10}.fit(training).outputs().layout().names() ==
          std::vector<std::string>{"c", "wide"});
    CHECK(VarianceThreshold{.columns = {"x"}, .threshold = 10}.fit(training).outputs().layout().size() == 4);
    CHECK_THROWS_AS(VarianceThreshold{.threshold = -1}.fit(training), OptionError);
}

TEST_CASE("a selection that leaves no feature is an error") {
    const auto training = learn_from(Table{{"x", Column::numeric({1, 1})}});
    CHECK(unless_in(testing_support::message_of([&] { (void)VarianceThreshold{}.fit(training); }),
                    "expected a feature that is kept, found none of 1") == "");
}

TEST_CASE("a damaged selection is refused") {
    const auto training = learn_from(Table{{"x", Column::numeric({1, 2})}, {"y", Column::numeric({1, 1})}});
    const Layout in = detail::to_features(training.table()).layout();
    const auto read = [&](const char* pointer, const Json& value) {
        Json json = VarianceThreshold{}.fit(training).to_json();
        json[Json::json_pointer(pointer)] = value;
        return Fitted<VarianceThreshold>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK(read("/features/1/kept", true).outputs().layout().size() == 2);
    CHECK(read("/features/1/score", "inf").judged()[1].score == HUGE_VAL);
    CHECK_THROWS_AS(read("/features/0/kept", false), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/kept", 1), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/score", "high"), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "z"), ArtifactError);
    CHECK_THROWS_AS(read("/features", Json::array()), ArtifactError);
}
