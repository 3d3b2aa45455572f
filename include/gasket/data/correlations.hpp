#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"

namespace gasket {

/// Two features that go together. What does not apply, or cannot be said of their values, is missing (NaN).
struct CorrelatedPair {
    std::string first;
    std::string second;
    double pearson = missing;
    double spearman = missing;
    double cramers_v = missing;

    /// The greatest of the three without its sign, between 0 and 1.
    [[nodiscard]] double strength() const noexcept {
        double s = 0;
        for (const double x : {std::abs(pearson), std::abs(spearman), cramers_v}) s = x > s ? x : s;
        return s;
    }
};

/// How the features of a table go together, two by two, each over the rows that have both.
struct Correlations {
    /// Numeric features, as they stand in the table. A matrix of n names has n x n values, row after row.
    std::vector<std::string> numbers = {};
    /// Pearson's correlation; infinite values count as missing, a constant has none (NaN).
    std::vector<double> pearson = {};
    /// Spearman's: Pearson's of the ranks, equal values at the mean of theirs.
    std::vector<double> spearman = {};
    /// Category features, as they stand in the table.
    std::vector<std::string> labels = {};
    /// Cramer's V, corrected for bias (Bergsma, 2013); NaN where a feature has one label alone.
    std::vector<double> cramers_v = {};
    /// Features that were not compared, see Profiler::correlation_columns.
    std::size_t left_out = 0;

    /// The pairs of a strength above `limit`, strongest first, equals as they stand in the table.
    [[nodiscard]] std::vector<CorrelatedPair> above(double limit) const {
        std::vector<CorrelatedPair> pairs;
        const auto add = [&](CorrelatedPair pair) {
            if (pair.strength() > limit) pairs.push_back(std::move(pair));
        };
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            for (std::size_t j = i + 1; j < numbers.size(); ++j) {
                const std::size_t at = i * numbers.size() + j;
                add({.first = numbers[i],
                     .second = numbers[j],
                     .pearson = pearson[at],
                     .spearman = spearman[at]});
            }
        }
        for (std::size_t i = 0; i < labels.size(); ++i) {
            for (std::size_t j = i + 1; j < labels.size(); ++j)
                add({.first = labels[i], .second = labels[j], .cramers_v = cramers_v[i * labels.size() + j]});
        }
        std::stable_sort(pairs.begin(), pairs.end(),
                         [](const auto& a, const auto& b) { return a.strength() > b.strength(); });
        return pairs;
    }

    /// {"numbers", "pearson", "spearman", "labels", "cramers_v", "left_out"}, the matrices as rows of values.
    [[nodiscard]] Json to_json() const {
        const auto matrix = [](const std::vector<double>& values, std::size_t n) {
            Json rows = Json::array();
            for (std::size_t i = 0; i < n; ++i) {
                Json row = Json::array();
                for (std::size_t j = 0; j < n; ++j) row.push_back(detail::json_number(values[i * n + j]));
                rows.push_back(std::move(row));
            }
            return rows;
        };
        return {{"numbers", numbers},
                {"pearson", matrix(pearson, numbers.size())},
                {"spearman", matrix(spearman, numbers.size())},
                {"labels", labels},
                {"cramers_v", matrix(cramers_v, labels.size())},
                {"left_out", left_out}};
    }
};

}  // namespace gasket
