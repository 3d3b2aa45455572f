#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/class_metrics.hpp"
#include "gasket/evaluate/confusion.hpp"

namespace gasket {

/// How the figures of the classes become one.
enum class Average {
    macro,     ///< every class counts alike
    weighted,  ///< a class counts as its rows weigh
    micro,     ///< every row counts alike: equal to the accuracy, since a row has one class
};

/// How often each class was decided for each: K x K sums of row weights (counts where rows weigh 1). Ratios
/// whose denominator is 0 are 0, as in scikit-learn.
class ConfusionMatrix {
  public:
    /// All zeros.
    explicit ConfusionMatrix(std::size_t classes) : classes_(classes), cells_(classes * classes, 0.0) {}
    /// That of a decision between two.
    explicit ConfusionMatrix(const Confusion& c) : classes_(2), cells_{c.tn, c.fp, c.fn, c.tp} {}

    [[nodiscard]] std::size_t classes() const noexcept { return classes_; }
    /// Rows of class `truth` that were decided to be `decided`.
    [[nodiscard]] double operator()(std::size_t truth, std::size_t decided) const noexcept {
        return cells_[truth * classes_ + decided];
    }
    void add(std::size_t truth, std::size_t decided, double weight) noexcept {
        cells_[truth * classes_ + decided] += weight;
    }

    /// Rows of a class.
    [[nodiscard]] double support(std::size_t k) const noexcept {
        double sum = 0;
        for (std::size_t d = 0; d < classes_; ++d) sum += (*this)(k, d);
        return sum;
    }
    /// Rows decided to be of a class.
    [[nodiscard]] double decided(std::size_t k) const noexcept {
        double sum = 0;
        for (std::size_t t = 0; t < classes_; ++t) sum += (*this)(t, k);
        return sum;
    }
    [[nodiscard]] double total() const noexcept {
        double sum = 0;
        for (const double c : cells_) sum += c;
        return sum;
    }
    [[nodiscard]] double accuracy() const noexcept { return detail::ratio(right(), total()); }

    /// Share of the rows decided to be of class k that are.
    [[nodiscard]] double precision(std::size_t k) const noexcept {
        return detail::ratio((*this)(k, k), decided(k));
    }
    /// Share of the rows of class k that were found.
    [[nodiscard]] double recall(std::size_t k) const noexcept {
        return detail::ratio((*this)(k, k), support(k));
    }
    [[nodiscard]] double f_beta(std::size_t k, double beta) const noexcept {
        const double b = beta * beta;
        return detail::ratio((1 + b) * (*this)(k, k), b * support(k) + decided(k));
    }
    [[nodiscard]] double precision(Average how) const noexcept {
        return average(how, [&](std::size_t k) { return precision(k); });
    }
    [[nodiscard]] double recall(Average how) const noexcept {
        return average(how, [&](std::size_t k) { return recall(k); });
    }
    [[nodiscard]] double f_beta(Average how, double beta) const noexcept {
        return average(how, [&](std::size_t k) { return f_beta(k, beta); });
    }

    /// Mean of the recalls of the classes that have rows.
    [[nodiscard]] double balanced_accuracy() const noexcept {
        double sum = 0;
        double known = 0;
        for (std::size_t k = 0; k < classes_; ++k) {
            if (support(k) > 0) sum += recall(k), known += 1;
        }
        return detail::ratio(sum, known);
    }
    /// Correlation of decisions and truths; 0 where either is always the same.
    /// reference: Gorodkin, Comparing two K-category assignments, 2004
    [[nodiscard]] double mcc() const noexcept {
        const double rows = total();
        double both = 0;
        double truths = 0;
        double decisions = 0;
        for (std::size_t k = 0; k < classes_; ++k) {
            both += support(k) * decided(k);
            truths += support(k) * support(k);
            decisions += decided(k) * decided(k);
        }
        return detail::ratio(right() * rows - both,
                             std::sqrt(rows * rows - truths) * std::sqrt(rows * rows - decisions));
    }
    /// Agreement beyond that of chance; 0 where chance alone agrees fully. reference: Cohen, 1960
    [[nodiscard]] double kappa() const noexcept {
        const double rows = total();
        double by_chance = 0;
        for (std::size_t k = 0; k < classes_; ++k) by_chance += support(k) * decided(k);
        return detail::ratio(rows * right() - by_chance, rows * rows - by_chance);
    }

    /// One list a true class, in it one cell a decided class.
    [[nodiscard]] Json to_json() const {
        Json rows = Json::array();
        for (std::size_t t = 0; t < classes_; ++t) {
            Json row = Json::array();
            for (std::size_t d = 0; d < classes_; ++d) row.push_back(detail::count_json((*this)(t, d)));
            rows.push_back(std::move(row));
        }
        return rows;
    }

    friend bool operator==(const ConfusionMatrix&, const ConfusionMatrix&) = default;

    /// A line for each true class, under the labels of the decided ones. `labels`: one a class.
    [[nodiscard]] std::string table(const std::vector<std::string>& labels) const {
        std::vector<std::string> head{""};
        for (std::size_t d = 0; d < classes_; ++d) head.push_back("decided " + labels.at(d));
        text::Grid grid(std::move(head));
        for (std::size_t t = 0; t < classes_; ++t) {
            std::vector<std::string> row{"truly " + labels[t]};
            for (std::size_t d = 0; d < classes_; ++d) row.push_back(detail::count_text((*this)(t, d)));
            grid.add(std::move(row));
        }
        return grid.str();
    }

    friend std::ostream& operator<<(std::ostream& out, const ConfusionMatrix& m) {
        std::vector<std::string> labels;
        for (std::size_t k = 0; k < m.classes_; ++k) labels.push_back(std::to_string(k));
        return out << m.table(labels);
    }

  private:
    [[nodiscard]] double right() const noexcept {
        double sum = 0;
        for (std::size_t k = 0; k < classes_; ++k) sum += (*this)(k, k);
        return sum;
    }
    template <class Figure>
    [[nodiscard]] double average(Average how, const Figure& figure) const noexcept {
        if (how == Average::micro) return accuracy();
        double sum = 0;
        double weights = 0;
        for (std::size_t k = 0; k < classes_; ++k) {
            const double w = how == Average::macro ? 1 : support(k);
            sum += w * figure(k);
            weights += w;
        }
        return detail::ratio(sum, weights);
    }

    std::size_t classes_;
    std::vector<double> cells_;
};

/// Decides each row for its likeliest class, the first where several are, and counts. `probabilities`: n x K,
/// row after row. O(n K). throws DataError
[[nodiscard]] inline ConfusionMatrix confusion_matrix(std::span<const double> truth,
                                                      std::span<const double> probabilities,
                                                      std::size_t classes,
                                                      std::span<const double> weights = {}) {
    detail::check_classes("confusion", truth, probabilities, classes, weights);
    ConfusionMatrix matrix(classes);
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const auto row = probabilities.subspan(i * classes, classes);
        const auto decided = static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
        matrix.add(static_cast<std::size_t>(truth[i]), decided, detail::weight_of(weights, i));
    }
    return matrix;
}

}  // namespace gasket
