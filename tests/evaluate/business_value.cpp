#include "gasket/evaluate/business_value.hpp"

#include <numeric>
#include <sstream>

#include "gasket/evaluate/threshold.hpp"
#include "support/catch.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

TEST_CASE("an offer costs its price for everybody who gets one and a missed churner is charged once") {
    const Utility u =
        Offer{.price = 50'00, .revenue = 600'00, .acceptance = 0.4, .missed_loss = 200'00}.utility();
    CHECK((u == Utility{.tp = 190'00, .fp = -50'00, .fn = -200'00, .tn = 0}));
    // two churners (one treated), three others (one treated)
    const Numbers truth{1, 1, 0, 0, 0}, score{0.9, 0.1, 0.8, 0.2, 0.3};
    const BusinessValue v = business_value(Offer{}, truth, score, 0.5);
    CHECK(v.value == 190'00 - 200'00 - 50'00);
    CHECK(v.treat_nobody == -2 * 200'00);
    CHECK(v.treat_everybody == 2 * 190'00 - 3 * 50'00);
    CHECK(v.treated == 2);
    CHECK(v.to_json()["unit"] == "minor units of money");
    std::ostringstream text;
    text << v;
    CHECK(text.str().find("a row is worth 190.00 decided rightly, -50.00 decided in vain, -200.00 missed") !=
          std::string::npos);
}

TEST_CASE("rows reconcile to the total, and the curve to both") {
    Numbers truth, score;
    for (int i = 0; i < 500; ++i) {
        truth.push_back(i % 7 == 0);
        score.push_back(((i * 37) % 101) / 101.0);
    }
    const Offer offer{.price = 33'33, .revenue = 777'77, .acceptance = 1.0 / 3, .missed_loss = 12'34};
    const ValueCurve curve = value_curve(offer.utility(), truth, score);
    CHECK(curve.values.front() == business_value(offer, truth, score, 2).treat_nobody);
    CHECK(curve.values.back() == business_value(offer, truth, score, 2).treat_everybody);
    for (std::size_t k = 0; k < curve.thresholds.size(); ++k) {
        const std::vector<std::int64_t> rows = row_values(offer.utility(), truth, score, curve.thresholds[k]);
        const BusinessValue v = business_value(offer, truth, score, curve.thresholds[k]);
        CHECK(std::accumulate(rows.begin(), rows.end(), std::int64_t{0}) == v.value);
        CHECK(curve.values[k] == v.value);
    }
}

TEST_CASE("churners who decline are lost too, at a loss of their own") {
    const Offer offer{
        .price = 50'00, .revenue = 600'00, .acceptance = 0.4, .missed_loss = 200'00, .declined_loss = 200'00};
    CHECK(offer.utility().tp == 240'00 - 120'00 - 50'00);
    CHECK(offer.utility().fn == -200'00);
}

TEST_CASE("half a unit is rounded away from 0") {
    CHECK(Offer{.price = 0, .revenue = 1, .acceptance = 0.5}.utility().tp == 1);
    CHECK(Offer{.price = 0, .revenue = 0, .acceptance = 0.5, .declined_loss = 1}.utility().tp == -1);
}

TEST_CASE("the most valuable threshold is worth at least treating nobody and everybody") {
    Numbers truth, score;
    for (int i = 0; i < 300; ++i) {
        truth.push_back(i % 5 == 0);
        score.push_back(((i * 37) % 101) / 101.0);
    }
    for (const double acceptance : {0.0, 0.1, 0.5, 1.0}) {
        const Offer offer{.acceptance = acceptance};
        const BusinessValue v = business_value(
            offer, truth, score, most_valuable_threshold(truth, score, offer.utility()).threshold);
        CHECK(v.value >= v.treat_nobody);
        CHECK(v.value >= v.treat_everybody);
    }
}

TEST_CASE("a total that 64 bits do not hold is an error") {
    const Utility huge{.tp = std::int64_t{1} << 62, .fp = 0, .fn = 0, .tn = 0};
    CHECK_THROWS_AS(row_values(huge, Numbers{1, 1}, Numbers{1, 1}, 0.5), OptionError);
    CHECK_THROWS_AS(value_curve(huge, Numbers{1, 1}, Numbers{1, 1}), OptionError);
    CHECK_THROWS_AS(most_valuable_threshold(Numbers{1, 1}, Numbers{1, 1}, huge), OptionError);
}

TEST_CASE("an offer out of range is an error") {
    CHECK_THROWS_AS(Offer{.acceptance = 1.2}.utility(), OptionError);
    CHECK_THROWS_AS(Offer{.price = -1}.utility(), OptionError);
    CHECK_THROWS_AS(Offer{.declined_loss = -1}.utility(), OptionError);
}

TEST_CASE("money is shown with its cents") {
    CHECK(BusinessValue::money(-1234567) == "-12,345.67");
    CHECK(BusinessValue::money(5) == "0.05");
}
