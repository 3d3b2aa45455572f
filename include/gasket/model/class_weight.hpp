#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// How much the rows of a class weigh when a classifier learns.
enum class ClassWeight {
    none,      ///< every row as its own weight says
    balanced,  ///< times rows / (classes x rows of its class): every class weighs the same in sum
};

inline constexpr ClassWeight balanced = ClassWeight::balanced;

[[nodiscard]] constexpr std::string_view name_of(ClassWeight weight) noexcept {
    return weight == ClassWeight::balanced ? "balanced" : "none";
}

namespace detail {

/// Multiplies weights by what gives every class the same sum. Rows of classes without weight stay as they
/// are.
inline void balance_classes(std::vector<double>& weights, std::span<const double> labels,
                            std::size_t classes) {
    Sum total;
    for (const double w : weights) total.add(w);
    std::vector<Sum> by_class(classes);
    for (std::size_t i = 0; i < weights.size(); ++i)
        by_class[static_cast<std::size_t>(labels[i])].add(weights[i]);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) continue;  // its class may have no weight to divide by
        weights[i] *= total.value() / (static_cast<double>(by_class.size()) *
                                       by_class[static_cast<std::size_t>(labels[i])].value());
    }
}

/// The weight of every training row: its own times that of its class. Never empty. "balanced" counts weighted
/// rows, and changes nothing for regression. throws DataError when all weights are 0
inline std::vector<double> row_weights(const TrainingRows& rows, ClassWeight class_weight) {
    const auto given = rows.weights();
    std::vector<double> weights(given.begin(), given.end());
    if (weights.empty()) weights.assign(rows.rows(), 1.0);
    Sum total;
    for (const double w : weights) total.add(w);
    if (!(total.value() > 0)) {
        throw DataError(ErrorCode::bad_weight,
                        {.expected = "a positive weight somewhere",
                         .found = "0 in all of " + std::to_string(rows.rows()) + " rows",
                         .where = "training rows",
                         .advice = "check the weight column"});
    }
    if (class_weight == ClassWeight::none || rows.target().task == Task::regression) return weights;
    balance_classes(weights, rows.labels(), rows.target().classes.size());
    return weights;
}

}  // namespace detail
}  // namespace gasket
