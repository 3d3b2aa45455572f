#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/data/block.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// One column as the chain sees it: numbers are shared, codes and times become doubles. A time is exact,
/// since seconds stay far below 2^53.
inline void add_feature(Features& features, const std::string& name, const Column& column) {
    Feature feature{.name = name, .labels = nullptr, .sources = {name}};
    if (column.kind() == Kind::numeric) {
        auto owner = column.share_numbers();
        const double* data = owner->data();
        features.add(std::move(feature), std::shared_ptr<const double>(std::move(owner), data));
        return;
    }
    std::vector<double> values(column.size());
    if (column.kind() == Kind::category) {
        feature.labels = column.share_labels();
        const auto codes = column.codes();
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = codes[i] < 0 ? missing : codes[i];
    } else {
        feature.is_time = true;
        const auto seconds = column.seconds();
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = seconds[i] == missing_time ? missing : static_cast<double>(seconds[i]);
        }
    }
    features.add(std::move(feature), std::move(values));
}

/// Every column of a table as the chain sees it.
inline Features to_features(const Table& table) {
    Features features(table.rows());
    for (std::size_t i = 0; i < table.columns(); ++i) add_feature(features, table.name(i), table.column(i));
    return features;
}

/// The way back: a feature as a column of a table. An unseen label becomes missing.
inline Column to_column(const Feature& feature, std::span<const double> values) {
    if (feature.is_time) {
        std::vector<std::int64_t> seconds(values.size(), missing_time);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (std::abs(values[i]) < 0x1p53) seconds[i] = static_cast<std::int64_t>(values[i]);
        }
        return Column::datetime(std::move(seconds));
    }
    if (!feature.is_category()) return Column::numeric({values.begin(), values.end()});
    std::vector<std::int32_t> codes(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        codes[i] = values[i] >= 0 ? static_cast<std::int32_t>(values[i]) : missing_code;
    }
    return Column::category(*feature.labels, std::move(codes));
}

}  // namespace gasket::detail
