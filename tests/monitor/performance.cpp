#include "gasket/monitor/performance.hpp"

#include <sstream>

#include "gasket/core/random.hpp"
#include "gasket/evaluate/confusion.hpp"
#include "gasket/evaluate/metrics.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {
struct Rows {
    std::vector<double> scores;
    std::vector<double> labels;
};
/// Labels as the scores say; `skew` moves what is true away from them.
Rows rows_of(std::size_t n, std::uint64_t seed, double skew = 0) {
    Random random(seed);
    Rows out;
    for (std::size_t i = 0; i < n; ++i) {
        const double p = std::round(200 * random.uniform() * random.uniform()) / 200;
        out.scores.push_back(p);
        out.labels.push_back(random.uniform() < std::clamp(p + skew, 0.0, 1.0) ? 1 : 0);
    }
    return out;
}
}  // namespace

TEST_CASE("realised figures are those of the metrics") {
    const Rows rows = rows_of(700, 1);
    const Performance found = realised_performance(rows.labels, rows.scores, 0.3);
    Confusion by_hand;
    for (std::size_t i = 0; i < rows.scores.size(); ++i) {
        const bool decided = rows.scores[i] >= 0.3;
        (rows.labels[i] == 1 ? (decided ? by_hand.tp : by_hand.fn) : (decided ? by_hand.fp : by_hand.tn)) +=
            1;
    }
    CHECK(found.accuracy == Approx(by_hand.accuracy()));
    CHECK(found.precision == Approx(by_hand.precision()));
    CHECK(found.recall == Approx(by_hand.recall()));
    CHECK(found.f1 == Approx(by_hand.f_beta(1)));
    CHECK(found.auc == Approx(roc_auc(rows.labels, rows.scores)).epsilon(1e-12));
    CHECK(found.log_loss == Approx(log_loss(rows.labels, rows.scores)).epsilon(1e-10));
    CHECK(found.brier == Approx(brier(rows.labels, rows.scores)).epsilon(1e-12));
    CHECK(found.figure("auc") == found.auc);
    CHECK_THROWS_AS(found.figure("gini"), DataError);
    // one class has no AUC, and ratios without a denominator are 0
    const std::vector<double> two{0.2, 0.4};
    const Performance none = realised_performance(std::vector<double>{0, 0}, two);
    CHECK(is_missing(none.auc));
    CHECK(none.precision == 0);
    CHECK(none.recall == 0);
    CHECK(none.accuracy == 1);
}

TEST_CASE("expected figures are the mean over all labellings, by hand for three rows") {
    const std::vector<double> p{0.2, 0.7, 0.9};
    double accuracy = 0;
    double brier_score = 0;
    double pairs = 0;
    double right = 0;
    for (int code = 0; code < 8; ++code) {
        double chance = 1;
        std::vector<double> y(3);
        for (int i = 0; i < 3; ++i) {
            y[static_cast<std::size_t>(i)] = (code >> i) & 1;
            const double one = p[static_cast<std::size_t>(i)];
            chance *= ((code >> i) & 1) != 0 ? one : 1 - one;
        }
        const Performance found = realised_performance(y, p);
        accuracy += chance * found.accuracy;
        brier_score += chance * found.brier;
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j) {
                if (y[i] != 1 || y[j] != 0) continue;
                pairs += chance;
                right += p[i] > p[j] ? chance : 0;
            }
        }
    }
    const Performance expected = expected_performance(p).expected;
    CHECK(expected.accuracy == Approx(accuracy));
    CHECK(expected.brier == Approx(brier_score));
    CHECK(expected.auc == Approx(right / pairs));
    CHECK(expected.positive_rate == Approx(0.6));
    CHECK(expected.precision == Approx(0.8));
    CHECK(expected.recall == Approx(1.6 / 1.8));
    CHECK(expected.f1 == Approx(2 * 1.6 / (2 * 1.6 + 0.4 + 0.2)));
}

TEST_CASE("where probabilities are right, labels agree in about nineteen of twenty figures") {
    std::size_t outside = 0;
    const std::size_t rounds = 150;
    double error = 0;
    for (std::uint64_t seed = 0; seed < rounds; ++seed) {
        const Rows rows = rows_of(600, 100 + seed);
        const ExpectedPerformance expected = expected_performance(rows.scores, 0.4);
        const Performance realised = realised_performance(rows.labels, rows.scores, 0.4);
        outside += expected.outside(realised).size();
        error += (realised.auc - expected.expected.auc) / static_cast<double>(rounds);
    }
    const double share = static_cast<double>(outside) / static_cast<double>(8 * rounds);
    INFO(share << " outside, mean error of the AUC " << error);
    CHECK(share < 0.085);
    CHECK(share > 0.02);
    CHECK(std::abs(error) < 0.005);
}

TEST_CASE("where they are wrong, it is said") {
    const Rows rows = rows_of(2000, 3, 0.2);
    const ExpectedPerformance expected = expected_performance(rows.scores, 0.4);
    const Performance realised = realised_performance(rows.labels, rows.scores, 0.4);
    const std::vector<std::string> outside = expected.outside(realised);
    CHECK(std::find(outside.begin(), outside.end(), "positive_rate") != outside.end());
    CHECK(expected.verdict(realised).find("most likely calibration or the absence of concept drift") !=
          std::string::npos);
    // two of eight may be chance
    Performance two = expected.expected;
    two.accuracy = two.auc = 0.1;
    CHECK(expected.verdict(two) ==
          "accuracy and auc came out other than expected: by chance, or the calibration is a little off");
    CHECK(expected.verdict(expected.expected) == "what came true agrees with what was expected");
    const std::string text = expected.described(&realised);
    CHECK(text.find("outside") != std::string::npos);
    std::ostringstream out;
    out << expected;
    CHECK(out.str().find("assumed:\n    the probabilities are calibrated") != std::string::npos);
    CHECK(out.str().find("no concept drift") != std::string::npos);
    CHECK(out.str().find("realised") == std::string::npos);
    CHECK(expected.to_json()["assumptions"].size() == 4);
    CHECK(expected.to_json()["low"]["auc"].get<double>() < expected.to_json()["high"]["auc"].get<double>());
}

TEST_CASE("the same scores give the same estimate, the options count") {
    const Rows rows = rows_of(300, 4);
    CHECK(expected_performance(rows.scores).to_json() == expected_performance(rows.scores).to_json());
    const ExpectedPerformance wide = expected_performance(rows.scores, 0.5, {.level = 0.99});
    const ExpectedPerformance narrow = expected_performance(rows.scores, 0.5, {.level = 0.5});
    CHECK(wide.low.auc < narrow.low.auc);
    CHECK(wide.high.auc > narrow.high.auc);
    CHECK(is_missing(expected_performance(rows.scores, 0.5, {.draws = 0}).low.auc));
    CHECK_THROWS_AS(expected_performance(rows.scores, 0.5, {.level = 1}), OptionError);
}

TEST_CASE("what is no probability or no label is an error") {
    CHECK_THROWS_AS(expected_performance({}), DataError);
    CHECK_THROWS_AS(expected_performance(std::vector<double>{0.5, 1.5}), DataError);
    CHECK_THROWS_AS(expected_performance(std::vector<double>{0.5, missing}), DataError);
    CHECK_THROWS_AS(expected_performance(std::vector<double>{0.5}, missing), DataError);
    CHECK_THROWS_AS(realised_performance(std::vector<double>{0.5}, std::vector<double>{0.5}), DataError);
    CHECK_THROWS_AS(realised_performance(std::vector<double>{1, 0}, std::vector<double>{0.5}), DataError);
}
