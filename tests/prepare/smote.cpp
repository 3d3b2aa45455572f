#include "gasket/prepare/smote.hpp"

#include "support/catch.hpp"
#include "support/resampling.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::bits_of;
using testing_support::message_of;
using testing_support::rows_of;
using testing_support::unless_in;

namespace {
/// A cloud of `rows` rows in the plane, some of class 1.
Table cloud(std::size_t rows, std::size_t positives) {
    Random random(12);
    std::vector<double> a, b, y, w;
    for (std::size_t r = 0; r < rows; ++r) {
        a.push_back(random.normal());
        b.push_back(random.normal());
        y.push_back(r < positives ? 1.0 : 0.0);
        w.push_back(1 + random.uniform());
    }
    return Table{{"a", Column::numeric(a)},
                 {"b", Column::numeric(b)},
                 {"y", Column::numeric(y)},
                 {"w", Column::numeric(w)}};
}
}  // namespace

TEST_CASE("each made-up row lies between a row of the class and one of its nearest, and so does its weight") {
    constexpr std::size_t positives = 30;
    constexpr std::size_t k = 4;
    const Training training = all_but_last(cloud(201, positives), "y", Task::binary, "w");
    const Resampled made = Smote{.neighbours = k}.resample(training);
    CHECK(rows_of(made, 0) == 170);
    CHECK(rows_of(made, 1) == 170);
    const auto a = training.table()["a"].numbers();
    const auto b = training.table()["b"].numbers();
    const auto w = training.weights();
    for (std::size_t r = 0; r < 200; ++r) {
        CHECK(made.features[0][r] == a[r]);
        CHECK(made.weights[r] == w[r]);
    }
    for (std::size_t r = 200; r < made.labels.size(); ++r) {
        CHECK(made.labels[r] == 1);
        bool found = false;
        for (std::size_t i = 0; i < positives && !found; ++i) {
            std::vector<std::pair<double, std::size_t>> near;
            for (std::size_t j = 0; j < positives; ++j) {
                if (j != i) near.emplace_back(std::hypot(a[i] - a[j], b[i] - b[j]), j);
            }
            std::sort(near.begin(), near.end());
            for (std::size_t n = 0; n < k && !found; ++n) {
                const std::size_t j = near[n].second;
                const double part = (made.features[0][r] - a[i]) / (a[j] - a[i]);
                found = part > 0 && part < 1 &&
                        std::abs(b[i] + part * (b[j] - b[i]) - made.features[1][r]) < 1e-9 &&
                        std::abs(w[i] + part * (w[j] - w[i]) - made.weights[r]) < 1e-9;
            }
        }
        CHECK(found);
    }
}

TEST_CASE("the same rows on any number of threads, a bound on candidates, another seed makes others") {
    const Training training = all_but_last(cloud(901, 200), "y");
    set_threads(1);
    const auto one = bits_of(Smote{}.resample(training).features);
    set_threads(2);
    CHECK(bits_of(Smote{}.resample(training).features) == one);
    set_threads(0);
    CHECK(bits_of(Smote{.seed = 1}.resample(training).features) != one);
    // of few candidates, lines are longer
    const Resampled few = Smote{.max_candidates = 10}.resample(training);
    CHECK(rows_of(few, 1) == 700);
    CHECK(bits_of(few.features) != one);
    CHECK(bits_of(Smote{.max_candidates = 0}.resample(training).features) == one);
}

TEST_CASE("a class of two rows has one neighbour each, one of a single row is an error") {
    const Resampled made = Smote{}.resample(all_but_last(cloud(21, 2), "y"));
    CHECK(rows_of(made, 1) == 18);
    const auto text = message_of([] { (void)Smote{}.resample(all_but_last(cloud(21, 1), "y")); });
    CHECK(unless_in(text, "at least 2 training rows of class '1'") == "");
    // so far apart that distances overflow: rows are repeated
    const Table far{{"a", Column::numeric({1e200, -1e200, 1, 2, 3, 4, 5})},
                    {"y", Column::numeric({1, 1, 0, 0, 0, 0, 0})}};
    const Resampled repeated = Smote{}.resample(all_but_last(far, "y"));
    for (std::size_t r = 6; r < repeated.labels.size(); ++r)
        CHECK(std::abs(repeated.features[0][r]) == 1e200);
}

TEST_CASE("what SMOTE cannot work with is said, with what to do") {
    const Training bank = all_but_last(testing_support::small_bank(60), "churn");
    CHECK(unless_in(message_of([&] { (void)Smote{}.resample(bank); }), "put OneHotEncoder{} before it") ==
          "");
    const Training gaps =
        all_but_last(testing_support::small_bank(60).without({"country", "gender"}), "churn");
    CHECK(unless_in(message_of([&] { (void)Smote{}.resample(gaps); }), "put Imputer{} before it") == "");
    const Training training = all_but_last(cloud(21, 5), "y");
    CHECK_THROWS_AS(Smote{.neighbours = 0}.resample(training), OptionError);
    CHECK_THROWS_AS(Smote{.neighbours = 65}.resample(training), OptionError);
    CHECK_THROWS_AS(Smote{.ratio = 2}.resample(training), OptionError);
    CHECK_THROWS_AS(Smote{.max_candidates = 1}.resample(training), OptionError);
    CHECK_THROWS_AS(Smote{}.resample(all_but_last(cloud(21, 5), "w", Task::regression)), DataError);
}
