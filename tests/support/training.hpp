#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gasket/pipeline/chain.hpp"
#include "gasket/pipeline/chain_builder.hpp"
#include "gasket/split/wall.hpp"
#include "support/text.hpp"

namespace testing_support {

/// All rows but the last as training rows, the last one sealed: rows that a reference script can name.
inline gasket::Training all_but_last(const gasket::Table& table, const std::string& target,
                                     gasket::Task task = gasket::Task::binary,
                                     const std::string& weight = "") {
    const auto read = gasket::detail::read_target(table, target, task, "");
    gasket::SplitPlan plan;
    plan.target = read.target;
    plan.labels = read.values;
    plan.reserved = {target};
    if (!weight.empty()) {
        const auto numbers = table[weight].numbers();
        plan.weights.assign(numbers.begin(), numbers.end());
        plan.reserved.push_back(weight);
    }
    for (std::size_t r = 0; r + 1 < table.rows(); ++r) plan.train.push_back(r);
    plan.test = {table.rows() - 1};
    return gasket::detail::Wall::seal(table, plan).training;
}

/// A category column; null is missing.
inline gasket::Column words(const std::vector<const char*>& labels) {
    std::vector<std::string> texts;
    std::vector<bool> gaps;
    for (const char* label : labels) {
        texts.emplace_back(label == nullptr ? "" : label);
        gaps.push_back(label == nullptr);
    }
    return gasket::Column::category(texts, gaps);
}

/// The table without a target, as training rows: one more row and a made-up target are added and taken away.
inline gasket::Training learn_from(const gasket::Table& table) {
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < table.rows(); ++r) rows.push_back(r);
    rows.push_back(0);
    std::vector<double> target(rows.size(), 0.0);
    target[0] = 1;
    return all_but_last(table.take(rows).with("the target", gasket::Column::numeric(target)), "the target",
                        gasket::Task::regression);
}

/// All rows through one fitted transform.
template <class S>
gasket::Features transform(const gasket::Fitted<S>& fitted, const gasket::Features& in) {
    return gasket::detail::apply(gasket::detail::TransformOf<S>(fitted), in);
}

inline std::vector<double> values_of(const gasket::Features& features, const std::string& name) {
    const auto values = features[features.layout().index_of(name, "test")];
    return {values.begin(), values.end()};
}

inline std::vector<std::uint64_t> bits_of(const std::vector<double>& values) {
    std::vector<std::uint64_t> out;
    for (const double x : values) out.push_back(x != x ? 1 : std::bit_cast<std::uint64_t>(x));
    return out;
}

inline std::vector<std::vector<std::uint64_t>> bits_of(const gasket::Features& features) {
    std::vector<std::vector<std::uint64_t>> out;
    for (std::size_t i = 0; i < features.columns(); ++i) {
        out.push_back(bits_of(std::vector<double>(features[i].begin(), features[i].end())));
    }
    return out;
}

/// Each row as a block of its own through one fitted transform.
template <class S>
gasket::Features transform_row_by_row(const gasket::Fitted<S>& fitted, const gasket::Features& in) {
    gasket::detail::Chain chain;
    chain.input = in.layout();
    chain.transforms.push_back(std::make_shared<const gasket::detail::TransformOf<S>>(fitted));
    gasket::detail::ChainMemory memory;
    const gasket::Layout& layout = chain.output();
    std::vector<std::vector<double>> values(layout.size());
    for (std::size_t r = 0; r < in.rows(); ++r) {
        const gasket::Block block = chain.transform(in.block(r, r + 1), memory);
        for (std::size_t i = 0; i < layout.size(); ++i) values[i].push_back(block[i][0]);
    }
    gasket::Features out(in.rows());
    for (std::size_t i = 0; i < layout.size(); ++i) out.add(layout[i], std::move(values[i]));
    return out;
}

/// Saved as text and read again.
template <class S>
gasket::Fitted<S> reloaded(const gasket::Fitted<S>& fitted, const gasket::Layout& in) {
    const auto json = gasket::Json::parse(fitted.to_json().dump());
    return gasket::Fitted<S>::from_json(gasket::detail::Fields(json, "stage"), in);
}

inline bool same_layout(const gasket::Layout& a, const gasket::Layout& b) {
    if (a.names() != b.names()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].is_category() != b[i].is_category() || a[i].sources != b[i].sources) return false;
        if (a[i].is_category() && *a[i].labels != *b[i].labels) return false;
    }
    return true;
}

/// What holds for every fitted transform: the same bits row by row, in one block, and after saving and
/// loading.
template <class S>
bool keeps_the_laws(const gasket::Fitted<S>& fitted, const gasket::Features& in) {
    const gasket::Features whole = transform(fitted, in);
    const gasket::Fitted<S> again = reloaded(fitted, in.layout());
    return bits_of(whole) == bits_of(transform_row_by_row(fitted, in)) &&
           bits_of(whole) == bits_of(transform(again, in)) &&
           same_layout(fitted.outputs().layout(), again.outputs().layout()) &&
           fitted.to_json() == again.to_json();
}

/// The message of what `action` throws; empty where it throws nothing of gasket's.
template <class Action>
std::string message_of(const Action& action) {
    try {
        action();
    } catch (const gasket::Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace testing_support
