#include "gasket/model/dummy.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/tables.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::all_but_last;

namespace {
/// Three rows of four positive in training; the last row is sealed.
const Table table{{"x", Column::numeric({1, 2, 3, 4, 5})},
                  {"w", Column::numeric({5, 1, 1, 1, 1})},
                  {"y", Column::numeric({0, 1, 1, 1, 0})},
                  {"z", Column::numeric({7, 2.5, 2.5, 7, 100})}};

double answer(Guess strategy, const std::string& target, Task task, const std::string& weight = "") {
    return Dummy{.strategy = strategy}.fit(all_but_last(table, target, task, weight)).answer().at(0);
}
}  // namespace

TEST_CASE("dummy gives the share, the larger class or the mean of the training rows") {
    CHECK(answer(Guess::prior, "y", Task::binary) == 0.75);
    CHECK(answer(Guess::mean, "y", Task::binary) == 0.75);
    CHECK(answer(Guess::most_frequent, "y", Task::binary) == 1);
    CHECK(answer(Guess::mean, "z", Task::regression) == 4.75);
    CHECK(answer(Guess::prior, "z", Task::regression) == 4.75);
    CHECK(answer(Guess::most_frequent, "z", Task::regression) == 2.5);
}

TEST_CASE("dummy gives the share of each of many classes, or 1 for the largest") {
    const Training training =
        all_but_last(Table{{"x", Column::numeric({1, 2, 3, 4, 5})}, {"y", Column::numeric({7, 9, 9, 8, 8})}},
                     "y", Task::multiclass);
    CHECK(Dummy{}.fit(training).answer() == std::vector<double>{0.25, 0.25, 0.5});
    const auto fitted = Dummy{.strategy = Guess::most_frequent}.fit(training);
    CHECK(fitted.outputs() == 3);
    Scratch scratch;
    std::vector<double> out(6, -1);
    const double x[2] = {0, 0};
    const std::vector<const double*> columns{x};
    fitted.predict(Block(columns, 2), out.data(), scratch);
    CHECK(out == std::vector<double>{0, 0, 1, 0, 0, 1});
}

TEST_CASE("row weights count for dummy") {
    CHECK(answer(Guess::prior, "y", Task::binary, "w") == 0.375);
    CHECK(answer(Guess::most_frequent, "y", Task::binary, "w") == 0);
}

TEST_CASE("dummy answers every row alike, before and after saving and loading") {
    const auto fitted = Dummy{}.fit(all_but_last(table, "y"));
    const Json json = Json::parse(fitted.to_json().dump());
    const auto again = Fitted<Dummy>::from_json(detail::Fields(json, "dummy"), Layout());
    CHECK(again.to_json() == fitted.to_json());
    const Features in = detail::to_features(table);
    Scratch scratch;
    std::vector<double> out(5, -1);
    again.predict(in.block(), out.data(), scratch);
    CHECK(out == std::vector<double>(5, 0.75));
}

TEST_CASE("dummy needs no features") {
    detail::ChainBuilder builder(all_but_last(table.select({"x", "y"}), "y"));
    builder.add(Drop{{"x"}});
    builder.add(Dummy{});
    const auto chain = builder.finish();
    CHECK(dynamic_cast<const detail::EstimatorOf<Dummy>&>(*chain.estimator).fitted().answer() ==
          std::vector<double>{0.75});
}

TEST_CASE("a damaged dummy is refused") {
    for (const char* text : {"{}", R"({"strategy":"prior"})", R"({"strategy":"prior","answer":[null]})",
                             R"({"strategy":"best","answer":[1]})"}) {
        const Json json = Json::parse(text);
        CHECK_THROWS_AS(Fitted<Dummy>::from_json(detail::Fields(json, "dummy"), Layout()), ArtifactError);
    }
}
