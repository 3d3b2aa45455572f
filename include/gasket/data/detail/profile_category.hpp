#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/detail/correlate_labels.hpp"
#include "gasket/data/detail/label_pool.hpp"
#include "gasket/data/detail/parse_number.hpp"
#include "gasket/data/detail/profile_target.hpp"
#include "gasket/data/profile.hpp"

namespace gasket::detail {

struct LabelsFound {
    CategoryProfile profile;
    LeakProfile leak;
    std::size_t missing_count = 0;
    std::size_t distinct = 0;
};

/// A label without letter case (ASCII) and with single blanks only between words.
inline std::string folded(std::string_view label) {
    std::string out;
    for (const char c : label) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank) {
            out += lower(c);
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

/// Whether a folded label says that there is no value.
inline bool says_missing(std::string_view folded_label) {
    constexpr std::array<std::string_view, 16> words = {
        "",    "na", "n/a", "n.a.", "#n/a", "null",    "none",    "nan",
        "nil", "?",  "-",   "--",   ".",    "missing", "unknown", "(blank)"};
    return std::find(words.begin(), words.end(), folded_label) != words.end();
}

/// Whether a label is a number once currency, percent signs, separators and blanks are taken off.
inline bool hides_number(std::string_view label) {
    static constexpr std::array<std::string_view, 8> signs = {
        "$", "%", ",", " ", "_", "'", "\xE2\x82\xAC", "\xC2\xA3"};
    if (label.size() > 40 || std::none_of(label.begin(), label.end(), is_digit)) return false;
    std::string bare;
    for (std::size_t i = 0; i < label.size();) {
        const auto sign = std::find_if(signs.begin(), signs.end(),
                                       [&](std::string_view s) { return label.substr(i, s.size()) == s; });
        if (sign != signs.end()) {
            i += sign->size();
        } else {
            bare += label[i++];
        }
    }
    double x = 0;
    return parse_whole_number(bare, x) && !is_digit_code(bare.data(), bare.data() + bare.size());
}

/// Rows by label, half and class; row `labels` stands for missing labels. Rows without a class are left out.
struct ClassTable {
    std::size_t labels;
    std::size_t classes;
    std::vector<std::uint32_t> counts;

    [[nodiscard]] double at(std::size_t label, std::size_t half, std::size_t k) const {
        return counts[(label * 2 + half) * classes + k];
    }
    [[nodiscard]] double both(std::size_t label, std::size_t k) const {
        return at(label, 0, k) + at(label, 1, k);
    }
};

/// AUC of the labels, each row scored by the rate of its label among the other half of the rows: so a label
/// that occurs once tells nothing.
inline double label_auc(const ClassTable& table) {
    double positives = 0;
    double n = 0;
    for (std::size_t l = 0; l <= table.labels; ++l) {
        positives += table.both(l, 1);
        n += table.both(l, 0) + table.both(l, 1);
    }
    if (n == 0) return missing;
    std::vector<ScoreCounts> scores;
    for (std::size_t l = 0; l <= table.labels; ++l) {
        for (std::size_t half = 0; half < 2; ++half) {
            const double neg = table.at(l, half, 0);
            const double pos = table.at(l, half, 1);
            if (neg + pos == 0) continue;
            const double other = table.at(l, 1 - half, 1);
            const double of = table.at(l, 1 - half, 0) + other;
            scores.push_back({(other + positives / n) / (of + 1), static_cast<std::uint64_t>(neg),
                              static_cast<std::uint64_t>(pos)});
        }
    }
    return std::max(0.5, auc_of(scores));
}

/// Correlation ratio of labels and a number, corrected for the number of labels (epsilon squared, Kelley,
/// 1935).
inline double label_eta(const Column& column, std::span<const double> y) {
    const auto codes = column.codes();
    std::vector<double> sum(column.labels().size(), 0);
    std::vector<double> count(sum.size(), 0);
    double n = 0;
    double total = 0;
    const auto both = [&](std::size_t i) { return codes[i] >= 0 && std::isfinite(y[i]); };
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (both(i)) ++n, total += y[i];
    }
    if (n < 3) return missing;
    const double mean = total / n;
    double squares = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (!both(i)) continue;
        const double d = y[i] - mean;
        squares += d * d;
        sum[static_cast<std::size_t>(codes[i])] += d;
        ++count[static_cast<std::size_t>(codes[i])];
    }
    double between = 0;
    double groups = 0;
    for (std::size_t l = 0; l < sum.size(); ++l) {
        if (count[l] == 0) continue;
        ++groups;
        between += sum[l] * sum[l] / count[l];
    }
    if (!(squares > 0) || n - groups < 1 || groups < 2) return missing;
    const double within = (squares - between) / (n - groups);
    return std::sqrt(std::clamp((between - (groups - 1) * within) / squares, 0.0, 1.0));
}

/// All that a profile says of labels. O(rows + labels log labels)
inline LabelsFound profile_labels(const Column& column, const AuditTarget* target, std::size_t top) {
    LabelsFound out;
    const auto codes = column.codes();
    const Labels& labels = column.labels();
    const std::size_t classes = target == nullptr ? 0 : target->classes;
    std::vector<std::size_t> count(labels.size(), 0);
    constexpr std::size_t most_cells = std::size_t{1} << 26;
    const bool cross = classes >= 2 && (labels.size() + 1) * classes < most_cells;
    ClassTable table{labels.size(), classes, {}};
    if (cross) table.counts.assign((labels.size() + 1) * 2 * classes, 0);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::size_t l = codes[i] < 0 ? labels.size() : static_cast<std::size_t>(codes[i]);
        if (codes[i] < 0) {
            ++out.missing_count;
        } else {
            ++count[l];
        }
        if (cross && target->codes[i] >= 0) {
            const std::size_t half = mix64(i) & 1;
            ++table.counts[(l * 2 + half) * classes + static_cast<std::size_t>(target->codes[i])];
        }
    }
    if (cross) {
        out.leak.association =
            cramers_v(labels.size(), classes, [&](std::size_t l, std::size_t k) { return table.both(l, k); });
        if (classes == 2) out.leak.auc = label_auc(table);
    } else if (target != nullptr && !target->numbers.empty()) {
        out.leak.association = label_eta(column, target->numbers);
    }

    std::vector<std::size_t> order;
    for (std::size_t l = 0; l < labels.size(); ++l) {
        if (count[l] > 0) order.push_back(l);
    }
    out.distinct = order.size();
    const std::size_t shown = std::min(top, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(),
                      [&](std::size_t a, std::size_t b) {
                          return count[a] != count[b] ? count[a] > count[b] : labels[a] < labels[b];
                      });
    for (std::size_t i = 0; i < shown; ++i) out.profile.top.push_back({labels[order[i]], count[order[i]]});

    LabelPool pool;
    std::map<std::int32_t, Labels> alike;
    std::vector<std::size_t> first;  // label that a folded form came from
    std::size_t numbers = 0;
    for (std::size_t l = 0; l < labels.size(); ++l) {
        if (count[l] == 0) continue;
        const std::string plain = folded(labels[l]);
        if (says_missing(plain)) out.profile.null_spellings.push_back({labels[l], count[l]});
        if (hides_number(labels[l])) numbers += count[l];
        const std::int32_t code = pool.add(plain);
        if (static_cast<std::size_t>(code) == first.size()) {
            first.push_back(l);
            continue;
        }
        Labels& group = alike[code];
        if (group.empty()) group.push_back(labels[first[static_cast<std::size_t>(code)]]);
        group.push_back(labels[l]);
    }
    for (auto& [code, group] : alike) {
        std::sort(group.begin(), group.end());
        group.erase(std::unique(group.begin(), group.end()), group.end());
        if (group.size() > 1) out.profile.variants.push_back(std::move(group));
    }
    const std::size_t present = codes.size() - out.missing_count;
    if (present > 0) out.profile.numeric_share = static_cast<double>(numbers) / static_cast<double>(present);
    return out;
}

}  // namespace gasket::detail
