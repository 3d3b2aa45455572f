#include "gasket/split/k_fold.hpp"

#include <set>

#include "gasket/split/stratified_splitter.hpp"
#include "support/catch.hpp"
#include "support/tables.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::message_of;
using testing_support::small_bank;
using testing_support::unless_in;

namespace {
Training training(std::size_t rows) {
    return StratifiedSplitter{.target = "churn"}.split(small_bank(rows)).training;
}

/// How often one fold judges a row and learns from an exact copy of it.
std::size_t torn_copies(const Training& rows, const Folds& folds) {
    const auto digests = row_digests(
        rows.table().with("answer", Column::numeric({rows.labels().begin(), rows.labels().end()})));
    std::size_t torn = 0;
    for (std::size_t f = 0; f < folds.size(); ++f) {
        const FoldRows fold = folds.rows(f);
        std::set<std::uint64_t> learned;
        for (const std::size_t r : fold.learn) learned.insert(digests[r]);
        for (const std::size_t r : fold.judge) torn += learned.count(digests[r]);
    }
    return torn;
}
}  // namespace

TEST_CASE("every row is judged in exactly one fold and learned from in the others") {
    const Training rows = training(1000);
    const Folds folds = KFold{.folds = 4, .seed = 1}.split(rows);
    std::multiset<std::size_t> judged;
    for (std::size_t f = 0; f < folds.size(); ++f) {
        const Fold fold = folds[f];
        judged.insert(fold.validation_rows.begin(), fold.validation_rows.end());
        CHECK(fold.training.rows() + fold.validation.labels.size() == rows.rows());
        CHECK(fold.validation_rows.size() == 200);
    }
    CHECK(judged.size() == rows.rows());
    CHECK(std::set<std::size_t>(judged.begin(), judged.end()).size() == rows.rows());
}

TEST_CASE("stratified folds have the same share of positives") {
    const Training rows = training(3000);
    const Folds folds = StratifiedKFold{.folds = 5}.split(rows);
    for (std::size_t f = 0; f < folds.size(); ++f) {
        double positives = 0;
        const Fold fold = folds[f];
        for (const double y : fold.validation.labels) positives += y;
        CHECK(positives / static_cast<double>(fold.validation.labels.size()) ==
              Approx(rows.record().positive_rate).margin(0.003));
    }
}

TEST_CASE("a fold's validation rows carry the answers of their own rows") {
    const Training rows = training(300);
    const Fold fold = StratifiedKFold{.folds = 3}.split(rows)[1];
    for (std::size_t i = 0; i < fold.validation_rows.size(); ++i) {
        CHECK(fold.validation.labels[i] == rows.labels()[fold.validation_rows[i]]);
        CHECK(fold.validation.table["age"].numbers()[i] ==
              rows.table()["age"].numbers()[fold.validation_rows[i]]);
    }
}

TEST_CASE("copies of a row are judged in one fold") {
    const Table base = small_bank(200).without({"customer_id"});
    std::vector<std::size_t> twice;
    for (std::size_t r = 0; r < 200; ++r) twice.insert(twice.end(), {r, r});
    const Training rows = StratifiedSplitter{.target = "churn"}.split(base.take(twice)).training;
    const Folds folds = StratifiedKFold{.folds = 5}.split(rows);
    CHECK(torn_copies(rows, folds) == 0);
    const RepeatedStratifiedKFold repeated{.folds = 3, .repeats = 4};
    CHECK(torn_copies(rows, repeated.split(rows)) == 0);
    CHECK(torn_copies(rows, RepeatedKFold{.folds = 3, .repeats = 4}.split(rows)) == 0);
    const RepeatedKFold loose{.folds = 3, .repeats = 4, .keep_duplicates_together = false};
    CHECK(torn_copies(rows, loose.split(rows)) > 0);
}

TEST_CASE("repeated folds judge every row once in every repeat, each repeat in its own way") {
    const Training rows = training(400);
    const Folds folds = RepeatedStratifiedKFold{.folds = 4, .repeats = 3, .seed = 8}.split(rows);
    REQUIRE(folds.size() == 12);
    CHECK(folds.repeats() == 3);
    for (std::size_t k = 0; k < 3; ++k) {
        std::multiset<std::size_t> judged;
        for (std::size_t f = 4 * k; f < 4 * k + 4; ++f) {
            const FoldRows fold = folds.rows(f);
            judged.insert(fold.judge.begin(), fold.judge.end());
            CHECK(fold.judge.size() + fold.learn.size() == rows.rows());
        }
        CHECK(judged.size() == rows.rows());
        CHECK(std::set<std::size_t>(judged.begin(), judged.end()).size() == rows.rows());
    }
    const Folds once = StratifiedKFold{.folds = 4, .seed = 8}.split(rows);
    CHECK(folds.rows(2).judge == once.rows(2).judge);
    CHECK(folds.rows(0).judge != folds.rows(4).judge);
    CHECK(folds.rows(4).judge != folds.rows(8).judge);
    CHECK(RepeatedStratifiedKFold{.folds = 4, .repeats = 3, .seed = 8}.split(rows).rows(7).judge ==
          folds.rows(7).judge);
    CHECK_THROWS_AS((RepeatedKFold{.folds = 4, .repeats = 0}.split(rows)), OptionError);
}

TEST_CASE("folds of one's own are checked: no row on both sides, no empty side") {
    const Training rows = training(100);
    const auto folds = [&](FoldRows fold) {
        return Folds(
            rows, 1, [fold](std::size_t) { return fold; }, "own");
    };
    CHECK(folds({{0, 1, 2}, {7}})[0].training.rows() == 3);
    CHECK_THROWS_AS(folds({{0, 1, 2}, {2}}), SplitError);
    CHECK_THROWS_AS(folds({{0, 0}, {1}}), SplitError);
    CHECK(unless_in(message_of([&] { (void)folds({{4, 4}, {1}}); }), "row 4 twice") == "");
    const std::size_t beyond = rows.rows();
    CHECK(unless_in(message_of([&] {
                        (void)folds({{0}, {beyond}});
                    }),
                    "row " + std::to_string(beyond) + ", which does not exist") == "");
    CHECK_NOTHROW(folds({{0}, {beyond - 1}}));
    CHECK_THROWS_AS(folds({{0}, {1000}}), SplitError);
    CHECK_THROWS_AS(folds({{0}, {}}), SplitError);
    CHECK_THROWS_AS(folds({{}, {0}}), SplitError);
}

TEST_CASE("too many folds are an error that says so") {
    const Training rows = training(30);
    CHECK_THROWS_AS(KFold{.folds = 1}.split(rows), OptionError);
    CHECK_THROWS_AS(KFold{.folds = 100}.split(rows), SplitError);
    CHECK_THROWS_AS(StratifiedKFold{.folds = 20}.split(rows), SplitError);
}

TEST_CASE("a fold left empty by copies that stay together is an error that says so") {
    std::vector<double> x, y;
    for (int i = 0; i < 200; ++i) {
        x.push_back(i % 2);
        y.push_back(i % 4 < 2 ? 0 : 1);
    }
    const Training rows = StratifiedSplitter{.target = "y", .keep_duplicates_together = false}
                              .split(Table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}})
                              .training;
    std::string message;
    try {
        (void)KFold{.folds = 5}.split(rows);
    } catch (const SplitError& e) {
        CHECK(e.code() == ErrorCode::too_few_rows);
        message = e.what();
    }
    CHECK(message.find("exact copies of a row stay in one fold") != std::string::npos);
    CHECK(KFold{.folds = 5, .keep_duplicates_together = false}.split(rows).size() == 5);
}
