#include "gasket/monitor/domain_classifier.hpp"

#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::small_bank;

namespace {
const DomainClassifier quick{.model = {.trees = 20, .max_depth = 3}, .repeats = 2};

Table older(const Table& bank, double years) {
    std::vector<double> age(bank["age"].numbers().begin(), bank["age"].numbers().end());
    for (double& x : age) x += years;
    return bank.with("age", Column::numeric(std::move(age)));
}
}  // namespace

TEST_CASE("a shifted column gives the table away, the more the further it moved") {
    const Table a = small_bank(600, 1);
    const Table b = small_bank(600, 2);
    const Separation near = quick.separate(a, older(b, 15));
    const Separation far = quick.separate(a, older(b, 40));
    for (const Separation& s : {near, far}) {
        // customer_id is the same in both
        CHECK(s.columns.front().column == "age");
        CHECK(s.columns.front().alone > s.columns[1].alone);
        CHECK(s.status() != DriftStatus::stable);
    }
    CHECK(far.auc.mean() > near.auc.mean());
    CHECK(far.columns.front().importance > near.columns.front().importance);
    CHECK(far.to_json()["columns"][0]["column"] == "age");
}

TEST_CASE("samples of one population are not told apart, beyond what chance reaches") {
    const Separation s = quick.separate(small_bank(1500, 1).without({"customer_id"}),
                                        small_bank(500, 2).without({"customer_id"}));
    CHECK(s.chance == Approx(0.5 + 1.6448536269514722 * std::sqrt(2001.0 / (12.0 * 1500 * 500))));
    CHECK(s.auc.mean() < 0.55);
    CHECK(s.status() == DriftStatus::stable);
}

TEST_CASE("the verdict is the same for any number of threads, and hangs on the seed") {
    const Table a = small_bank(500, 1);
    const Table b = older(small_bank(700, 2), 5);
    DomainClassifier classifier = quick;
    classifier.most_rows = 400;  // drawn
    set_threads(1);
    const Json one = classifier.separate(a, b).to_json();
    set_threads(3);
    const Json three = classifier.separate(a, b).to_json();
    set_threads(0);
    CHECK(one == three);
    CHECK(one["first_rows"] == 400);
    CHECK(one["second_rows"] == 400);
    classifier.seed = 7;
    CHECK(classifier.separate(a, b).to_json() != one);
}

TEST_CASE("without rows or columns there is no verdict") {
    const Table a = small_bank(300);
    CHECK(quick.separate(a, a.head(99)).status() == DriftStatus::insufficient);
    CHECK(quick.separate(Table{}, Table{}).status() == DriftStatus::insufficient);
    CHECK_THROWS_AS((void)quick.separate(a, a.without({"age"})), SchemaError);
    CHECK_THROWS_AS((void)DomainClassifier{.folds = 1}.separate(a, a), OptionError);
    CHECK_THROWS_AS((void)DomainClassifier{.most_rows = 0}.separate(a, a), OptionError);
    CHECK_THROWS_AS((void)DomainClassifier{.repeats = 0}.separate(a, a), OptionError);
}
