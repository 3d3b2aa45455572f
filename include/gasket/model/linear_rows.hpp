#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/model/logistic_solver.hpp"
#include "gasket/prepare/affine.hpp"
#include "gasket/prepare/require.hpp"
#include "gasket/split/training_rows.hpp"

/// Training rows as the losses of linear classifiers take them.
namespace gasket::detail {

[[nodiscard]] inline std::vector<const double*> column_pointers(const TrainingRows& rows) {
    std::vector<const double*> out;
    for (std::size_t j = 0; j < rows.layout().size(); ++j) out.push_back(rows.features()[j].data());
    return out;
}

[[nodiscard]] inline std::vector<ColumnScale> column_scales(std::span<const Affine> scaling) {
    std::vector<ColumnScale> out;
    for (const Affine& one : scaling) out.push_back({one.center, one.scale});
    return out;
}

/// throws OptionError
inline void require_iterations(std::size_t max_iterations, double tolerance, const std::string& who) {
    require_option(max_iterations >= 1, who + ".max_iterations", std::to_string(max_iterations),
                   "at least 1");
    require_option(std::isfinite(tolerance) && tolerance > 0, who + ".tolerance", text::shortest(tolerance),
                   "above 0");
}

/// A number that is not finite makes the gradient NaN, whatever the coefficients: so only then it is looked
/// for. throws DataError
inline void require_finite_solution(const LogisticSolution& solution, const TrainingRows& rows,
                                    const std::string& who) {
    const auto finite = [](double x) { return std::isfinite(x); };
    if (std::all_of(solution.beta.begin(), solution.beta.end(), finite) && finite(solution.value.loss) &&
        std::all_of(solution.value.gradient.begin(), solution.value.gradient.end(), finite))
        return;
    require_finite_numbers(rows, who);
    throw DataError(ErrorCode::not_finite, {.expected = "finite coefficients",
                                            .found = "NaN or infinity",
                                            .where = who,
                                            .advice = "put StandardScaler{} before it, or raise .l2"});
}

}  // namespace gasket::detail
