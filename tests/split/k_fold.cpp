#include "gasket/split/k_fold.hpp"

#include <set>

#include "gasket/split/stratified_splitter.hpp"
#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::small_bank;

namespace {
Training training(std::size_t rows) {
    return StratifiedSplitter{.target = "churn"}.split(small_bank(rows)).training;
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
    const auto digests = row_digests(rows.table());
    for (std::size_t a = 0; a < digests.size(); ++a) {
        for (std::size_t b = a + 1; b < digests.size(); ++b) {
            if (digests[a] == digests[b] && rows.labels()[a] == rows.labels()[b]) {
                CHECK(folds.fold_of()[a] == folds.fold_of()[b]);
            }
        }
    }
}

TEST_CASE("too many folds are an error that says so") {
    const Training rows = training(30);
    CHECK_THROWS_AS(KFold{.folds = 1}.split(rows), OptionError);
    CHECK_THROWS_AS(KFold{.folds = 100}.split(rows), SplitError);
    CHECK_THROWS_AS(StratifiedKFold{.folds = 20}.split(rows), SplitError);
}
