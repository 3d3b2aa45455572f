#include "gasket/prepare/binner.hpp"

#include "support/real_data.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;

TEST_CASE("bins and edges are scikit-learn's on real columns") {
    testing_support::on_real_data(
        testing_support::reference("scalers"), [&](const Training& training, const nlohmann::json& data) {
            const std::pair<const char*, Bins> strategies[] = {
                {"uniform", Bins::uniform}, {"quantile", Bins::quantile}, {"k_means", Bins::k_means}};
            for (const auto& [name, strategy] : strategies) {
                const auto fitted = Binner{.strategy = strategy}.fit(training);
                for (const auto& column : fitted.learned()) {
                    if (!data["bins"][name].contains(column.feature)) continue;
                    INFO(name << " " << column.feature);
                    const auto edges = data["bins"][name][column.feature].get<std::vector<double>>();
                    REQUIRE(column.edges.size() == edges.size());
                    for (std::size_t i = 0; i < edges.size(); ++i)
                        CHECK(column.edges[i] == Approx(edges[i]).epsilon(1e-12));
                }
                if (strategy != Bins::quantile) continue;
                const Features out = transform(fitted, detail::to_features(training.table()));
                CHECK(testing_support::worst_difference(out, data["rows"], data["bins"]["ordinal"]) == 0);
            }
        });
}

TEST_CASE("a value at an edge belongs to the bin above, one beyond the ends to the bin there") {
    const auto training = learn_from(Table{{"age", Column::numeric({0, 10, 20, 30, missing})},
                                           {"c", Column::category({"a", "b", "a", "b", "a"})}});
    const auto fitted = Binner{.bins = 3, .strategy = Bins::uniform}.fit(training);
    CHECK(fitted.learned()[0].edges == std::vector<double>{10, 20});
    Features live(6);
    live.add({"age", nullptr, {"age"}}, std::vector<double>{-5, 9.999, 10, 19, 20, missing});
    live.add(detail::to_features(training.table()).layout()[1], std::vector<double>(6, 0.0));
    const auto bins = values_of(transform(fitted, live), "age");
    CHECK(std::vector<double>(bins.begin(), bins.begin() + 5) == std::vector<double>{0, 0, 1, 1, 2});
    CHECK(is_missing(bins[5]));
    CHECK(keeps_the_laws(fitted, live));

    const auto one_hot =
        Binner{.bins = 3, .strategy = Bins::uniform, .output = BinOutput::one_hot}.fit(training);
    const Layout& layout = one_hot.outputs().layout();
    CHECK(layout.names() == std::vector<std::string>{"age<10", "10<=age<20", "age>=20", "c"});
    CHECK(layout[1].sources == std::vector<std::string>{"age"});
    const Features out = transform(one_hot, live);
    CHECK(values_of(out, "age<10") == std::vector<double>{1, 1, 0, 0, 0, 0});
    CHECK(values_of(out, "10<=age<20") == std::vector<double>{0, 0, 1, 1, 0, 0});
    CHECK(values_of(out, "age>=20") == std::vector<double>{0, 0, 0, 0, 1, 0});
    CHECK(keeps_the_laws(one_hot, live));
}

TEST_CASE("edges that coincide are one, and the columns with fewer bins are named") {
    const auto training = learn_from(Table{{"zeros", Column::numeric({0, 0, 0, 0, 0, 0, 0, 1, 2, 3})},
                                           {"same", Column::numeric(std::vector<double>(10, 5.0))}});
    const auto fitted = Binner{.output = BinOutput::one_hot}.fit(training);
    CHECK(fitted.learned()[0].edges.size() == 1);
    CHECK(fitted.learned()[1].edges.empty());
    REQUIRE(fitted.notes().size() == 2);
    CHECK(unless_in(fitted.notes()[0], "'zeros' gets 2 of 5 bins") == "");
    CHECK(fitted.outputs().layout().names().back() == "same=any");
    CHECK(keeps_the_laws(fitted, detail::to_features(training.table())));
}

TEST_CASE("options and stored forms of the binner are checked") {
    const auto training = learn_from(Table{{"x", Column::numeric({1, 2, 3, 4, 5, 6, 7})}});
    CHECK_THROWS_AS(Binner{.bins = 1}.fit(training), OptionError);
    CHECK_THROWS_AS(Binner{.bins = 1001}.fit(training), OptionError);
    const Layout in = detail::to_features(training.table()).layout();
    const auto read = [&](const char* pointer, const Json& value) {
        Json json = Binner{}.fit(training).to_json();
        json[Json::json_pointer(pointer)] = value;
        return Fitted<Binner>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read("/output", "one_hot"));
    CHECK_THROWS_AS(read("/output", "label"), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/edges", {1, 1}), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/edges", {2, 1}), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "y"), ArtifactError);
}
