#include "gasket/prepare/correlation_filter.hpp"

#include "gasket/core/random.hpp"
#include "support/selection.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;

TEST_CASE("correlations are those of pandas on real columns") {
    testing_support::on_real_data(
        testing_support::reference("selection"),
        [](const Training& training, const nlohmann::json& expected) {
            const auto names = expected["numbers"].get<std::vector<std::string>>();
            // at 1 nothing is left out, so each feature is compared with all before it
            const auto fitted = CorrelationFilter{.columns = names, .threshold = 1}.fit(training);
            CHECK(is_missing(fitted.judged()[0].score));
            for (std::size_t k = 1; k < names.size(); ++k) {
                double most = 0;
                for (std::size_t i = 0; i < k; ++i)
                    most = std::max(most, std::abs(expected["correlation"][names[k]][i].get<double>()));
                INFO(names[k]);
                CHECK(fitted.judged()[k].score == Approx(most).epsilon(0).margin(1e-12));
            }
        });
}

TEST_CASE(
    "what repeats an earlier column is left out, whatever the sign, what is left out rules out nothing") {
    Random random(6);
    std::vector<double> a, minus, near, far;
    for (int i = 0; i < 400; ++i) {
        a.push_back(random.normal());
        minus.push_back(3 - 2 * a.back());
        near.push_back(a.back() + 0.3 * random.normal());
        far.push_back(near.back() + 0.3 * random.normal());
    }
    const auto training = learn_from(Table{{"a", Column::numeric(a)},
                                           {"minus", Column::numeric(minus)},
                                           {"near", Column::numeric(near)},
                                           {"far", Column::numeric(far)},
                                           {"same", Column::numeric(std::vector<double>(400, 1.0))}});
    const auto fitted = CorrelationFilter{.threshold = 0.94}.fit(training);
    // far is near `near`, which is left out, and not near enough to a
    CHECK(fitted.outputs().layout().names() == std::vector<std::string>{"a", "far", "same"});
    CHECK(fitted.judged()[1].score == Approx(1));
    CHECK(is_missing(fitted.judged()[4].score));
    CHECK(keeps_the_laws(fitted, detail::to_features(training.table())));
    CHECK_THROWS_AS(CorrelationFilter{.threshold = 0}.fit(training), OptionError);
    CHECK_THROWS_AS(CorrelationFilter{.threshold = 1.5}.fit(training), OptionError);
}
