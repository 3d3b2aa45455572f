#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/detail/sort_doubles.hpp"

namespace gasket {

/// Bins of one column, frozen when a model is trained, so that live values are counted in the very same ones.
///
/// Numbers: bins of equal counts over the values that are not heavy; every value that holds more than 5 % of
/// the rows (a balance of 0, a constant) has a bin of its own, so that no quantile is repeated; values below
/// and above the training range and missing ones have bins too. Labels: a bin each for the commonest 50; the
/// rarer ones share one; missing and unseen ones have bins. A value; thread-safe to read.
///
/// Numbers are also counted in cells, which are finer: one for each of about 256 values of training, of equal
/// counts between them (all values, where there are no more), one for each gap, and more where gaps are wide.
/// Counts by cell tell the counts by bin, and how far the two distributions are apart (`ks_of_cells`). Bins
/// of artifacts that were saved without a grid have no cells.
class FrozenBins {
  public:
    static constexpr double heavy_share = 0.05;
    static constexpr std::size_t most_labels = 50;
    static constexpr std::size_t grid_points = 256;

    /// Bins of a column's values; `quantiles` bins of equal counts for numbers. O(n). throws OptionError
    [[nodiscard]] static FrozenBins of(const Column& column, std::size_t quantiles = 10) {
        if (column.kind() == Kind::category) return of_labels(column);
        std::vector<double> values;
        values.reserve(column.size());
        each_number(column, [&](double x) { values.push_back(x); });
        return of_numbers(std::move(values), quantiles, column.kind() == Kind::datetime);
    }
    /// The same for plain numbers, such as scores.
    [[nodiscard]] static FrozenBins of(std::span<const double> values, std::size_t quantiles = 10) {
        return of_numbers({values.begin(), values.end()}, quantiles, false);
    }

    /// How many bins there are; the first is for missing values.
    [[nodiscard]] std::size_t size() const noexcept {
        return category_ ? labels_.size() + 3 : 3 + heavy_.size() + (edges_.empty() ? 0 : edges_.size() - 1);
    }

    /// Counts of a column's values by bin. A summary: counts of parts add up to the counts of the whole. O(n
    /// log bins).
    [[nodiscard]] std::vector<std::uint64_t> count(const Column& column) const {
        std::vector<std::uint64_t> counts(size(), 0);
        if (!category_) {
            if (column.kind() ==
                Kind::category) {  // text where numbers were: nothing of it is in the training range
                for (const std::int32_t code : column.codes()) ++counts[code < 0 ? missing_bin : above_bin];
                return counts;
            }
            each_number(column, [&](double x) { ++counts[bin(x)]; });
            return counts;
        }
        if (column.kind() == Kind::category) {
            std::vector<std::size_t> bin_of(column.labels().size());
            for (std::size_t i = 0; i < bin_of.size(); ++i) bin_of[i] = bin(column.labels()[i]);
            for (const std::int32_t code : column.codes()) {
                ++counts[code < 0 ? missing_bin : bin_of[static_cast<std::size_t>(code)]];
            }
            return counts;
        }
        each_number(column,
                    [&](double x) { ++counts[is_missing(x) ? missing_bin : bin(text::shortest(x))]; });
        return counts;
    }
    [[nodiscard]] std::vector<std::uint64_t> count(std::span<const double> values) const {
        std::vector<std::uint64_t> counts(size(), 0);
        for (const double x : values) ++counts[bin(x)];
        return counts;
    }

    /// The bin of one value, for those who count row by row: a number, or a time in seconds.
    [[nodiscard]] std::size_t bin_of(double x) const { return category_ ? missing_bin : bin(x); }
    /// The bin of a label.
    [[nodiscard]] std::size_t bin_of(const std::string& label) const { return bin(label); }
    /// The bin of labels that training had not.
    [[nodiscard]] static std::size_t bin_of_unseen() noexcept { return unseen_bin; }
    /// The cell of a number, or of a time in seconds. Where there is a grid.
    [[nodiscard]] std::size_t cell_of(double x) const noexcept { return cell(x); }

    /// How many cells there are; the first is for missing values, 0: there is no grid.
    [[nodiscard]] std::size_t cells() const noexcept { return points_ == 0 ? 0 : 2 * points_ + 2; }

    /// The values that cells lie at and between, ascending, from the least to the greatest of training; none
    /// where there is no grid.
    [[nodiscard]] std::span<const double> grid() const noexcept { return {grid_.data(), points_}; }

    /// Counts of a column's values by cell, in ascending order of the values. A summary, as count(). O(n), 3
    /// ns a value
    [[nodiscard]] std::vector<std::uint64_t> count_cells(const Column& column) const {
        if (column.kind() == Kind::numeric) return count_cells(column.numbers());
        std::vector<std::uint64_t> counts(cells(), 0);
        if (counts.empty()) return counts;
        if (column.kind() == Kind::datetime) {
            each_number(column, [&](double x) { ++counts[cell(x)]; });
        } else {
            for (const std::int32_t code : column.codes()) ++counts[code < 0 ? 0 : counts.size() - 1];
        }
        return counts;
    }
    [[nodiscard]] std::vector<std::uint64_t> count_cells(std::span<const double> values) const {
        std::vector<std::uint64_t> counts(cells(), 0);
        if (counts.empty()) return counts;
        for (const double x : values) ++counts[cell(x)];
        return counts;
    }

    /// Counts by bin from counts by cell. O(cells)
    [[nodiscard]] std::vector<std::uint64_t> count_of_cells(std::span<const std::uint64_t> by_cell) const {
        std::vector<std::uint64_t> counts(size(), 0);
        for (std::size_t c = 0; c < by_cell.size(); ++c) counts[bin_of_cell_[c]] += by_cell[c];
        return counts;
    }

    /// What a bin holds, in words.
    [[nodiscard]] std::string describe(std::size_t b) const {
        if (b == missing_bin) return "missing";
        if (category_) {
            if (b == unseen_bin) return "labels never seen";
            if (b == rare_bin) return "rare labels";
            return text::quoted(labels_[b - 3]);
        }
        if (b == below_bin) return "below " + shown(low_);
        if (b == above_bin) return "above " + shown(high_);
        if (b < 3 + heavy_.size()) return "exactly " + shown(heavy_[b - 3]);
        const std::size_t i = b - 3 - heavy_.size();
        return shown(edges_[i]) + " to " + shown(edges_[i + 1]);
    }

    /// The bins in the order in which people look for them: numbers from below the range to above it, then
    /// the missing ones; labels in alphabetical order, then rare ones, unseen ones and missing ones.
    [[nodiscard]] std::vector<std::size_t> in_order() const {
        std::vector<std::size_t> out;
        for (std::size_t b = 3; b < size(); ++b) out.push_back(b);
        if (category_) {
            out.insert(out.end(), {rare_bin, unseen_bin, missing_bin});
            return out;
        }
        const auto start = [&](std::size_t b) {
            return b < 3 + heavy_.size() ? heavy_[b - 3] : edges_[b - 3 - heavy_.size()];
        };
        std::stable_sort(out.begin(), out.end(),
                         [&](std::size_t a, std::size_t b) { return start(a) < start(b); });
        out.insert(out.begin(), below_bin);
        out.insert(out.end(), {above_bin, missing_bin});
        return out;
    }

    [[nodiscard]] Json to_json() const {
        if (category_) return json_object({{"kind", "labels"}, {"labels", labels_}, {"rare", rare_}});
        Json out = json_object({{"kind", time_ ? "times" : "numbers"}, {"heavy", heavy_}, {"edges", edges_}});
        if (low_ <= high_) out["range"] = json_value(std::vector{low_, high_});
        if (points_ > 0) {
            out["grid"] = json_value(
                std::vector<double>(grid_.begin(), grid_.begin() + static_cast<std::ptrdiff_t>(points_)));
        }
        return out;
    }

    /// throws ArtifactError
    [[nodiscard]] static FrozenBins from_json(const detail::Fields& fields) {
        FrozenBins bins;
        const std::string kind = fields.string("kind");
        if (kind == "labels") {
            bins.category_ = true;
            bins.labels_ = fields.strings("labels");
            bins.rare_ = fields.strings("rare");
            std::sort(bins.rare_.begin(), bins.rare_.end());
            bins.index();
            return bins;
        }
        if (kind != "numbers" && kind != "times")
            detail::throw_content(fields.path() + ".kind", "labels, numbers or times", kind);
        bins.time_ = kind == "times";
        bins.heavy_ = fields.numbers("heavy");
        bins.edges_ = fields.numbers("edges");
        if (fields.has("range")) {
            const std::vector<double> range = fields.numbers("range");
            if (range.size() != 2)
                detail::throw_content(fields.path() + ".range", "two numbers", "something else");
            bins.low_ = range[0];
            bins.high_ = range[1];
        }
        const auto rising = [](const std::vector<double>& v) {
            return std::adjacent_find(v.begin(), v.end(), std::greater_equal<>()) == v.end();
        };
        if (!rising(bins.heavy_) || !rising(bins.edges_) || bins.edges_.size() == 1) {
            detail::throw_content(fields.path(), "edges and heavy values in rising order", "another order");
        }
        if (fields.has("grid")) {
            std::vector<double> grid = fields.numbers("grid");
            if (grid.empty() || grid.size() > 10 * grid_points || !rising(grid))
                detail::throw_content(fields.path() + ".grid", "values in rising order", "something else");
            bins.make_cells(std::move(grid));
        }
        return bins;
    }

  private:
    static constexpr std::size_t missing_bin = 0;
    static constexpr std::size_t below_bin = 1;
    static constexpr std::size_t above_bin = 2;
    static constexpr std::size_t unseen_bin = 1;
    static constexpr std::size_t rare_bin = 2;

    /// Calls `take(x)` for every value of a column that is not of labels; times as seconds.
    template <class Take>
    static void each_number(const Column& column, const Take& take) {
        if (column.kind() == Kind::numeric) {
            for (const double x : column.numbers()) take(x);
        } else {
            for (const std::int64_t s : column.seconds())
                take(s == missing_time ? missing : static_cast<double>(s));
        }
    }

    static FrozenBins of_numbers(std::vector<double> values, std::size_t quantiles, bool time) {
        detail::require_option(quantiles >= 2 && quantiles <= 1000, "PsiMonitor.bins",
                               std::to_string(quantiles), "from 2 to 1000 bins");
        FrozenBins bins;
        bins.time_ = time;
        std::erase_if(values,
                      [](double x) { return !std::isfinite(x); });  // infinities are out of every range
        if (values.empty()) return bins;
        detail::sort_doubles(values);
        bins.low_ = values.front();
        bins.high_ = values.back();
        std::vector<double> light;
        std::vector<double> grid;
        for (std::size_t i = 0; i < values.size();) {
            if (grid.size() <= grid_points) grid.push_back(values[i] + 0.0);
            std::size_t end = i;
            while (end < values.size() && values[end] == values[i]) ++end;
            if (static_cast<double>(end - i) > heavy_share * static_cast<double>(values.size())) {
                bins.heavy_.push_back(values[i] + 0.0);
            } else {
                light.insert(light.end(), values.begin() + static_cast<std::ptrdiff_t>(i),
                             values.begin() + static_cast<std::ptrdiff_t>(end));
            }
            i = end;
        }
        if (grid.size() > grid_points) {
            grid.clear();
            for (std::size_t k = 0; k < grid_points; ++k) {
                const double x = values[k * (values.size() - 1) / (grid_points - 1)] + 0.0;
                if (grid.empty() || x > grid.back()) grid.push_back(x);
            }
            divide_wide_gaps(grid);
        }
        bins.find_edges(light, quantiles);
        bins.make_cells(std::move(grid));
        return bins;
    }

    /// Long tails hold few values in wide gaps: where those lie would be left open. Points in between make no
    /// gap wider than 1/128 of the range.
    static void divide_wide_gaps(std::vector<double>& grid) {
        constexpr double parts = 128;
        const double widest = grid.back() / parts - grid.front() / parts;
        std::vector<double> out;
        for (const double x : grid) {
            if (!out.empty()) {
                const double from = out.back();
                const double pieces = std::ceil((x - from) / widest);
                for (double i = 1; i < pieces && pieces <= 2 * parts; ++i) {
                    const double point = from + (x - from) * (i / pieces);
                    if (point > out.back() && point < x) out.push_back(point);
                }
            }
            out.push_back(x);
        }
        grid = std::move(out);
    }

    /// Edges of bins of equal counts of sorted values.
    void find_edges(std::span<const double> light, std::size_t quantiles) {
        if (light.empty()) return;
        for (std::size_t q = 0; q <= quantiles; ++q) {
            const double edge =
                quantile_of_sorted(light, static_cast<double>(q) / static_cast<double>(quantiles));
            if (edges_.empty() || edge > edges_.back()) edges_.push_back(edge);
        }
        // All light values alike: an interval needs two ends.
        if (edges_.size() == 1) edges_.push_back(std::nextafter(edges_.front(), HUGE_VAL));
    }

    /// Cells between and at the points of the grid, to which all ends of bins are added: so each lies in one
    /// bin.
    void make_cells(std::vector<double> grid) {
        grid.insert(grid.end(), edges_.begin(), edges_.end());
        grid.insert(grid.end(), heavy_.begin(), heavy_.end());
        if (low_ <= high_) grid.insert(grid.end(), {low_ + 0.0, high_ + 0.0});
        std::sort(grid.begin(), grid.end());
        grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
        points_ = grid.size();
        bin_of_cell_.assign(cells(), missing_bin);
        for (std::size_t i = 0; i <= points_; ++i) {
            // any value of the gap before the point will do; where there is none, no count will be asked for
            const double gap = i == 0         ? -HUGE_VAL
                               : i == points_ ? HUGE_VAL
                                              : std::midpoint(grid[i - 1], grid[i]);
            bin_of_cell_[1 + 2 * i] = bin(gap);
            if (i < points_) bin_of_cell_[2 + 2 * i] = bin(grid[i]);
        }
        grid_ = std::move(grid);
        grid_.resize(std::bit_ceil(points_ + 1), HUGE_VAL);  // for cell(): a power of two
    }

    /// The cell of a value: the points below it are counted by halving, without a branch that could be
    /// guessed wrong.
    [[nodiscard]] std::size_t cell(double x) const noexcept {
        const double* const grid = grid_.data();
        std::size_t below = 0;
        for (std::size_t half = grid_.size() / 2; half > 0; half /= 2)
            below += grid[below + half - 1] < x ? half : 0;
        const std::size_t here = 1 + 2 * below + (below < points_ && grid[below] == x ? 1 : 0);
        return is_missing(x) ? 0 : here;
    }

    static FrozenBins of_labels(const Column& column) {
        FrozenBins bins;
        bins.category_ = true;
        std::vector<std::uint64_t> counts(column.labels().size(), 0);
        for (const std::int32_t code : column.codes()) {
            if (code >= 0) ++counts[static_cast<std::size_t>(code)];
        }
        const std::vector<std::string>& labels = column.labels();
        for (const std::size_t i : detail::order_by(counts.size(), [&](std::size_t a, std::size_t b) {
                 return counts[a] != counts[b] ? counts[a] > counts[b] : labels[a] < labels[b];
             })) {
            if (counts[i] > 0)
                (bins.labels_.size() < most_labels ? bins.labels_ : bins.rare_).push_back(labels[i]);
        }
        std::sort(bins.labels_.begin(), bins.labels_.end());
        std::sort(bins.rare_.begin(), bins.rare_.end());
        bins.index();
        return bins;
    }

    void index() {
        for (std::size_t i = 0; i < labels_.size(); ++i) bin_of_[labels_[i]] = 3 + i;
        for (const std::string& label : rare_) bin_of_[label] = rare_bin;
    }

    [[nodiscard]] std::size_t bin(const std::string& label) const {
        const auto it = bin_of_.find(label);
        return it == bin_of_.end() ? unseen_bin : it->second;
    }

    [[nodiscard]] std::size_t bin(double x) const {
        if (is_missing(x)) return missing_bin;
        if (!(x >= low_)) return below_bin;  // also where training had no value at all
        if (x > high_) return above_bin;
        const auto heavy = std::lower_bound(heavy_.begin(), heavy_.end(), x);
        if (heavy != heavy_.end() && *heavy == x) return 3 + static_cast<std::size_t>(heavy - heavy_.begin());
        if (edges_.empty()) return above_bin;  // within the range of heavy values, but none of them: new
        // Inner edges at or under x. A few are counted without a branch, which a search would guess wrong.
        std::size_t inner = 0;
        if (edges_.size() <= 34) {
            for (std::size_t i = 1; i + 1 < edges_.size(); ++i) inner += x >= edges_[i] ? 1 : 0;
        } else {
            inner = static_cast<std::size_t>(std::upper_bound(edges_.begin() + 1, edges_.end() - 1, x) -
                                             edges_.begin() - 1);
        }
        return 3 + heavy_.size() + inner;
    }

    [[nodiscard]] std::string shown(double x) const {
        return time_ ? detail::format_moment(x) : text::compact(x, 6);
    }

    bool category_ = false;
    bool time_ = false;
    double low_ = HUGE_VAL;
    double high_ = -HUGE_VAL;
    std::vector<double> heavy_;
    std::vector<double> edges_;
    std::size_t points_ = 0;
    std::vector<double> grid_;  // the points, and more of infinity
    std::vector<std::size_t> bin_of_cell_;
    std::vector<std::string> labels_;
    std::vector<std::string> rare_;
    std::map<std::string, std::size_t> bin_of_;
};

}  // namespace gasket
