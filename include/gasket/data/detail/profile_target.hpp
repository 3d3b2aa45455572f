#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/ranking.hpp"
#include "gasket/data/profile.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// The target as the audit needs it: the class of every row, or its number.
struct AuditTarget {
    TargetProfile profile;
    std::vector<std::int32_t> codes;  // of two classes 1 is the positive one; -1 is missing
    std::size_t classes = 0;          // 0: numbers
    std::vector<std::size_t> rows;    // of each class, and last of none
    std::span<const double> numbers;

    [[nodiscard]] bool binary() const noexcept { return classes == 2; }
};

/// More distinct numbers than this are a number to be predicted, not classes.
inline constexpr std::size_t most_numeric_classes = 20;

/// throws SchemaError for an unknown column, DataError for an unknown positive label
inline AuditTarget audit_target(const Table& table, const std::string& name, const std::string& positive) {
    const Column& column = table[name];
    AuditTarget out;
    out.profile.column = name;
    out.profile.missing_count = column.missing_count();
    std::vector<std::string> labels;
    if (column.kind() == Kind::datetime) return out;
    if (column.kind() == Kind::numeric) {
        const auto numbers = column.numbers();
        std::vector<double> distinct;
        for (const double x : numbers) {
            if (is_missing(x)) continue;
            const auto at = std::lower_bound(distinct.begin(), distinct.end(), x);
            if (at == distinct.end() || *at != x) distinct.insert(at, x);
            if (distinct.size() > most_numeric_classes) {
                out.numbers = numbers;
                return out;
            }
        }
        out.codes.resize(numbers.size(), missing_code);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (is_missing(numbers[i])) continue;
            out.codes[i] = static_cast<std::int32_t>(
                std::lower_bound(distinct.begin(), distinct.end(), numbers[i]) - distinct.begin());
        }
        for (const double x : distinct) labels.push_back(text::shortest(x));
    } else {
        const Column sorted = column.with_sorted_labels();
        labels = sorted.labels();
        out.codes.assign(sorted.codes().begin(), sorted.codes().end());
    }
    out.classes = labels.size();
    if (out.binary()) {
        if (!positive.empty() && positive != labels[0] && positive != labels[1]) {
            throw DataError(ErrorCode::unknown_label,
                            {.expected = text::quoted(labels[0]) + " or " + text::quoted(labels[1]),
                             .found = text::quoted(positive),
                             .where = "positive label of target " + text::quoted(name),
                             .advice = "name one of the two"});
        }
        if (positive == labels[0]) {
            std::swap(labels[0], labels[1]);
            for (std::int32_t& code : out.codes) code = code < 0 ? code : 1 - code;
        }
        out.profile.positive = labels[1];
    }
    out.rows.assign(out.classes + 1, 0);
    for (const std::int32_t code : out.codes)
        ++out.rows[code >= 0 ? static_cast<std::size_t>(code) : out.classes];
    std::vector<LabelCount>& counts = out.profile.classes;
    for (std::size_t k = 0; k < out.classes; ++k) counts.push_back({std::move(labels[k]), out.rows[k]});
    std::vector<LabelCount> sorted;
    for (const std::size_t i : order_by(counts.size(), [&](std::size_t a, std::size_t b) {
             return counts[a].count > counts[b].count;
         })) {
        sorted.push_back(std::move(counts[i]));
    }
    counts = std::move(sorted);
    if (counts.size() > 1) {
        out.profile.ratio =
            static_cast<double>(counts.front().count) / static_cast<double>(counts.back().count);
    }
    return out;
}

/// Rows of two classes at one score.
struct ScoreCounts {
    double score = 0;
    std::uint64_t negatives = 0;
    std::uint64_t positives = 0;
};

/// Area under the ROC curve, ties counted as half; missing where a class is absent. O(n log n)
inline double auc_of(std::vector<ScoreCounts>& scores) {
    std::sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.score < b.score; });
    std::uint64_t below = 0;
    std::uint64_t positives = 0;
    std::uint64_t twice = 0;
    for (std::size_t i = 0; i < scores.size();) {
        std::uint64_t neg = 0;
        std::uint64_t pos = 0;
        for (const double at = scores[i].score; i < scores.size() && scores[i].score == at; ++i) {
            neg += scores[i].negatives;
            pos += scores[i].positives;
        }
        twice += pos * (2 * below + neg);
        below += neg;
        positives += pos;
    }
    if (below == 0 || positives == 0) return missing;
    return static_cast<double>(twice) / 2 / (static_cast<double>(below) * static_cast<double>(positives));
}

/// The same by the places (see Ranking) of rows of two classes; rows without a place do not count. O(n)
inline double auc_of_places(std::span<const std::uint32_t> places, std::span<const std::int32_t> codes) {
    std::uint64_t sum = 0;
    std::uint64_t positives = 0;
    std::uint64_t present = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto here = std::uint64_t{places[i] != no_place};
        const auto positive = here & std::uint64_t{codes[i] == 1};
        present += here;
        positives += positive;
        sum += places[i] & (0 - positive);  // no branch: which row is positive cannot be guessed
    }
    if (positives == 0 || positives == present) return missing;
    // of all pairs of positives each has its two places once and once less
    const std::uint64_t twice = sum - positives * (positives - 1);
    return static_cast<double>(twice) / 2 /
           (static_cast<double>(present - positives) * static_cast<double>(positives));
}

/// Of each class, how many rows have a value and how many have none: the AUC of the holes alone.
inline double auc_of_missing(std::size_t neg_missing, std::size_t neg, std::size_t pos_missing,
                             std::size_t pos) {
    if (neg == 0 || pos == 0) return missing;
    const double a = static_cast<double>(neg_missing) / static_cast<double>(neg);
    const double b = static_cast<double>(pos_missing) / static_cast<double>(pos);
    return 0.5 + std::abs(a - b) / 2;
}

}  // namespace gasket::detail
