#include "gasket/prepare/smote_nc.hpp"

#include "support/catch.hpp"
#include "support/resampling.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::rows_of;

TEST_CASE("labels are the neighbours' most frequent, numbers lie between, flags that are named stay whole") {
    // Two groups of class 1, far apart: north is red with flag 1, south is blue with flag 0; one odd label in
    // each.
    Random random(3);
    std::vector<double> x, flag, y;
    std::vector<std::string> colour;
    for (int i = 0; i < 20; ++i) {
        x.push_back((i < 10 ? 100.0 : -100.0) + random.uniform());
        flag.push_back(i < 10 ? 1.0 : 0.0);
        colour.push_back(i == 0 ? "green" : i < 10 ? "red" : "blue");
        y.push_back(1);
    }
    for (int i = 0; i < 101; ++i) {
        x.push_back(random.normal());
        flag.push_back(static_cast<double>(i % 2));
        colour.push_back("blue");
        y.push_back(0);
    }
    const Table table{{"x", Column::numeric(x)},
                      {"colour", Column::category(colour)},
                      {"flag", Column::numeric(flag)},
                      {"y", Column::numeric(y)}};
    const Training training = all_but_last(table, "y");
    const Resampled made = SmoteNc{.nominal = {"flag"}, .neighbours = 3}.resample(training);
    CHECK(rows_of(made, 1) == 100);
    const Labels& labels = *made.features.layout()[1].labels;
    std::size_t north = 0;
    for (std::size_t r = 120; r < made.labels.size(); ++r) {
        const bool up = made.features[0][r] > 0;
        north += up ? 1 : 0;
        CHECK(std::abs(std::abs(made.features[0][r]) - 100) <= 1);
        CHECK(labels[static_cast<std::size_t>(made.features[1][r])] == (up ? "red" : "blue"));
        CHECK(made.features[2][r] == (up ? 1 : 0));
    }
    CHECK(north > 20);
    CHECK(north < 60);
}

TEST_CASE("different labels keep rows apart in the distance") {
    // All of class 1 on one line, labels in turn: with a deviation as the price of a label, the nearest have
    // the same label.
    std::vector<double> x, y;
    std::vector<std::string> label;
    for (int i = 0; i < 40; ++i) {
        x.push_back(i);
        label.push_back(i % 2 == 0 ? "even" : "odd");
        y.push_back(1);
    }
    for (int i = 0; i < 61; ++i) {
        x.push_back(i);
        label.push_back("even");
        y.push_back(0);
    }
    const Table table{
        {"x", Column::numeric(x)}, {"label", Column::category(label)}, {"y", Column::numeric(y)}};
    const Resampled made = SmoteNc{.neighbours = 2}.resample(all_but_last(table, "y"));
    const Labels& labels = *made.features.layout()[1].labels;
    std::size_t odd = 0;
    for (std::size_t r = 100; r < made.labels.size(); ++r)
        odd += labels[static_cast<std::size_t>(made.features[1][r])] == "odd";
    CHECK(odd > 3);  // were labels free, the two nearest of an odd row would be even ones
}

TEST_CASE("categories alone have no distance, gaps none either, and names must exist") {
    const Table bank = testing_support::small_bank(60);
    const Training names = all_but_last(bank.select({"country", "gender", "churn"}), "churn");
    CHECK_THROWS_AS(SmoteNc{}.resample(names), DataError);
    CHECK_THROWS_AS(SmoteNc{}.resample(all_but_last(bank, "churn")), DataError);  // tenure has gaps
    const Training whole = all_but_last(bank.without({"tenure"}), "churn");
    CHECK_NOTHROW(SmoteNc{}.resample(whole));
    CHECK_THROWS_AS(SmoteNc{.nominal = {"actve"}}.resample(whole), SchemaError);
}
