#include "gasket/split/group_k_fold.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "gasket/split/group_splitter.hpp"
#include "gasket/split/stratified_splitter.hpp"
#include "support/catch.hpp"
#include "support/visits.hpp"

using namespace gasket;
using testing_support::visits;

namespace {

std::set<std::uint64_t> some(std::span<const std::uint64_t> groups, const std::vector<std::size_t>& rows) {
    std::set<std::uint64_t> out;
    for (const std::size_t r : rows) out.insert(groups[r]);
    return out;
}

}  // namespace

TEST_CASE("a customer is judged by models that have not met him") {
    const Training rows = GroupSplitter{.target = "churn", .group = "customer"}.split(visits(1500)).training;
    for (const Folds& folds :
         {GroupKFold{.folds = 4}.split(rows), StratifiedGroupKFold{.folds = 4}.split(rows)}) {
        std::multiset<std::size_t> judged;
        for (std::size_t f = 0; f < folds.size(); ++f) {
            const FoldRows fold = folds.rows(f);
            const auto met = some(rows.groups(), fold.learn);
            for (const std::uint64_t group : some(rows.groups(), fold.judge)) CHECK(met.count(group) == 0);
            judged.insert(fold.judge.begin(), fold.judge.end());
            CHECK(static_cast<double>(fold.judge.size()) ==
                  Approx(static_cast<double>(rows.rows()) / 4).margin(30));
            CHECK(folds[f].training.groups().size() == fold.learn.size());
        }
        CHECK(judged.size() == rows.rows());
        CHECK(std::set<std::size_t>(judged.begin(), judged.end()).size() == rows.rows());
    }
}

TEST_CASE("the group may be a column of the training rows") {
    const Training rows = StratifiedSplitter{.target = "churn"}.split(visits(600)).training;
    CHECK(rows.groups().empty());
    CHECK_THROWS_AS(GroupKFold{}.split(rows), OptionError);
    const Folds folds = GroupKFold{.folds = 3, .group = "customer"}.split(rows);
    const std::size_t column = rows.table().index_of("customer");
    for (std::size_t f = 0; f < 3; ++f) {
        const FoldRows fold = folds.rows(f);
        std::set<std::string> met;
        for (const std::size_t r : fold.learn) met.insert(rows.table().cell(r, column));
        for (const std::size_t r : fold.judge) CHECK(met.count(rows.table().cell(r, column)) == 0);
    }
    CHECK_THROWS_AS((GroupKFold{.folds = 3, .group = "nobody"}.split(rows)), SchemaError);
}

TEST_CASE("stratified group folds have nearly the same share of every class") {
    const Training rows = GroupSplitter{.target = "churn", .group = "customer"}.split(visits(5000)).training;
    const auto apart = [&](const Folds& folds) {
        double sum = 0;
        for (std::size_t f = 0; f < folds.size(); ++f) {
            const Fold fold = folds[f];
            double positives = 0;
            for (const double y : fold.validation.labels) positives += y;
            sum += std::abs(positives / static_cast<double>(fold.validation.labels.size()) -
                            rows.record().positive_rate);
        }
        return sum / static_cast<double>(folds.size());
    };
    const double stratified = apart(StratifiedGroupKFold{.folds = 5}.split(rows));
    CHECK(stratified < 0.015);
    CHECK(stratified < apart(GroupKFold{.folds = 5}.split(rows)) / 1.5);
}

TEST_CASE("fewer groups than folds are an error that says so") {
    const Training rows = GroupSplitter{.target = "churn", .group = "customer"}.split(visits(60)).training;
    CHECK(rows.record().groups < 8);
    CHECK_THROWS_AS(GroupKFold{.folds = 8}.split(rows), SplitError);
    CHECK_THROWS_AS(StratifiedGroupKFold{.folds = 8}.split(rows), SplitError);
    CHECK_THROWS_AS(GroupKFold{.folds = 1}.split(rows), OptionError);
}
