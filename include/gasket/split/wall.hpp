#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gasket/core/digest.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/split/holdout.hpp"
#include "gasket/split/ledger.hpp"
#include "gasket/split/training.hpp"
#include "gasket/split/validation.hpp"

namespace gasket {

/// What a splitter decides: which rows of a table are for learning and which are sealed. A splitter is any
/// type whose `plan(const Table&) const` returns one; write your own that way.
struct SplitPlan {
    Target target;
    /// one per row of the table, missing for rows on neither side
    std::vector<double> labels;
    /// one per row of the table, or empty
    std::vector<double> weights;
    /// the group of each row of the table as a fingerprint, or empty; no group may stand on both sides
    std::vector<std::uint64_t> groups;
    /// the moment of each row of the table, or empty
    std::vector<double> moments;
    /// columns that no model may learn from: target, weight, group, time
    std::vector<std::string> reserved;
    std::vector<std::size_t> train;
    std::vector<std::size_t> test;
    /// path of the ledger that records the opening of the holdout; empty: none
    std::string ledger;
    /// method, seed, fraction, counts; the wall fills in what concerns each side
    SplitRecord record;
};

/// Both sides of the wall: `auto [train, test] = splitter.split(table);`
struct Split {
    Training training;
    Holdout holdout;
};

/// Three sides: `auto [train, validation, test] = three_way(splitter, table, 0.2);`
struct ThreeWay {
    Training training;
    Validation validation;
    Holdout holdout;
};

namespace detail {

/// The one place where rows pass the wall: seals a plan, opens a holdout once, cuts folds out of a Training.
class Wall {
  public:
    static Split seal(const Table& table, const SplitPlan& plan) {
        const Table features = without_reserved(table, plan);
        check(table.rows(), plan);
        const std::vector<std::uint64_t> digests = row_digests(table);
        Split split{training(features, plan, digests), Holdout()};
        fill(split.holdout, table, features, plan, digests);
        return split;
    }

    /// Three sides: `rest` is a plan of the rows that `plan` gives to training, numbered as there; what it
    /// sets aside is for validation.
    static ThreeWay seal(const Table& table, const SplitPlan& plan, const SplitPlan& rest) {
        check(table.rows(), plan);
        check(plan.train.size(), rest);
        SplitPlan learn = plan;
        learn.train = pick(plan.train, rest.train);
        learn.reserved.insert(learn.reserved.end(), rest.reserved.begin(), rest.reserved.end());
        if (plan.groups.empty()) learn.groups = spread(rest.groups, plan.train, table.rows());
        if (plan.moments.empty()) learn.moments = spread(rest.moments, plan.train, table.rows());
        learn.record.validation =
            rest.record.method + (rest.record.cutoff.empty()
                                      ? ", share " + text::compact(rest.record.test_fraction) + ", seed " +
                                            std::to_string(rest.record.seed)
                                      : " from " + rest.record.cutoff);

        const Table features = without_reserved(table, learn);
        const std::vector<std::uint64_t> digests = row_digests(table);
        SplitPlan choose = learn;
        choose.record = rest.record;
        const std::vector<std::size_t> rows = pick(plan.train, rest.test);
        LabelledRows labelled_rows = labelled(features, choose, rows);
        SplitRecord record = side("validation", choose, labelled_rows.labels, digests, rows);
        ThreeWay split{
            training(features, learn, digests), {std::move(labelled_rows), std::move(record)}, Holdout()};
        fill(split.holdout, table, features, plan, digests);
        return split;
    }

    /// Breaks the seal, and has it recorded where the holdout has a ledger; `by` says what for. throws
    /// SplitError when it is broken already, in this process or by the ledger; FileError, and the seal stays,
    /// where the ledger cannot be written
    static OpenedHoldout open(Holdout&& holdout, const std::function<std::string()>& by = {}) {
        require_sealed(holdout);
        SplitRecord record = holdout.record_;
        if (!holdout.ledger_.empty()) {
            record.seen_before =
                Ledger(holdout.ledger_).record(holdout.print_, record.method, by ? by() : "a program");
        }
        holdout.sealed_ = false;
        return {std::move(holdout.content_), std::move(record)};
    }

    /// Whether `open` would succeed: to know before hours of work. throws SplitError, FileError
    static void require_unspent(const Holdout& holdout) {
        require_sealed(holdout);
        if (!holdout.ledger_.empty()) Ledger(holdout.ledger_).require_unspent(holdout.print_);
    }

    /// Some rows of a Training as a Training of their own.
    static Training part(const Training& whole, std::span<const std::size_t> rows, std::string method) {
        Training out;
        out.table_ = whole.table_.take(rows);
        out.target_ = whole.target_;
        out.labels_ = std::make_shared<const std::vector<double>>(pick(whole.labels(), rows));
        out.weights_ = share(whole.weights(), rows);
        out.groups_ = share(whole.groups(), rows);
        out.moments_ = share(whole.moments(), rows);
        out.reserved_ = whole.reserved_;
        out.record_ = whole.record_;
        out.record_.method = std::move(method);
        out.record_.rows = rows.size();
        out.record_.positive_rate = rate(*out.target_, *out.labels_);
        out.record_.groups = distinct(out.groups());
        out.record_.duplicates = 0;
        out.record_.digest.clear();
        return out;
    }

    /// Some rows of a Training with their answers, to judge by within training.
    static LabelledRows labelled(const Training& whole, std::span<const std::size_t> rows) {
        return {whole.table_.take(rows), whole.target(), pick(whole.labels(), rows),
                pick(whole.weights(), rows)};
    }

  private:
    static void require_sealed(const Holdout& holdout) {
        if (holdout.sealed_) return;
        throw SplitError(ErrorCode::holdout_spent,
                         {.expected = "a sealed holdout",
                          .found = "one that was opened or moved away before",
                          .where = "holdout",
                          .advice = "a holdout judges one model once: choose between models by "
                                    "cross-validation on the training rows, and split fresh data for another "
                                    "verdict"});
    }

    static Training training(const Table& features, const SplitPlan& plan,
                             std::span<const std::uint64_t> digests) {
        const std::vector<std::size_t>& rows = plan.train;
        Training out;
        out.table_ = features.take(rows);
        out.target_ = std::make_shared<const Target>(plan.target);
        out.labels_ = std::make_shared<const std::vector<double>>(pick(plan.labels, rows));
        out.weights_ = share(plan.weights, rows);
        out.groups_ = share(plan.groups, rows);
        out.moments_ = share(plan.moments, rows);
        out.reserved_ = std::make_shared<const std::vector<std::string>>(plan.reserved);
        out.record_ = side("training", plan, *out.labels_, digests, rows);
        return out;
    }

    static void fill(Holdout& holdout, const Table& table, const Table& features, const SplitPlan& plan,
                     std::span<const std::uint64_t> digests) {
        holdout.content_ = labelled(features, plan, plan.test);
        holdout.record_ = side("holdout", plan, holdout.content_.labels, digests, plan.test);
        holdout.ledger_ = plan.ledger;
        if (plan.ledger.empty()) return;
        holdout.print_ =
            HoldoutPrint::of(table, plan.test, digests, holdout.record_.digest, plan.target.column);
    }

    static LabelledRows labelled(const Table& features, const SplitPlan& plan,
                                 std::span<const std::size_t> rows) {
        return {features.take(rows), plan.target, pick(plan.labels, rows), pick(plan.weights, rows)};
    }

    template <class From>
    using ValuesOf = std::vector<std::ranges::range_value_t<From>>;

    /// The values of some rows; of nothing, nothing.
    template <class From>
    static ValuesOf<From> pick(const From& from, std::span<const std::size_t> rows) {
        ValuesOf<From> out;
        if (from.empty()) return out;
        out.reserve(rows.size());
        for (const std::size_t r : rows) out.push_back(from[r]);
        return out;
    }

    template <class From>
    static std::shared_ptr<const ValuesOf<From>> share(const From& from, std::span<const std::size_t> rows) {
        return from.empty() ? nullptr : std::make_shared<const ValuesOf<From>>(pick(from, rows));
    }

    /// Values of some rows of a table as values of all of them; of nothing, nothing.
    template <class From>
    static From spread(const From& from, std::span<const std::size_t> rows, std::size_t all) {
        From out(from.empty() ? 0 : all);
        for (std::size_t i = 0; i < from.size(); ++i) out[rows[i]] = from[i];
        return out;
    }

    static std::size_t distinct(std::span<const std::uint64_t> values) {
        return std::unordered_set<std::uint64_t>(values.begin(), values.end()).size();
    }

    static double rate(const Target& target, std::span<const double> labels) {
        if (target.task != Task::binary || labels.empty()) return missing;
        double positives = 0;
        for (const double y : labels) positives += y;
        return positives / static_cast<double>(labels.size());
    }

    static Table without_reserved(const Table& table, const SplitPlan& plan) {
        std::vector<std::string> present;
        for (const std::string& name : plan.reserved) {
            if (table.has(name)) present.push_back(name);
        }
        Table features = table.without(present);
        if (features.columns() == 0) {
            throw DataError(ErrorCode::no_features, {.expected = "columns to learn from",
                                                     .found = "none besides " + text::list(plan.reserved),
                                                     .where = "splitter " + plan.record.method,
                                                     .advice = "keep some columns besides the target"});
        }
        return features;
    }

    /// The record of one side, which tells of its own rows only.
    static SplitRecord side(std::string name, const SplitPlan& plan, std::span<const double> labels,
                            std::span<const std::uint64_t> digests, std::span<const std::size_t> rows) {
        SplitRecord record = plan.record;
        record.side = std::move(name);
        record.rows = rows.size();
        record.positive_rate = rate(plan.target, labels);
        record.groups = distinct(pick(plan.groups, rows));
        std::vector<std::uint64_t> own = pick(digests, rows);
        record.duplicates = own.size() - distinct(own);
        std::sort(own.begin(), own.end());
        Sha256 sha;
        for (const std::uint64_t digest : own) {
            std::string bytes(8, '\0');
            for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(digest >> (8 * i));
            sha.add(bytes);
        }
        record.digest = Sha256::to_hex(sha.finish());
        return record;
    }

    static void check(std::size_t table_rows, const SplitPlan& plan) {
        std::vector<char> side(table_rows, 0);
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
        if (plan.groups.empty()) return;
        const std::vector<std::uint64_t> learned = pick(plan.groups, plan.train);
        const std::unordered_set<std::uint64_t> known(learned.begin(), learned.end());
        for (const std::size_t r : plan.test) {
            if (known.count(plan.groups[r]) == 0) continue;
            throw SplitError(ErrorCode::group_torn,
                             {.expected = "every group on one side",
                              .found = "the group of row " + std::to_string(r) + " on both",
                              .where = "plan of splitter " + plan.record.method,
                              .advice = "correct the splitter's plan"});
        }
    }
};

}  // namespace detail
}  // namespace gasket
