#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// A column cut into segments: each row is in one.
struct Segments {
    /// what stands for a segment, such as "country is Spain" or "30 < age <= 45"
    std::vector<std::string> names;
    /// by row: place in `names`
    std::vector<std::uint32_t> of_row;

    /// Labels, the most frequent `most_labels` each for itself and the others together; numbers that are few
    /// each for themselves, else in up to `bins` bins of about as many rows; what is missing. Moments are not
    /// cut: one segment. O(n log n)
    Segments(const std::string& column, const Column& values, std::size_t bins, std::size_t most_labels)
        : of_row(values.size(), 0) {
        if (values.kind() == Kind::category) {
            cut_labels(column, values, most_labels);
        } else if (values.kind() == Kind::numeric) {
            cut_numbers(column, values, bins);
        } else {
            names = {column};
        }
    }

  private:
    static constexpr std::uint32_t none = 0xFFFFFFFFU;

    void cut_labels(const std::string& column, const Column& values, std::size_t most_labels) {
        std::vector<std::size_t> count(values.labels().size(), 0);
        for (const std::int32_t code : values.codes()) {
            if (code >= 0) ++count[static_cast<std::size_t>(code)];
        }
        std::vector<std::size_t> order;
        for (std::size_t c = 0; c < count.size(); ++c) {
            if (count[c] > 0) order.push_back(c);
        }
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return count[a] > count[b]; });
        std::vector<std::uint32_t> place(count.size(), none);
        for (std::size_t i = 0; i < order.size() && i < most_labels; ++i) {
            place[order[i]] = static_cast<std::uint32_t>(names.size());
            names.push_back(column + " is " + values.labels()[order[i]]);
        }
        const auto others = static_cast<std::uint32_t>(names.size());
        if (order.size() > most_labels) names.push_back(column + " is another label");
        const auto gap = static_cast<std::uint32_t>(names.size());
        if (values.missing_count() > 0) names.push_back(column + " is missing");
        for (std::size_t r = 0; r < of_row.size(); ++r) {
            const std::int32_t code = values.codes()[r];
            const std::uint32_t at = code < 0 ? gap : place[static_cast<std::size_t>(code)];
            of_row[r] = at == none ? others : at;
        }
    }

    void cut_numbers(const std::string& column, const Column& values, std::size_t bins) {
        std::vector<double> sorted;
        for (const double x : values.numbers()) {
            if (!is_missing(x)) sorted.push_back(x);
        }
        std::sort(sorted.begin(), sorted.end());
        // Numbers up to an edge are in its segment.
        std::vector<double> edges;
        for (std::size_t i = 0; i < sorted.size() && edges.size() <= bins; ++i) {
            if (i == 0 || sorted[i] != sorted[i - 1]) edges.push_back(sorted[i]);
        }
        const bool few = edges.size() <= bins;
        if (!few) {
            edges.clear();
            for (std::size_t b = 1; b <= bins; ++b) {
                const auto at = sorted.size() * b / bins;
                if (at > 0 && (edges.empty() || sorted[at - 1] > edges.back()))
                    edges.push_back(sorted[at - 1]);
            }
        }
        for (std::size_t e = 0; e < edges.size(); ++e) {
            if (few) {
                names.push_back(column + " = " + text::compact(edges[e], 6));
            } else if (e == 0) {
                names.push_back(column + " <= " + text::compact(edges[e], 6));
            } else if (e + 1 == edges.size()) {
                names.push_back(column + " > " + text::compact(edges[e - 1], 6));
            } else {
                names.push_back(text::compact(edges[e - 1], 6) + " < " + column +
                                " <= " + text::compact(edges[e], 6));
            }
        }
        const auto gap = static_cast<std::uint32_t>(names.size());
        if (sorted.size() < of_row.size()) names.push_back(column + " is missing");
        for (std::size_t r = 0; r < of_row.size(); ++r) {
            const double x = values.numbers()[r];
            of_row[r] = is_missing(x) ? gap
                                      : static_cast<std::uint32_t>(
                                            std::lower_bound(edges.begin(), edges.end(), x) - edges.begin());
        }
    }
};

}  // namespace gasket::detail
