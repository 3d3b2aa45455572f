#include "gasket/prepare/knn_imputer.hpp"

#include "support/real_data.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::bits_of;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::message_of;
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;
using testing_support::words;

namespace {

/// One row alone through a fitted transform.
double value_at(const Fitted<KnnImputer>& fitted, const Features& in, std::size_t row,
                const std::string& name) {
    std::vector<double> values(fitted.outputs().computed_count());
    std::vector<double*> out;
    for (double& v : values) out.push_back(&v);
    fitted.compute(in.block(row, row + 1), out);
    const auto& names = fitted.learned();
    const auto at =
        std::find_if(names.begin(), names.end(), [&](const auto& c) { return c.feature == name; });
    return values.at(static_cast<std::size_t>(at - names.begin()));
}

}  // namespace

TEST_CASE("gaps are filled as scikit-learn's imputer fills them on real columns, labels by vote") {
    const auto reference = testing_support::reference("neighbours");
    for (const auto& data : testing_support::real_data) {
        REQUIRE_DATA(path, data.file);
        Table table = read_csv(path);
        const auto& expected = reference[data.name];
        if (std::string(data.name) == "adult") {  // has no numbers missing
            std::vector<double> hours(table["hours-per-week"].numbers().begin(),
                                      table["hours-per-week"].numbers().end());
            for (std::size_t r = 0; r < hours.size(); r += 97) hours[r] = missing;
            table = table.with("hours-per-week", Column::numeric(hours));
        }
        const Training training = testing_support::all_but_last(table, data.target);
        const Features in = detail::to_features(training.table());
        auto columns = expected["numbers"].get<std::vector<std::string>>();
        for (const auto& label : expected["labels"]) columns.push_back(label);
        const auto uniform = KnnImputer{.columns = columns, .max_donors = 0}.fit(training);
        const auto distance =
            KnnImputer{.columns = columns, .weights = NeighbourWeights::distance, .max_donors = 0}.fit(
                training);
        const auto seven = KnnImputer{.columns = columns, .neighbours = 7, .max_donors = 0}.fit(training);
        CHECK(expected["filled"].size() >= 14);
        for (const auto& one : expected["filled"]) {
            INFO(data.name << " row " << one[0] << " " << one[1] << " " << one[2]);
            const double found = value_at(one[2] == "uniform" ? uniform : distance, in, one[0], one[1]);
            CHECK(found == Approx(one[3].get<double>()).epsilon(1e-12));
        }
        for (const auto& one : expected["voted"]) {
            INFO(data.name << " row " << one[0] << " " << one[1]);
            const Feature& feature = in.layout()[in.layout().index_of(one[1].get<std::string>(), "test")];
            CHECK((*feature.labels)[static_cast<std::size_t>(value_at(seven, in, one[0], one[1]))] ==
                  one[2].get<std::string>());
        }
    }
}

TEST_CASE("the nearest rows that have the value fill it, equals go to the first row and the first label") {
    const Table table{{"x", Column::numeric({0, 1, 2, 10, 11, missing})},
                      {"y", Column::numeric({1, missing, 3, 50, missing, 7})},
                      {"c", words({"b", "a", "b", nullptr, "a", "c"})}};
    const auto training = learn_from(table);
    const auto fitted = KnnImputer{.neighbours = 2}.fit(training);
    const Features in = detail::to_features(training.table());
    const Features out = transform(fitted, in);
    CHECK(values_of(out, "y") == std::vector<double>{1, 2, 3, 50, 26.5, 7});  // rows 0 and 2; rows 3 and 2
    CHECK(values_of(out, "x")[5] == Approx(1.0));                             // by y = 7: rows 2 and 0
    CHECK(values_of(out, "c")[3] == 0);                                       // rows 4 and 1
    CHECK(keeps_the_laws(fitted, in));

    // a row without any number takes mean and most frequent label
    Features live(2);
    live.add(in.layout()[0], std::vector<double>{missing, 4});
    live.add(in.layout()[1], std::vector<double>{missing, 5});
    live.add(in.layout()[2], std::vector<double>{missing, unseen_code});
    const Features filled = transform(fitted, live);
    CHECK(values_of(filled, "x")[0] == 24.0 / 5);
    CHECK(values_of(filled, "c") == std::vector<double>{0, unseen_code});
    CHECK(keeps_the_laws(fitted, live));
}

TEST_CASE("near neighbours count more where that was asked for, those at distance 0 alone") {
    const auto training =
        learn_from(Table{{"x", Column::numeric({0, 3, 4})}, {"y", Column::numeric({10, 40, 90})}});
    const auto fitted = KnnImputer{.neighbours = 3, .weights = NeighbourWeights::distance}.fit(training);
    Features live(2);
    live.add({"x", nullptr, {"x"}}, std::vector<double>{1, 3});
    live.add({"y", nullptr, {"y"}}, std::vector<double>{missing, missing});
    const auto y = values_of(transform(fitted, live), "y");
    CHECK(y[0] == Approx((10.0 + 40.0 / 2 + 90.0 / 3) / (1 + 0.5 + 1.0 / 3)).epsilon(1e-14));
    CHECK(y[1] == 40);
    CHECK(keeps_the_laws(fitted, live));
}

TEST_CASE("indicators, a bound on the rows that are kept, the same bits on any number of threads") {
    const auto training = learn_from(testing_support::small_bank(1500));
    const Features in = detail::to_features(training.table());
    const KnnImputer stage{.indicators = true, .max_donors = 200};
    set_threads(1);
    const auto one = stage.fit(training);
    const auto filled = bits_of(transform(one, in));
    set_threads(2);
    const auto two = stage.fit(training);
    CHECK(two.to_json() == one.to_json());
    CHECK(bits_of(transform(two, in)) == filled);
    set_threads(0);
    CHECK(one.learned()[0].donors.size() == 200);
    CHECK(one.outputs().layout().names().back() == "tenure_missing");
    const auto marks = values_of(transform(one, in), "tenure_missing");
    const std::size_t tenure = in.layout().index_of("tenure", "test");
    for (std::size_t r = 0; r < 100; ++r) CHECK(marks[r] == (is_missing(in[tenure][r]) ? 1 : 0));
    CHECK(KnnImputer{.max_donors = 200, .seed = 1}.fit(training).to_json() != one.to_json());
    CHECK(keeps_the_laws(one, in));
}

TEST_CASE("what the k-nearest-neighbour imputer cannot work with is said") {
    const auto training = learn_from(testing_support::small_bank(60));
    CHECK_THROWS_AS(KnnImputer{.neighbours = 0}.fit(training), OptionError);
    CHECK_THROWS_AS(KnnImputer{.neighbours = 65}.fit(training), OptionError);
    CHECK_THROWS_AS(KnnImputer{.columns = {"nobody"}}.fit(training), SchemaError);
    const auto labels = message_of([&] { (void)KnnImputer{.columns = {"country"}}.fit(training); });
    CHECK(unless_in(labels, "expected a numeric column to measure distances by") == "");
    const auto empty =
        learn_from(Table{{"x", Column::numeric({1, 2})}, {"y", Column::numeric({missing, missing})}});
    CHECK(unless_in(message_of([&] { (void)KnnImputer{}.fit(empty); }), "column 'y'") == "");
    CHECK_THROWS_AS(KnnImputer{}.fit(learn_from(Table{{"x", Column::numeric({1, HUGE_VAL})}})), DataError);
}

TEST_CASE("a damaged k-nearest-neighbour imputer is refused") {
    const auto training = learn_from(testing_support::small_bank(30));
    const Layout in = detail::to_features(training.table()).layout();
    const Json good = KnnImputer{}.fit(training).to_json();
    const auto read = [&](const char* pointer, const Json& value) {
        Json json = good;
        json[Json::json_pointer(pointer)] = value;
        return Fitted<KnnImputer>::from_json(detail::Fields(json, "stage"), in);
    };
    const std::size_t country = in.index_of("country", "test");
    const std::string at = "/features/" + std::to_string(country);
    CHECK_NOTHROW(read("/weights", "distance"));
    CHECK_THROWS_AS(read("/weights", "near"), ArtifactError);
    CHECK_THROWS_AS(read("/neighbours", 0), ArtifactError);
    CHECK_THROWS_AS(read("/neighbours", 65), ArtifactError);
    CHECK_THROWS_AS(read("/features/1/donors", {1, 2}), ArtifactError);
    CHECK_THROWS_AS(read((at + "/donors/0").c_str(), 3), ArtifactError);
    CHECK_THROWS_AS(read((at + "/donors/0").c_str(), 0.5), ArtifactError);
    CHECK_THROWS_AS(read((at + "/fallback").c_str(), -1), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/indicator", 1), ArtifactError);
}
