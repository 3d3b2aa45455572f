#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/profile.hpp"

namespace gasket::detail {

/// From where on something is an alert; see Profiler.
struct AlertLimits {
    double missing_share;
    double imbalance;
    double rare_share;
    double skew;
    std::size_t labels;
    double leak;
};

/// Whether a column names rows: whole numbers or labels, none missing, no two the same. Below 50 rows that
/// may be chance.
inline bool is_identifier(const ColumnProfile& column, std::size_t rows) {
    return rows >= 50 && column.distinct == rows &&
           (column.type == LogicalType::integer || column.type == LogicalType::text);
}

/// The alerts of one profile, in the order in which they should be read: target, leaks, table, columns.
class AlertFinder {
  public:
    AlertFinder(const Profile& profile, const AlertLimits& limits) : profile_(profile), limits_(limits) {}

    std::vector<Alert> find() {
        if (profile_.target) target(*profile_.target);
        for (const ColumnProfile& c : profile_.columns) {
            if (c.leak && c.leak->strength() > limits_.leak) leak(c);
        }
        for (const CorrelatedPair& pair : profile_.correlated) together(pair);
        if (profile_.duplicates > 0) {
            add("", "duplicates",
                text::grouped(profile_.duplicates) + " rows (" + text::percent(share(profile_.duplicates)) +
                    ") repeat an earlier row: drop_duplicates, or keep them on one side of the split");
        }
        std::vector<const ColumnProfile*> holes;
        for (const ColumnProfile& c : profile_.columns) {
            if (profile_.rows > 0 && c.missing_count == profile_.rows) {
                add(c.name, "empty", "no value at all: drop it");
            } else if (c.missing_share > limits_.missing_share) {
                holes.push_back(&c);
            }
        }
        std::vector<const ColumnProfile*> sorted;
        for (const std::size_t i : order_by(holes.size(), [&](std::size_t a, std::size_t b) {
                 return holes[a]->missing_count > holes[b]->missing_count;
             })) {
            sorted.push_back(holes[i]);
        }
        holes = std::move(sorted);
        for (const ColumnProfile* c : holes) {
            add(c->name, "missing",
                text::grouped(c->missing_count) + " rows (" + text::percent(c->missing_share) +
                    ") have no value: impute with an indicator, or drop the column");
        }
        for (const ColumnProfile& c : profile_.columns) {
            const bool is_target = profile_.target && profile_.target->column == c.name;
            if (!is_target) shape(c);
            if (c.numeric && !is_target) numbers(c);
            if (c.category) labels(c, is_target);
            if (c.time && c.time->future > 0) {
                add(c.name, "future_dates",
                    text::grouped(c.time->future) + " rows lie in the future, the last on " +
                        format_datetime(c.time->max) + ": a planned date, a wrong one, or a leak");
            }
        }
        return std::move(alerts_);
    }

  private:
    void add(const std::string& column, std::string_view kind, std::string text) {
        alerts_.push_back({column, std::string(kind), std::move(text)});
    }

    [[nodiscard]] double share(std::size_t rows) const {
        return static_cast<double>(rows) / static_cast<double>(profile_.rows);
    }

    void target(const TargetProfile& t) {
        if (t.missing_count > 0) {
            add(t.column, "missing_target",
                text::grouped(t.missing_count) + " rows (" + text::percent(share(t.missing_count)) +
                    ") have no target: a model cannot learn from them");
        }
        if (t.classes.empty()) return;
        if (t.classes.size() == 1) {
            add(t.column, "one_class",
                "every row is " + text::quoted(t.classes.front().label) +
                    ": there is nothing to learn, take rows of both classes");
            return;
        }
        const LabelCount& rare = t.classes.back();
        const double rare_share =
            static_cast<double>(rare.count) / static_cast<double>(profile_.rows - t.missing_count);
        if (t.ratio > limits_.imbalance) {
            add(t.column, "imbalance",
                text::fixed(t.ratio, 1) + " rows of " + text::quoted(t.classes.front().label) +
                    " for each of " + text::quoted(rare.label) +
                    ", so accuracy will mislead: use AUC, PR AUC or F1");
        }
        if (rare_share < limits_.rare_share) {
            add(t.column, "rare_class",
                text::quoted(rare.label) + " is " + text::percent(rare_share, 3) + " of the rows (" +
                    text::grouped(rare.count) + "): consider anomaly detection");
        }
    }

    void leak(const ColumnProfile& c) {
        std::vector<std::string> parts;
        if (std::abs(c.leak->correlation) > limits_.leak) {
            parts.push_back("correlation " + text::fixed(c.leak->correlation, 3));
        } else if (c.leak->association > limits_.leak) {
            parts.push_back("association " + text::fixed(c.leak->association, 3));
        }
        if (c.leak->auc > limits_.leak) parts.push_back("AUC " + text::fixed(c.leak->auc, 3));
        add(c.name, "leak_suspect",
            "alone it gives the target away (" + text::list(parts) +
                "): is it known before the outcome? If not, drop it");
    }

    void together(const CorrelatedPair& pair) {
        std::vector<std::string> parts;
        if (!is_missing(pair.pearson)) parts.push_back("Pearson " + text::fixed(pair.pearson, 3));
        if (!is_missing(pair.spearman)) parts.push_back("Spearman " + text::fixed(pair.spearman, 3));
        if (!is_missing(pair.cramers_v)) parts.push_back("Cramer's V " + text::fixed(pair.cramers_v, 3));
        add(pair.first, "correlated",
            "nearly the same as " + text::quoted(pair.second) + " (" + text::list(parts) +
                "): coefficients and importances are shared between the two, one may be enough");
    }

    void shape(const ColumnProfile& c) {
        if (c.distinct == 1) {
            add(c.name, "constant",
                c.missing_count == 0
                    ? "one value in all rows: drop it"
                    : "one value wherever there is any: drop it, or keep only whether it is missing");
        }
        if (is_identifier(c, profile_.rows)) {
            add(c.name, "identifier", "a different value in every row: it names rows, drop it");
        }
    }

    void numbers(const ColumnProfile& c) {
        const NumericProfile& n = *c.numeric;
        if (n.infinite > 0) {
            add(c.name, "infinite",
                text::grouped(n.infinite) + (n.infinite == 1 ? " value is" : " values are") +
                    " infinite, left out of the statistics: find the division by zero");
        }
        // the skewness of a flag says only how rare it is
        if (std::abs(n.skew) > limits_.skew && c.type != LogicalType::boolean && c.distinct > 2) {
            const char* const remedy = n.min > 0    ? "Box-Cox or log1p"
                                       : n.min >= 0 ? "log1p"
                                                    : "Yeo-Johnson (it has negative values)";
            add(c.name, "skew",
                "skewness " + text::fixed(n.skew, 1) + ": linear models gain from " + remedy +
                    ", trees do not mind");
        }
    }

    void labels(const ColumnProfile& c, bool is_target) {
        const CategoryProfile& k = *c.category;
        if (c.distinct > limits_.labels && !is_identifier(c, profile_.rows) && !is_target) {
            add(c.name, "high_cardinality",
                text::grouped(c.distinct) + " labels: use target encoding, group the rare ones, or drop it");
        }
        if (!k.variants.empty()) {
            std::vector<std::string> shown;
            for (const std::string& label : k.variants.front()) shown.push_back(text::quoted(label));
            add(c.name, "variants",
                (k.variants.size() == 1 ? "one value" : text::grouped(k.variants.size()) + " values") +
                    " spelt in several ways, such as " + text::list(shown, 4) + ": bring them into one form");
        }
        if (!k.null_spellings.empty()) {
            std::vector<std::string> shown;
            std::size_t rows = 0;
            for (const LabelCount& n : k.null_spellings) {
                shown.push_back(text::quoted(n.label));
                rows += n.count;
            }
            add(c.name, "null_spelling",
                text::list(shown, 4) + " in " + text::grouped(rows) +
                    " rows may mean missing: if so, name it in CsvOptions.nulls");
        }
        if (k.numeric_share > 0.9 && !is_target) {
            add(c.name, "numbers_as_text",
                "numbers with signs or separators, such as " + text::quoted(k.top.front().label) +
                    ": take the signs off to read them as numbers");
        }
    }

    const Profile& profile_;
    const AlertLimits& limits_;
    std::vector<Alert> alerts_;
};

inline std::vector<Alert> find_alerts(const Profile& profile, const AlertLimits& limits) {
    return AlertFinder(profile, limits).find();
}

}  // namespace gasket::detail
