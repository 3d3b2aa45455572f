#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/parse_number.hpp"
#include "gasket/data/table.hpp"
#include "gasket/monitor/concept_drift.hpp"
#include "gasket/pipeline/predictions.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

/// What was predicted and what came true, of labelled answers in the order of their time: probability of the
/// positive class against the share that was positive, for many classes that of the class decided for against
/// how often it was right, for regression the numbers.
struct RealisedRates {
    struct Group {
        std::int64_t from = 0;
        std::int64_t to = 0;
        std::size_t rows = 0;
        double predicted = 0;
        double observed = 0;
        double error = 0;  ///< standard error of observed less predicted
    };
    std::vector<Group> groups = {};
    Group all = {};
    /// of a binary target: what a weekly job says of the same labels
    std::optional<RateShift> shift = {};

    /// Whether the difference of all rows is more than chance (three standard errors) and more than `least`.
    [[nodiscard]] bool differs(double least) const noexcept {
        const double gap = std::abs(all.observed - all.predicted);
        return all.rows >= 100 && gap > 3 * all.error && gap >= least;
    }

    /// `labelled` as AnswerLog::latest_labelled; up to ten groups of at least 50 rows. O(rows)
    [[nodiscard]] static RealisedRates of(const Table& labelled, const Target& target) {
        RealisedRates out;
        if (labelled.rows() == 0) return out;
        std::vector<double> predicted;
        std::vector<double> observed;
        std::vector<std::int64_t> at;
        for (std::size_t r = 0; r < labelled.rows(); ++r) {
            const std::string label = labelled.cell(r, labelled.index_of("label"));
            double truth = missing;
            if (target.task == Task::regression) {
                if (!detail::parse_whole_number(label, truth)) continue;
            } else if (target.task == Task::binary) {
                truth = label == target.positive() ? 1 : 0;
            } else {
                truth = label == labelled.cell(r, labelled.index_of("decision")) ? 1 : 0;
            }
            const double score = labelled["score"].numbers()[r];
            if (is_missing(score)) continue;
            predicted.push_back(score);
            observed.push_back(truth);
            at.push_back(labelled["at"].seconds()[r]);
        }
        const std::size_t n = predicted.size();
        if (n == 0) return out;
        if (target.task == Task::binary) {
            ConceptDrift watch;
            for (std::size_t i = 0; i < n; ++i) watch.add(at[i], predicted[i], observed[i]);
            out.shift = watch.verdict();
        }
        const auto group = [&](std::size_t begin, std::size_t end) {
            Group g{.from = at[begin], .to = at[end - 1], .rows = end - begin};
            const auto m = static_cast<double>(g.rows);
            double squares = 0;
            for (std::size_t i = begin; i < end; ++i) {
                g.predicted += predicted[i] / m;
                g.observed += observed[i] / m;
            }
            for (std::size_t i = begin; i < end; ++i) {
                const double d = observed[i] - predicted[i] - (g.observed - g.predicted);
                squares += d * d;
            }
            g.error = g.rows > 1 ? std::sqrt(squares / (m - 1) / m) : missing;
            return g;
        };
        out.all = group(0, n);
        const std::size_t parts = std::clamp<std::size_t>(n / 50, 1, 10);
        for (std::size_t p = 0; p < parts; ++p)
            out.groups.push_back(group(n * p / parts, n * (p + 1) / parts));
        return out;
    }
};

}  // namespace gasket
