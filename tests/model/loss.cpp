#include "gasket/model/loss.hpp"

#include <cmath>
#include <vector>

#include "gasket/evaluate/metrics.hpp"
#include "support/training.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

namespace {

/// Counts whose mean rises with x, and a wild row in fifty.
Table counts(std::size_t rows) {
    Random random(3);
    std::vector<double> x, y;
    for (std::size_t r = 0; r < rows; ++r) {
        x.push_back(4 * random.uniform());
        double count = 0;
        for (double t = -std::log(random.uniform()); t < 1 + x.back() * x.back();
             t -= std::log(random.uniform()))
            count += 1;
        y.push_back(random.below(50) == 0 ? count + 100 : count);
    }
    return Table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}};
}

std::vector<double> fitted_answers(const Loss& loss, const Training& training) {
    const GradientBoosting stage{.trees = 60, .loss = loss};
    return keeps_the_laws(stage, training);
}

constexpr Loss log_cosh{.name = "log_cosh",
                        .value = [](double y, double s, double) { return std::log(std::cosh(s - y)); },
                        .slope =
                            [](double y, double s, double) {
                                const double t = std::tanh(s - y);
                                return Slope{t, std::max(1 - t * t, 0.05)};
                            }};

}  // namespace

TEST_CASE("each loss learns what it is for, and beats the others at it") {
    const Training training = learn_y(counts(3000), Task::regression);
    const auto truth = training.labels();
    const auto squared = fitted_answers(automatic_loss, training);
    const auto median = fitted_answers(absolute_loss, training);
    const auto high = fitted_answers(quantile_loss(0.9), training);
    const auto poisson = fitted_answers(poisson_loss, training);
    CHECK(fitted_answers(squared_loss, training) == squared);
    CHECK(rmse(truth, squared) < rmse(truth, median));
    CHECK(mae(truth, median) < mae(truth, squared));
    CHECK(pinball(truth, high, 0.9) < pinball(truth, median, 0.9));
    double below = 0;
    for (std::size_t r = 0; r < truth.size(); ++r) {
        CHECK(poisson[r] > 0);
        below += truth[r] <= high[r] ? 1 : 0;
    }
    CHECK(below / static_cast<double>(truth.size()) == Approx(0.9).margin(0.03));
    // The mean answer of a model of means is the mean.
    const auto mean = [](std::span<const double> v) {
        double sum = 0;
        for (const double x : v) sum += x;
        return sum / static_cast<double>(v.size());
    };
    CHECK(mean(poisson) == Approx(mean(truth)).epsilon(0.03));
}

TEST_CASE("a loss of the user's own is lowered, and a wrong slope is an error that says where") {
    const Training training = learn_y(counts(1000), Task::regression);
    const auto total = [&](const std::vector<double>& answer) {
        double sum = 0;
        for (std::size_t r = 0; r < answer.size(); ++r)
            sum += log_cosh.value(training.labels()[r], answer[r], 0);
        return sum;
    };
    CHECK(total(fitted_answers(log_cosh, training)) < total(fitted_answers(automatic_loss, training)));
    Loss wrong = log_cosh;
    wrong.slope = [](double y, double s, double) { return Slope{s - y, 1}; };
    const auto fit = [&](const Loss& loss) { (void)GradientBoosting{.loss = loss}.fit(training); };
    CHECK(unless_in(message_of([&] { fit(wrong); }), "the derivative of the value") == "");
    CHECK(unless_in(message_of([&] { fit(wrong); }), "loss log_cosh at label ") == "");
    wrong.slope = [](double y, double s, double) { return Slope{std::tanh(s - y), 0}; };
    CHECK_THROWS_AS(fit(wrong), OptionError);
    wrong.slope = nullptr;
    CHECK_THROWS_AS(fit(wrong), OptionError);
}

TEST_CASE("a loss that does not fit the target is refused") {
    const Table table = counts(400);
    const Training numbers = learn_y(table, Task::regression);
    const Training lowered =
        learn_y(table.with("y", Column::numeric(std::vector<double>(400, -1))), Task::regression);
    std::vector<double> yes_or_no;
    for (const double x : table["x"].numbers()) yes_or_no.push_back(x > 2 ? 1 : 0);
    const Training binary = learn_y(table.with("y", Column::numeric(yes_or_no)));
    CHECK_THROWS_AS(GradientBoosting{.loss = poisson_loss}.fit(binary), OptionError);
    CHECK_THROWS_AS(GradientBoosting{.loss = poisson_loss}.fit(lowered), DataError);
    CHECK_THROWS_AS(GradientBoosting{.loss = quantile_loss(1)}.fit(numbers), OptionError);
    CHECK_THROWS_AS(GradientBoosting{.loss = quantile_loss(0)}.fit(numbers), OptionError);
    CHECK_THROWS_AS(GradientBoosting{.loss = detail::log_odds_loss}.fit(numbers), OptionError);
    Loss half = log_cosh;
    half.value = nullptr;
    CHECK_THROWS_AS(GradientBoosting{.loss = half}.fit(numbers), OptionError);
    const GradientBoosting bound{.monotone = {{"x", 1}}, .loss = absolute_loss};
    CHECK_THROWS_AS(bound.fit(numbers), OptionError);
    // Log loss by hand is log loss.
    const GradientBoosting by_hand{.trees = 10, .loss = detail::log_odds_loss};
    CHECK(by_hand.fit(binary).to_json() == GradientBoosting{.trees = 10}.fit(binary).to_json());
}

TEST_CASE("the best constant is the mean, the median, a quantile or the mean count") {
    const std::vector<double> labels{1, 2, 3, 10};
    const std::vector<double> even(4, 1.0);
    CHECK(detail::best_constant(squared_loss, labels, even) == Approx(4));
    CHECK(detail::best_constant(absolute_loss, labels, even) == 2);
    CHECK(detail::best_constant(quantile_loss(0.9), labels, even) == 10);
    CHECK(std::exp(detail::best_constant(poisson_loss, labels, even)) == Approx(4));
    CHECK(detail::best_constant(absolute_loss, labels, std::vector<double>{1, 1, 5, 0}) == 3);
    CHECK(std::exp(detail::best_constant(poisson_loss, std::vector<double>{1e6, 3e6},
                                         std::vector<double>{1, 1})) == Approx(2e6));
}
