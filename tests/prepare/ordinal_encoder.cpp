#include "gasket/prepare/ordinal_encoder.hpp"

#include "support/real_data.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::message_of;
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;
using testing_support::words;

namespace {
const Table table{{"size", words({"small", "large", nullptr, "medium", "small"})},
                  {"colour", words({"red", "blue", "red", "red", "blue"})},
                  {"x", Column::numeric({1, 2, 3, 4, 5})}};
}

TEST_CASE("codes are those of scikit-learn's ordinal encoder on real columns") {
    testing_support::agrees_on_real_data(OrdinalEncoder{}, testing_support::reference("encoders"), "ordinal",
                                         0);
}

TEST_CASE("labels take the order that is given, else that of the alphabet") {
    const auto training = learn_from(table);
    const auto fitted =
        OrdinalEncoder{.orders = {{"size", {"tiny", "small", "medium", "large"}}}}.fit(training);
    const Features in = detail::to_features(training.table());
    const Features out = transform(fitted, in);
    const auto size = values_of(out, "size");
    CHECK(size[0] == 1);
    CHECK(size[1] == 3);
    CHECK(is_missing(size[2]));
    CHECK(size[3] == 2);
    CHECK(values_of(out, "colour") == std::vector<double>{1, 0, 1, 1, 0});
    CHECK_FALSE(out.layout()[0].is_category());
    CHECK(out.layout()[0].sources == std::vector<std::string>{"size"});
    CHECK(keeps_the_laws(fitted, in));
}

TEST_CASE("an unseen label becomes missing, a number of one's choice, or an error") {
    const auto training = learn_from(table);
    const Features in = detail::to_features(training.table());
    Features live(2);
    live.add(in.layout()[0], std::vector<double>{unseen_code, 0});
    live.add(in.layout()[1], std::vector<double>{0, 1});
    live.add(in.layout()[2], std::vector<double>{1, 2});
    CHECK(is_missing(values_of(transform(OrdinalEncoder{}.fit(training), live), "size")[0]));
    const auto number = OrdinalEncoder{.unknown_value = -1}.fit(training);
    CHECK(values_of(transform(number, live), "size")[0] == -1);
    CHECK(keeps_the_laws(number, live));
    const auto strict = OrdinalEncoder{.refuse_unknown = true}.fit(training);
    CHECK_THROWS_AS(transform(strict, live), DataError);
    CHECK_THROWS_AS(transform(testing_support::reloaded(strict, in.layout()), live), DataError);
    CHECK(unless_in(message_of([&] { (void)transform(strict, live); }), "column 'size'") == "");
    CHECK_NOTHROW(transform(strict, in));
}

TEST_CASE("orders that do not fit the rows are errors that say how") {
    const auto training = learn_from(table);
    const auto fit = [&](std::vector<LabelOrder> orders) {
        return message_of([&] { (void)OrdinalEncoder{.orders = std::move(orders)}.fit(training); });
    };
    CHECK(unless_in(fit({{"size", {"small", "large"}}}), "found 'medium' in training rows") == "");
    CHECK(unless_in(fit({{"size", {"a", "a"}}}), "'a' twice") == "");
    CHECK(unless_in(fit({{"x", {"a"}}}), "a column that is encoded") == "");
    CHECK(unless_in(fit({{"siz", {"a"}}}), "did you mean 'size'") == "");
    CHECK(unless_in(fit({{"colour", {"red", "blue"}}, {"colour", {"red", "blue"}}}), "each column once") ==
          "");
}

TEST_CASE("a damaged label encoder is refused") {
    const auto training = learn_from(table);
    const Layout in = detail::to_features(training.table()).layout();
    const auto read = [&](const char* key, const Json& value) {
        Json json = OrdinalEncoder{}.fit(training).to_json();
        json["features"][0][key] = value;
        return Fitted<OrdinalEncoder>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read("unseen", 7));
    CHECK_THROWS_AS(read("values", {1, 2}), ArtifactError);
    CHECK_THROWS_AS(read("values", {1, 2, "3"}), ArtifactError);
    CHECK_THROWS_AS(read("unseen", "none"), ArtifactError);
    CHECK_THROWS_AS(read("refuse_unseen", 1), ArtifactError);
    CHECK_THROWS_AS(read("name", "x"), ArtifactError);
}
