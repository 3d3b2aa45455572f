#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/digest.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/split/holdout.hpp"
#include "gasket/split/training.hpp"

namespace gasket {

/// What a splitter decides: which rows of a table are for learning and which are sealed. A splitter is any
/// type whose `plan(const Table&) const` returns one; write your own that way.
struct SplitPlan {
    Target target;
    /// one per row of the table, missing for rows on neither side
    std::vector<double> labels;
    /// one per row of the table, or empty
    std::vector<double> weights;
    /// columns that no model may learn from: target, weight, time
    std::vector<std::string> reserved;
    std::vector<std::size_t> train;
    std::vector<std::size_t> test;
    /// method, seed, fraction, counts; the wall fills in what concerns each side
    SplitRecord record;
};

/// Both sides of the wall: `auto [train, test] = splitter.split(table);`
struct Split {
    Training training;
    Holdout holdout;
};

namespace detail {

/// The one place where rows pass the wall: seals a plan, opens a holdout once, cuts folds out of a Training.
class Wall {
  public:
    static Split seal(const Table& table, const SplitPlan& plan) {
        const Table features = without_reserved(table, plan.reserved);
        if (features.columns() == 0) {
            throw DataError(ErrorCode::no_features, {.expected = "columns to learn from",
                                                     .found = "none besides " + text::list(plan.reserved),
                                                     .where = "splitter " + plan.record.method,
                                                     .advice = "keep some columns besides the target"});
        }
        check(table, plan);
        const std::vector<std::uint64_t> digests = row_digests(table);
        Split split{Training(), Holdout()};
        Training& train = split.training;
        train.table_ = features.take(plan.train);
        train.target_ = std::make_shared<const Target>(plan.target);
        train.labels_ = std::make_shared<const std::vector<double>>(pick(plan.labels, plan.train));
        if (!plan.weights.empty()) {
            train.weights_ = std::make_shared<const std::vector<double>>(pick(plan.weights, plan.train));
        }
        train.record_ = side(plan.record, plan.target, *train.labels_, digests, plan.train);

        Holdout& holdout = split.holdout;
        holdout.content_ = {features.take(plan.test), plan.target, pick(plan.labels, plan.test),
                            plan.weights.empty() ? std::vector<double>{} : pick(plan.weights, plan.test)};
        holdout.record_ = side(plan.record, plan.target, holdout.content_.labels, digests, plan.test);
        return split;
    }

    /// Breaks the seal. throws SplitError when it is broken already
    static LabelledRows open(Holdout&& holdout) {
        if (!std::exchange(holdout.sealed_, false)) {
            throw SplitError(
                ErrorCode::holdout_spent,
                {.expected = "a sealed holdout",
                 .found = "one that was opened or moved away before",
                 .where = "holdout",
                 .advice = "a holdout judges one model once: choose between models by cross-validation on "
                           "the training rows, and split fresh data for another verdict"});
        }
        return std::move(holdout.content_);
    }

    /// Some rows of a Training as a Training of their own.
    static Training part(const Training& whole, std::span<const std::size_t> rows, std::string method) {
        Training out;
        out.table_ = whole.table_.take(rows);
        out.target_ = whole.target_;
        out.labels_ = std::make_shared<const std::vector<double>>(pick(whole.labels(), rows));
        if (whole.weights_ != nullptr) {
            out.weights_ = std::make_shared<const std::vector<double>>(pick(whole.weights(), rows));
        }
        out.record_ = whole.record_;
        out.record_.method = std::move(method);
        out.record_.rows = rows.size();
        out.record_.positive_rate = rate(*out.target_, *out.labels_);
        return out;
    }

    /// Some rows of a Training with their answers, to judge by within training.
    static LabelledRows labelled(const Training& whole, std::span<const std::size_t> rows) {
        return {whole.table_.take(rows), whole.target(), pick(whole.labels(), rows),
                whole.weights_ == nullptr ? std::vector<double>{} : pick(whole.weights(), rows)};
    }

  private:
    static std::vector<double> pick(std::span<const double> from, std::span<const std::size_t> rows) {
        std::vector<double> out;
        out.reserve(rows.size());
        for (const std::size_t r : rows) out.push_back(from[r]);
        return out;
    }

    static double rate(const Target& target, std::span<const double> labels) {
        if (target.task != Task::binary || labels.empty()) return missing;
        double positives = 0;
        for (const double y : labels) positives += y;
        return positives / static_cast<double>(labels.size());
    }

    static Table without_reserved(const Table& table, const std::vector<std::string>& reserved) {
        std::vector<std::string> present;
        for (const std::string& name : reserved) {
            if (table.has(name)) present.push_back(name);
        }
        return table.without(present);
    }

    static SplitRecord side(SplitRecord record, const Target& target, std::span<const double> labels,
                            std::span<const std::uint64_t> digests, std::span<const std::size_t> rows) {
        record.rows = rows.size();
        record.positive_rate = rate(target, labels);
        Sha256 sha;
        for (const std::size_t r : rows) {
            std::string bytes(8, '\0');
            for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(digests[r] >> (8 * i));
            sha.add(bytes);
        }
        record.digest = Sha256::to_hex(sha.finish());
        return record;
    }

    static void check(const Table& table, const SplitPlan& plan) {
        std::vector<char> side(table.rows(), 0);
        const auto mark = [&](const std::vector<std::size_t>& rows) {
            for (const std::size_t r : rows) {
                if (r >= side.size() || side[r] != 0) {
                    throw SplitError(
                        ErrorCode::row_out_of_range,
                        {.expected = "each row at most once, on one side",
                         .found = r >= side.size() ? "row " + std::to_string(r) + ", which does not exist"
                                                   : "row " + std::to_string(r) + " twice",
                         .where = "plan of splitter " + plan.record.method,
                         .advice = "correct the splitter's plan"});
                }
                side[r] = 1;
            }
        };
        mark(plan.train);
        mark(plan.test);
        if (plan.train.empty() || plan.test.empty()) {
            throw SplitError(
                ErrorCode::too_few_rows,
                {.expected = "at least one row on each side",
                 .found = std::to_string(plan.train.size()) + " for training and " +
                          std::to_string(plan.test.size()) + " for the holdout",
                 .where = "splitter " + plan.record.method,
                 .advice = plan.record.duplicates > 0
                               ? "rows that are exact copies stay on one side: give more rows, or set "
                                 ".keep_duplicates_together = false"
                               : "give more rows or another test_fraction"});
        }
    }
};

}  // namespace detail
}  // namespace gasket
