#pragma once

#include <cstddef>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/model/softmax_loss.hpp"

namespace testing_support {

/// Rows whose classes hang on the first columns, with weights.
struct SoftmaxData {
    std::size_t classes;
    std::vector<std::vector<double>> columns;
    std::vector<double> labels, weights;

    SoftmaxData(std::size_t rows, std::size_t p, std::size_t k)
        : classes(k), columns(p, std::vector<double>(rows)) {
        gasket::Random random(12);
        for (auto& column : columns)
            for (double& x : column) x = random.normal();
        for (std::size_t r = 0; r < rows; ++r) {
            std::size_t best = 0;
            double most = -1e9;
            for (std::size_t c = 0; c < k; ++c) {
                const double score = columns[c % p][r] * (c < p ? 1 : -1) + 1.5 * random.normal();
                if (score > most) most = score, best = c;
            }
            labels.push_back(static_cast<double>(best));
            weights.push_back(0.5 + random.uniform());
        }
    }
    [[nodiscard]] std::vector<const double*> pointers() const {
        std::vector<const double*> out;
        for (const auto& column : columns) out.push_back(column.data());
        return out;
    }
    [[nodiscard]] gasket::detail::SoftmaxLoss loss(double l2, bool tied = false) const {
        return {pointers(), labels, classes, weights, l2, tied};
    }
};

}  // namespace testing_support
