#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/adjusted_p_values.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/normal.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/bootstrap.hpp"
#include "gasket/evaluate/delong.hpp"
#include "gasket/evaluate/segments.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

struct SliceOptions {
    /// must fit the target
    Metric metric = auc;
    /// of the table; none: all but moments
    std::vector<std::string> columns = {};
    /// numbers with more different values are cut into so many bins of about as many rows; at least 2
    std::size_t bins = 4;
    /// labels of a column that are looked at each for itself, the most frequent ones; at least 1
    std::size_t most_labels = 20;
    /// segments of two columns as well: many, and so slow but for the AUC
    bool pairs = false;
    /// smaller segments are counted, not judged; at least 2
    std::size_t min_rows = 50;
    /// of the intervals: above 0, below 1
    double level = 0.95;
    /// among the segments called weak the share that is so by chance, on the mean: above 0, below 1
    double false_discoveries = 0.1;
    /// for intervals; the AUC of rows that weigh alike needs none
    std::size_t resamples = 400;
    std::uint64_t seed = 42;
};

/// A segment of the rows and how good the model is in it.
struct Slice {
    std::string name;
    std::size_t rows = 0;
    Interval metric = {};
    /// the metric of all other rows
    double rest = 0;
    /// by how much the metric is worse than there; below 0 where it is better
    double worse_by = 0;
    /// one-sided chance of being worse by so much where there is no difference
    double p_value = 1;
    /// the same after the number of segments looked at is taken into account
    double adjusted = 1;
    /// whether it is called weak
    bool weak = false;

    [[nodiscard]] Json to_json() const {
        return json_object({{"segment", name},
                            {"rows", rows},
                            {"metric", metric.to_json()},
                            {"rest", rest},
                            {"worse_by", worse_by},
                            {"p_value", p_value},
                            {"adjusted", adjusted},
                            {"weak", weak}});
    }
};

/// Segments of the rows, the surest weakness first.
struct Slices {
    std::string metric = {};
    /// the metric of all rows
    double overall = 0;
    double false_discoveries = 0.1;
    std::vector<Slice> slices = {};
    /// segments below the least number of rows
    std::size_t too_small = 0;
    /// segments in which (or outside of which) the metric has no value, such as an AUC of one class
    std::size_t without_value = 0;

    /// How many are called weak: they come first.
    [[nodiscard]] std::size_t weak() const {
        return static_cast<std::size_t>(
            std::count_if(slices.begin(), slices.end(), [](const Slice& s) { return s.weak; }));
    }

    [[nodiscard]] Json to_json() const {
        std::vector<Json> each;
        for (const Slice& s : slices) each.push_back(s.to_json());
        return json_object({{"metric", metric},
                            {"overall", overall},
                            {"false_discoveries", false_discoveries},
                            {"slices", each},
                            {"too_small", too_small},
                            {"without_value", without_value}});
    }

    /// The weak ones, and at least the first ten.
    friend std::ostream& operator<<(std::ostream& out, const Slices& s) {
        text::Grid grid({"segment", "rows", s.metric, "interval", "elsewhere", "adjusted p", ""});
        const std::size_t shown = std::min(s.slices.size(), std::max<std::size_t>(10, s.weak()));
        for (std::size_t i = 0; i < shown; ++i) {
            const Slice& slice = s.slices[i];
            grid.add({slice.name, text::grouped(slice.rows), text::fixed(slice.metric.value, 4),
                      text::fixed(slice.metric.low, 4) + " to " + text::fixed(slice.metric.high, 4),
                      text::fixed(slice.rest, 4), text::fixed(slice.adjusted, 4), slice.weak ? "weak" : ""});
        }
        out << grid.str() << "  " << s.metric << " of all rows " << text::fixed(s.overall, 4) << "; "
            << s.slices.size() << " segments judged, " << s.weak()
            << " weaker than the rest beyond chance (false discoveries at most "
            << text::percent(s.false_discoveries, 0) << ")\n";
        if (s.too_small + s.without_value > 0) {
            out << "  not judged: " << s.too_small << " too small, " << s.without_value
                << " in which or outside of which the metric has no value\n";
        }
        return out;
    }
};

namespace detail {

/// The metric of some of the rows with its interval; nothing where it has no value there.
inline std::optional<Interval> slice_interval(const ScoredRows& rows, const std::vector<std::size_t>& places,
                                              const SliceOptions& options) {
    TakenRows taken;
    taken.take(rows, places);
    try {
        const bool plain_auc = options.metric.of_scores == &roc_auc && rows.target.task == Task::binary;
        if (plain_auc && rows.weights.empty()) {
            const AucEstimate e = delong(taken.truth(), taken.scores(), options.level);
            return Interval{e.auc, e.low, e.high, e.level, e.standard_error(), 0};
        }
        ScoredRows part = rows;
        part.truth = taken.truth();
        part.scores = taken.scores();
        part.weights = taken.weights();
        return bootstrap_interval(
            options.metric, part,
            {.resamples = options.resamples, .seed = options.seed, .level = options.level});
    } catch (const DataError&) {
        return std::nullopt;
    }
}

/// The segments to look at: one for each segment of a column and, where asked for, of two.
struct SliceRows {
    std::string name;
    std::vector<std::size_t> rows;
};

inline std::vector<SliceRows> slice_rows(const Table& table, const std::vector<std::string>& columns,
                                         const SliceOptions& options) {
    std::vector<Segments> segments;
    for (const std::string& name : columns)
        segments.emplace_back(name, table[name], options.bins, options.most_labels);
    std::vector<SliceRows> out;
    for (const Segments& s : segments) {
        const std::size_t first = out.size();
        for (const std::string& name : s.names) out.push_back({name, {}});
        for (std::size_t r = 0; r < table.rows(); ++r) out[first + s.of_row[r]].rows.push_back(r);
    }
    for (std::size_t a = 0; options.pairs && a < segments.size(); ++a) {
        for (std::size_t b = a + 1; b < segments.size(); ++b) {
            const std::size_t first = out.size();
            const std::size_t width = segments[b].names.size();
            for (const std::string& left : segments[a].names) {
                for (const std::string& right : segments[b].names) out.push_back({left + ", " + right, {}});
            }
            for (std::size_t r = 0; r < table.rows(); ++r)
                out[first + segments[a].of_row[r] * width + segments[b].of_row[r]].rows.push_back(r);
        }
    }
    std::erase_if(out, [&](const SliceRows& s) { return s.rows.empty() || s.rows.size() == table.rows(); });
    return out;
}

}  // namespace detail

/// Where a model is weak: the metric in each segment of the rows (a label, a range of numbers, what is
/// missing; of two columns on request) against that of all other rows. With many segments some look weak by
/// chance alone, so those called weak are chosen by the procedure of Benjamini & Hochberg.
///
/// `table`: the rows that were scored, in their order. Intervals are DeLong's for the AUC of two classes, by
/// the bootstrap else. O(segments x (n log n, or resamples x metric)), parallel; the same bits for any number
/// of threads. throws OptionError, SchemaError (no such column), DataError as the metric of all rows
/// reference: Chung et al., Slice Finder, 2019; Benjamini & Hochberg, 1995
[[nodiscard]] inline Slices slices(const ScoredRows& rows, const Table& table,
                                   const SliceOptions& options = {}) {
    using detail::require_option;
    require_option(options.bins >= 2, "slices bins", std::to_string(options.bins), "at least 2");
    require_option(options.most_labels >= 1, "slices most_labels", std::to_string(options.most_labels),
                   "at least 1");
    require_option(options.min_rows >= 2, "slices min_rows", std::to_string(options.min_rows), "at least 2");
    require_option(options.level > 0 && options.level < 1, "slices level", text::shortest(options.level),
                   "above 0, below 1");
    require_option(options.false_discoveries > 0 && options.false_discoveries < 1, "slices false_discoveries",
                   text::shortest(options.false_discoveries), "above 0, below 1");
    require_option(options.resamples >= 2, "slices resamples", std::to_string(options.resamples),
                   "at least 2");
    rows.check("slices");
    if (table.rows() != rows.rows())
        detail::throw_metric("slices", "the table that was scored", std::to_string(table.rows()) + " rows",
                             "give as many rows as labels");
    std::vector<std::string> columns = options.columns;
    if (columns.empty()) {
        for (const std::string& name : table.names()) {
            if (table[name].kind() != Kind::datetime) columns.push_back(name);
        }
    }
    Slices out{.metric = std::string(options.metric.name),
               .overall = detail::measure(options.metric, rows),
               .false_discoveries = options.false_discoveries};
    const std::vector<detail::SliceRows> candidates = detail::slice_rows(table, columns, options);
    std::vector<std::optional<Slice>> found(candidates.size());
    parallel_for(candidates.size(), [&](std::size_t c) {
        const std::vector<std::size_t>& own = candidates[c].rows;
        if (own.size() < options.min_rows) return;
        std::vector<std::size_t> others;
        for (std::size_t r = 0, k = 0; r < rows.rows(); ++r) {
            if (k < own.size() && own[k] == r) {
                ++k;
            } else {
                others.push_back(r);
            }
        }
        const auto here = detail::slice_interval(rows, own, options);
        const auto there = here ? detail::slice_interval(rows, others, options) : std::nullopt;
        if (!there) return;
        Slice slice{.name = candidates[c].name, .rows = own.size(), .metric = *here, .rest = there->value};
        slice.worse_by =
            options.metric.greater_is_better ? there->value - here->value : here->value - there->value;
        const double error = std::hypot(here->standard_error, there->standard_error);
        slice.p_value = error > 0 ? normal_cdf(-slice.worse_by / error) : (slice.worse_by > 0 ? 0.0 : 1.0);
        found[c] = std::move(slice);
    });
    std::vector<double> p_values;
    for (std::size_t c = 0; c < candidates.size(); ++c) {
        if (found[c]) {
            out.slices.push_back(*std::move(found[c]));
            p_values.push_back(out.slices.back().p_value);
        } else {
            ++(candidates[c].rows.size() < options.min_rows ? out.too_small : out.without_value);
        }
    }
    const std::vector<double> adjusted = detail::adjusted_p_values(p_values);
    for (std::size_t i = 0; i < adjusted.size(); ++i) {
        out.slices[i].adjusted = adjusted[i];
        out.slices[i].weak = adjusted[i] <= options.false_discoveries && out.slices[i].worse_by > 0;
    }
    detail::sort_few(out.slices, [](const Slice& a, const Slice& b) {
        return a.p_value != b.p_value ? a.p_value < b.p_value : a.worse_by > b.worse_by;
    });
    return out;
}

/// The same of a model and rows that carry their labels, by the columns that the model reads unless some are
/// named. throws as Model::predict too
[[nodiscard]] inline Slices slices(const Model& model, const LabelledRows& rows, SliceOptions options = {}) {
    if (options.columns.empty()) {
        for (const std::string& name : model.inputs()) {
            if (rows.table[name].kind() != Kind::datetime) options.columns.push_back(name);
        }
    }
    const Predictions predictions = model.predict(rows.table);
    return slices(ScoredRows::of(predictions, rows), rows.table, options);
}

}  // namespace gasket
