#include "gasket/prepare/frequency_encoder.hpp"

#include "support/real_data.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::transform;
using testing_support::values_of;
using testing_support::words;

TEST_CASE("shares and counts are those of pandas on real columns") {
    const auto reference = testing_support::reference("encoders");
    testing_support::agrees_on_real_data(FrequencyEncoder{}, reference, "share", 1e-15);
    testing_support::agrees_on_real_data(FrequencyEncoder{.output = Frequency::count}, reference, "count", 0);
}

TEST_CASE("missing counts as a label of its own, an unseen one is 0") {
    const auto training = learn_from(Table{{"c", words({"a", "a", nullptr, "b"})}});
    const auto fitted = FrequencyEncoder{}.fit(training);
    Features live(4);
    live.add(detail::to_features(training.table()).layout()[0],
             std::vector<double>{0, 1, missing, unseen_code});
    CHECK(values_of(transform(fitted, live), "c") == std::vector<double>{0.5, 0.25, 0.25, 0});
    CHECK(keeps_the_laws(fitted, live));
}
