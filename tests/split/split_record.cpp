#include "gasket/split/split_record.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace gasket;

namespace {
SplitRecord full() {
    return {.side = "holdout",
            .method = "stratified_group",
            .seed = 7,
            .test_fraction = 0.25,
            .cutoff = "2024-03-01",
            .group = "customer",
            .groups = 12,
            .validation = "random 20 %",
            .rows = 250,
            .positive_rate = 0.2,
            .rows_without_target = 3,
            .duplicates = 4,
            .digest = "ab12",
            .seen_before = "half of it"};
}
SplitRecord read(const Json& json) {
    return SplitRecord::from_json({json, "record"});
}
}  // namespace

TEST_CASE("the record of a split comes back from its JSON whole") {
    const Json json = Json::parse(full().to_json().dump());
    CHECK(read(json).to_json() == json);
    CHECK(json.size() == 14);
    const SplitRecord again = read(json);
    CHECK(again.seed == 7);
    CHECK(again.test_fraction == 0.25);
    CHECK(again.groups == 12);
    CHECK(again.seen_before == "half of it");
    const SplitRecord plain = read(SplitRecord{}.to_json());
    CHECK(plain.to_json() == SplitRecord{}.to_json());
    CHECK(is_missing(plain.positive_rate));
    CHECK(plain.groups == 0);
}

TEST_CASE("the share of positives of a split ends at 0 and 1") {
    const auto with = [](double rate) {
        Json json = full().to_json();
        json["positive_rate"] = rate;
        return read(json).positive_rate;
    };
    constexpr double least = std::numeric_limits<double>::epsilon();
    CHECK(with(0) == 0);
    CHECK(with(1) == 1);
    CHECK_THROWS_AS(with(-least), ArtifactError);
    CHECK_THROWS_AS(with(1 + least), ArtifactError);
}
