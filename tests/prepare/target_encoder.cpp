#include "gasket/prepare/target_encoder.hpp"

#include <map>

#include "gasket/core/random.hpp"
#include "gasket/split/group_splitter.hpp"
#include "support/real_data.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::bits_of;
using testing_support::keeps_the_laws;
using testing_support::transform;
using testing_support::values_of;
using testing_support::words;

TEST_CASE("encodings of all rows follow scikit-learn's formulas on real columns") {
    const auto reference = testing_support::reference("encoders");
    testing_support::agrees_on_real_data(TargetEncoder{}, reference, "target_auto", 1e-12);
    testing_support::agrees_on_real_data(TargetEncoder{.smooth = 10.0}, reference, "target_10", 1e-12);
    testing_support::agrees_on_real_data(TargetEncoder{.smooth = 0.0}, reference, "target_0", 1e-12);
}

TEST_CASE("a numeric target is encoded by the same formulas") {
    const auto reference = testing_support::reference("encoders");
    const std::pair<const char*, const char*> targets[] = {
        {"bank", "Balance"}, {"titanic", "Fare"}, {"adult", "age"}};
    for (const auto& [name, target] : targets) {
        const auto* data =
            std::find_if(std::begin(testing_support::real_data), std::end(testing_support::real_data),
                         [&](const auto& d) { return std::string(d.name) == name; });
        REQUIRE_DATA(path, data->file);
        const Training training = all_but_last(read_csv(path), target, Task::regression);
        const auto columns = reference[name]["columns"].get<std::vector<std::string>>();
        const Features in = detail::to_features(training.table());
        const auto check = [&](const TargetEncoder& stage, const char* key) {
            INFO(name << " " << key);
            CHECK(testing_support::worst_difference(transform(stage.fit(training), in),
                                                    reference[name]["rows"], reference[name][key]) <= 1e-12);
        };
        check({.columns = columns}, "target_number_auto");
        check({.columns = columns, .smooth = 3.0}, "target_number_3");
    }
}

namespace {
/// A label for each row that says nothing about the target.
Table noise(std::size_t rows, std::size_t labels) {
    Random random(4);
    std::vector<std::string> label;
    std::vector<double> y;
    for (std::size_t i = 0; i < rows; ++i) {
        label.push_back("v" + std::to_string(random.below(labels)));
        y.push_back(static_cast<double>(random.below(2)));
    }
    return Table{{"c", Column::category(label)}, {"y", Column::numeric(y)}};
}

double correlation(std::span<const double> a, std::span<const double> b) {
    detail::Moments sum, difference, x, y;
    for (std::size_t r = 0; r < a.size(); ++r) {
        x.add(a[r], 1);
        y.add(b[r], 1);
        sum.add(a[r] + b[r], 1);
        difference.add(a[r] - b[r], 1);
    }
    return (sum.variance() - difference.variance()) / 4 / std::sqrt(x.variance() * y.variance());
}
}  // namespace

TEST_CASE("a label's own answer never reaches its cross-fitted value, so noise stays noise") {
    const Training training = all_but_last(noise(2000, 700), "y");
    const Features in = detail::to_features(training.table());
    const TargetEncoder stage{.smooth = 1.0};
    const auto crossed = stage.fit_transform(training);
    CHECK(std::abs(correlation(crossed.features[0], training.labels())) < 0.1);
    const Features naive = transform(stage.fit(training), in);
    CHECK(correlation(naive[0], training.labels()) > 0.4);
    CHECK(crossed.features.layout().names() == naive.layout().names());
    // later rows are encoded by all training rows
    CHECK(crossed.fitted.to_json() == stage.fit(training).to_json());
    CHECK(keeps_the_laws(crossed.fitted, in));
}

TEST_CASE("each fold is encoded by a fit on the others") {
    // Labels of one row each: whatever fold the row is in, the others know nothing of its label, and it gets
    // their mean. Each fold has a fifth of both classes.
    std::vector<std::string> labels;
    std::vector<double> y;
    for (int i = 0; i < 51; ++i) {
        labels.push_back("v" + std::to_string(i));
        y.push_back(i % 5 == 0 && i < 50 ? 1.0 : 0.0);
    }
    const Training training =
        all_but_last(Table{{"c", Column::category(labels)}, {"y", Column::numeric(y)}}, "y");
    const auto singles = TargetEncoder{}.fit_transform(training);
    for (const double x : singles.features[0]) CHECK(x == Approx(0.2).epsilon(1e-12));

    // Two labels: with the rows of one fold left out, every encoding is one of five, and those of the other
    // folds can be counted by hand.
    const Table table = noise(201, 2);
    const Training two = all_but_last(table, "y");
    const auto crossed = TargetEncoder{.smooth = 0.0, .seed = 9}.fit_transform(two);
    const auto codes = detail::to_features(two.table());
    std::map<double, std::vector<std::size_t>> groups;  // rows of one label that got one number: one fold's
    for (std::size_t r = 0; r < two.rows(); ++r) {
        if (codes[0][r] == 0) groups[crossed.features[0][r]].push_back(r);
    }
    double total = 0, ones = 0;
    for (std::size_t r = 0; r < two.rows(); ++r) {
        if (codes[0][r] == 0) {
            total += 1;
            ones += two.labels()[r];
        }
    }
    CHECK(groups.size() >= 3);
    std::size_t alone = 0;
    for (const auto& [value, rows] : groups) {
        if (static_cast<double>(rows.size()) > total / 4) continue;  // two folds that happen to agree
        double mine = 0;
        for (const std::size_t r : rows) mine += two.labels()[r];
        CHECK(value == Approx((ones - mine) / (total - static_cast<double>(rows.size()))).epsilon(1e-12));
        ++alone;
    }
    CHECK(alone >= 2);
}

TEST_CASE("groups that the splitter kept whole are encoded by other groups") {
    // A label for each group, and one answer for each group: from rows of its own group a row would know its
    // answer.
    std::vector<double> group, y;
    std::vector<std::string> label;
    for (int i = 0; i < 600; ++i) {
        group.push_back(i % 100);
        label.push_back("v" + std::to_string(i % 100));
        y.push_back(i % 100 % 3 == 0 ? 1.0 : 0.0);
    }
    const Table table{
        {"group", Column::numeric(group)}, {"c", Column::category(label)}, {"y", Column::numeric(y)}};
    const Training whole = GroupSplitter{.target = "y", .group = "group"}.split(table).training;
    const Training loose = all_but_last(table.without({"group"}), "y");
    const auto related = [](const Training& training) {
        const auto crossed = TargetEncoder{}.fit_transform(training);
        return correlation(crossed.features[crossed.features.layout().index_of("c", "test")],
                           training.labels());
    };
    CHECK(related(loose) > 0.99);
    CHECK(related(whole) < 0.2);
    CHECK_THROWS_AS(TargetEncoder{.folds = 200}.fit_transform(whole), DataError);
}

TEST_CASE("a row of weight 2 counts as two rows, one of weight 0 as none") {
    const Table table{{"c", words({"a", "a", "b", "b", "b", nullptr, "z"})},
                      {"y", Column::numeric({1, 0, 0, 1, 1, 0, 1})},
                      {"w", Column::numeric({2, 1, 1, 0, 3, 1, 1})}};
    const Training weighted = all_but_last(table, "y", Task::binary, "w");
    std::vector<std::size_t> copies{0, 0, 1, 2, 4, 4, 4, 5, 6};
    const Training repeated = all_but_last(table.without({"w"}).take(copies), "y");
    for (const std::optional<double> smooth : {std::optional<double>{}, std::optional<double>{2.0}}) {
        const TargetEncoder stage{.smooth = smooth};
        const auto one = stage.fit(weighted).learned("c");
        const auto other = stage.fit(repeated).learned("c");
        for (std::size_t code = 0; code < 2; ++code)
            CHECK(one.values[code] == Approx(other.values[code]).epsilon(1e-14));
        CHECK(one.unseen == Approx(other.unseen).epsilon(1e-14));
        CHECK(one.gap == Approx(other.gap).epsilon(1e-14));
    }
}

TEST_CASE("an unseen label takes the mean of all, the encoder learns the same on any number of threads") {
    const Training training = all_but_last(testing_support::small_bank(3000), "churn");
    set_threads(1);
    const auto one = TargetEncoder{}.fit_transform(training);
    set_threads(2);
    const auto two = TargetEncoder{}.fit_transform(training);
    set_threads(0);
    CHECK(one.fitted.to_json() == two.fitted.to_json());
    CHECK(bits_of(one.features) == bits_of(two.features));
    double mean = 0;
    for (const double y : training.labels()) mean += y / static_cast<double>(training.rows());
    CHECK(one.fitted.learned("country").unseen == Approx(mean));
    CHECK(one.fitted.learned("country").gap == Approx(mean));  // no gaps in training
    CHECK(bits_of(TargetEncoder{.seed = 1}.fit_transform(training).features) != bits_of(one.features));
}

TEST_CASE("options of the target encoder are checked at fit, and so is the target") {
    const Table bank = testing_support::small_bank(60);
    const Training training = all_but_last(bank, "churn");
    CHECK_THROWS_AS(TargetEncoder{.smooth = -1.0}.fit(training), OptionError);
    CHECK_THROWS_AS(TargetEncoder{.folds = 1}.fit(training), OptionError);
    CHECK_THROWS_AS(TargetEncoder{.folds = 100}.fit_transform(training), DataError);
    CHECK_THROWS_AS(TargetEncoder{.columns = {"age"}}.fit(training), SchemaError);
    CHECK_THROWS_AS(TargetEncoder{}.fit(all_but_last(bank, "country", Task::multiclass)), DataError);
}
