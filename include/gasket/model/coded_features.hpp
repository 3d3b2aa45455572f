#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "gasket/data/block.hpp"
#include "gasket/model/edge_search.hpp"
#include "gasket/model/tree.hpp"

namespace gasket::detail {

/// A decision over codes. Numbers: left where the code is below `limit`. Categories: `limit` is 0, and
/// `column` is a place in CodedFeatures::sets.
struct CodedTest {
    std::uint16_t column = 0;
    std::uint8_t limit = 0;

    [[nodiscard]] bool is_category() const noexcept { return limit == 0; }
};

/// Features as trees see them: a byte for all that their decisions can tell apart. Numbers become ranks among
/// the thresholds that occur, labels become classes that no decision parts; so a walk over codes ends in the
/// very leaf of the walk over values. A missing number is code 0 in one column and code 255 in another, so
/// that "below" sends it to either side without a question of its own. Immutable; thread-safe.
class CodedFeatures {
  public:
    /// The codes that go left at a decision on a category feature, one bit each.
    struct Set {
        std::uint32_t column;
        std::array<std::uint64_t, 4> left;

        [[nodiscard]] bool has(std::uint8_t code) const noexcept {
            return (left[code / 64U] >> (code % 64U) & 1U) != 0;
        }
        auto operator<=>(const Set&) const = default;
    };

    CodedFeatures() = default;
    /// Nothing where a byte is too small for what the trees tell apart, which no tree grown here needs.
    [[nodiscard]] static std::optional<CodedFeatures> of(const Trees& trees, const Layout& layout) {
        CodedFeatures out;
        std::vector<std::vector<const TreeNode*>> by_feature(layout.size());
        for (const TreeNode& node : trees.nodes()) {
            if (node.child != 0) by_feature[node.feature].push_back(&node);
        }
        out.source_of_.assign(layout.size(), 0);
        for (std::size_t f = 0; f < layout.size(); ++f) {
            if (by_feature[f].empty()) continue;
            out.source_of_[f] = out.sources_.size();
            Source source{.feature = f};
            source.category = layout[f].is_category();
            const bool fits = source.category
                                  ? out.code_labels(source, by_feature[f], trees, layout[f].labels->size())
                                  : out.code_numbers(source, by_feature[f]);
            if (!fits) return std::nullopt;
            out.sources_.push_back(std::move(source));
        }
        if (out.columns_ >= 65535 || out.sets_.size() > 65535) return std::nullopt;
        return out;
    }

    /// Columns of codes.
    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
    /// The column where a missing value is code 0 that goes with a column: every other code is the same in
    /// both.
    [[nodiscard]] std::vector<std::size_t> low_columns() const {
        std::vector<std::size_t> out(columns_);
        for (const Source& source : sources_) out[source.gaps_low] = out[source.gaps_high] = source.gaps_low;
        return out;
    }
    [[nodiscard]] const std::vector<Set>& sets() const noexcept { return sets_; }

    /// A node's decision over codes.
    [[nodiscard]] CodedTest test(const TreeNode& node) const {
        const Source& source = sources_[source_of_[node.feature]];
        if (source.category)
            return {.column = set_of_.at({node.feature, node.value, node.missing_left}), .limit = 0};
        const auto edge =
            std::lower_bound(source.edges.begin(), source.edges.end(), node.value) - source.edges.begin();
        return {.column = static_cast<std::uint16_t>(node.missing_left ? source.gaps_low : source.gaps_high),
                .limit = static_cast<std::uint8_t>(std::isinf(node.value) ? 255 : edge + 2)};
    }

    /// Codes of rows [begin, begin + rows) of a block: those of column c at `out + c * stride`.
    void encode(const Block& in, std::size_t begin, std::size_t rows, std::uint8_t* out,
                std::size_t stride) const noexcept {
        for (const Source& source : sources_) {
            const double* const values = in[source.feature] + begin;
            std::uint8_t* const low = out + source.gaps_low * stride;
            if (source.category) {
                for (std::size_t r = 0; r < rows; ++r) low[r] = source.code_of_label(values[r]);
                continue;
            }
            if (rows == 1) {
                *low = source.search.code(*values);
            } else {
                source.search.codes({values, rows}, low);
            }
            if (source.gaps_high == source.gaps_low) continue;
            std::uint8_t* const high = out + source.gaps_high * stride;
            for (std::size_t r = 0; r < rows; ++r) high[r] = low[r] == 0 ? std::uint8_t{255} : low[r];
        }
    }

  private:
    /// A feature that some decision asks for.
    struct Source {
        std::size_t feature = 0;
        std::vector<double> edges = {};  // numbers: the thresholds, ascending
        EdgeSearch search = {};
        std::vector<std::uint8_t> code_of = {};  // by label
        bool category = false;
        // Columns where a missing value is 0 and 255; one and the same where only 0 is asked for.
        std::size_t gaps_low = 0;
        std::size_t gaps_high = 0;

        [[nodiscard]] std::uint8_t code_of_label(double x) const noexcept {
            if (std::isnan(x)) return 0;
            return x >= 0 ? code_of[static_cast<std::size_t>(x)] : std::uint8_t{1};
        }
    };
    struct SetKey {
        std::uint32_t feature;
        double bits;
        bool missing_left;
        auto operator<=>(const SetKey&) const = default;
    };

    bool code_numbers(Source& source, const std::vector<const TreeNode*>& nodes) {
        bool high = false;
        for (const TreeNode* node : nodes) {
            high = high || !node->missing_left;
            if (std::isfinite(node->value)) source.edges.push_back(node->value);
        }
        std::sort(source.edges.begin(), source.edges.end());
        source.edges.erase(std::unique(source.edges.begin(), source.edges.end()), source.edges.end());
        if (source.edges.size() > EdgeSearch::most_edges) return false;
        source.search = EdgeSearch(source.edges);
        source.gaps_low = columns_++;
        source.gaps_high = high ? columns_++ : source.gaps_low;
        return true;
    }

    /// Parts the labels by one decision after the other; what stays together has one code. Labels never seen
    /// come first: code 1.
    bool code_labels(Source& source, const std::vector<const TreeNode*>& nodes, const Trees& trees,
                     std::size_t labels) {
        source.gaps_low = source.gaps_high = columns_++;
        const auto value = [](std::size_t symbol) { return static_cast<double>(symbol) - 1; };
        std::vector<std::uint32_t> group(labels + 1, 0);
        std::map<SetKey, const TreeNode*> distinct;
        for (const TreeNode* node : nodes)
            distinct.emplace(SetKey{node->feature, node->value, node->missing_left}, node);
        for (const auto& [key, node] : distinct) {
            std::map<std::pair<std::uint32_t, bool>, std::uint32_t> parts;
            for (std::size_t s = 0; s <= labels; ++s) {
                const std::pair part{group[s], trees.goes_left(*node, value(s))};
                group[s] = parts.emplace(part, static_cast<std::uint32_t>(parts.size())).first->second;
            }
            if (parts.size() > 255) return false;
        }
        for (std::size_t s = 1; s <= labels; ++s)
            source.code_of.push_back(static_cast<std::uint8_t>(group[s] + 1));
        for (const auto& [key, node] : distinct) {
            Set set{.column = static_cast<std::uint32_t>(source.gaps_low), .left = {}};
            const auto put = [&](std::size_t code) {
                set.left[code / 64] |= std::uint64_t{1} << (code % 64);
            };
            if (node->missing_left) put(0);
            for (std::size_t s = 0; s <= labels; ++s) {
                if (trees.goes_left(*node, value(s))) put(group[s] + std::size_t{1});
            }
            const auto same = set_at_.emplace(set, static_cast<std::uint32_t>(sets_.size()));
            if (same.second) sets_.push_back(set);
            set_of_.emplace(key, static_cast<std::uint16_t>(same.first->second));
        }
        return true;
    }

    std::vector<Source> sources_;
    std::vector<std::size_t> source_of_;  // by feature
    std::size_t columns_ = 0;
    std::vector<Set> sets_;
    std::map<Set, std::uint32_t> set_at_;
    std::map<SetKey, std::uint16_t> set_of_;
};

}  // namespace gasket::detail
