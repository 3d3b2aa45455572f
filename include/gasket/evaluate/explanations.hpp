#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/layout.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

/// What each feature added to the answers for some rows. For every row and answer, base + the contributions =
/// the answer before its link: log odds, a class's score, or a number (`scale` says which). A value.
struct Explanations {
    Target target;
    /// what base and contributions are counted in: "log odds", "score", "logarithm", "probability" or
    /// "number"
    std::string scale;
    /// names of the features, or of raw columns after by_column()
    std::vector<std::string> names;
    /// by answer (one; with many classes one for each): before anything is known of a row
    std::vector<double> base;
    /// row after row, in it answer after answer, in it one a name
    std::vector<double> contributions;
    /// the features themselves, and their values, row after row; empty after by_column()
    Layout layout;
    std::vector<double> values;

    [[nodiscard]] std::size_t rows() const noexcept {
        return names.empty() ? 0 : contributions.size() / (names.size() * base.size());
    }
    /// The contributions for a row, one a name; `answer` is the class with many classes.
    [[nodiscard]] std::span<const double> of(std::size_t row, std::size_t answer = 0) const {
        require(row, answer);
        return std::span(contributions).subspan((row * base.size() + answer) * names.size(), names.size());
    }
    /// base + contributions: the answer before its link.
    [[nodiscard]] double margin(std::size_t row, std::size_t answer = 0) const {
        Sum sum;
        for (const double x : of(row, answer)) sum.add(x);
        sum.add(base[answer]);
        return sum.value();
    }
    /// The mean size of each name's contributions over rows and answers: how much the model leans on it here.
    [[nodiscard]] std::vector<double> mean_sizes() const {
        std::vector<double> out(names.size(), 0.0);
        for (std::size_t i = 0; i < contributions.size(); ++i)
            out[i % names.size()] += std::abs(contributions[i]);
        for (double& x : out) x /= std::max<double>(1, static_cast<double>(rows() * base.size()));
        return out;
    }

    /// The contributions of features added up by the raw columns that they were made from: one name for what
    /// came from one column, "a, b" for what came from both.
    [[nodiscard]] Explanations by_column() const {
        Explanations out{target, scale, {}, base, {}, {}, {}};
        std::map<std::string, std::size_t> at;
        std::vector<std::size_t> place;
        for (std::size_t j = 0; j < names.size(); ++j) {
            std::string name;
            if (j < layout.size()) {
                for (const std::string& source : layout[j].sources)
                    name += (name.empty() ? "" : ", ") + source;
            }
            if (name.empty()) name = names[j];
            const auto [found, added] = at.try_emplace(name, out.names.size());
            if (added) out.names.push_back(name);
            place.push_back(found->second);
        }
        out.contributions.assign(rows() * base.size() * out.names.size(), 0.0);
        for (std::size_t i = 0; i < contributions.size(); ++i)
            out.contributions[i / names.size() * out.names.size() + place[i % names.size()]] +=
                contributions[i];
        return out;
    }

    /// One row for people: the base, the greatest contributions with bars to the left (lowers) or to the
    /// right (raises), the rest in one line, and the sum. throws SchemaError for a row or answer that is not
    /// there
    [[nodiscard]] std::string text(std::size_t row, std::size_t answer = 0, std::size_t most = 10) const {
        const std::span<const double> each = of(row, answer);
        std::vector<std::size_t> order(names.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        detail::sort_few(order, [&](std::size_t a, std::size_t b) {
            return std::abs(each[a]) != std::abs(each[b]) ? std::abs(each[a]) > std::abs(each[b]) : a < b;
        });
        const double greatest = order.empty() ? 0 : std::abs(each[order[0]]);
        text::Grid grid({"", scale, ""});
        grid.add({"base", signed_number(base[answer]), ""});
        Sum rest;
        for (std::size_t i = 0; i < order.size(); ++i) {
            const double x = each[order[i]];
            if (i < most) {
                grid.add({shown(row, order[i]), signed_number(x), bar(greatest > 0 ? x / greatest : 0)});
            } else {
                rest.add(x);
            }
        }
        if (order.size() > most) {
            grid.add({std::to_string(order.size() - most) + " others", signed_number(rest.value()),
                      bar(greatest > 0 ? rest.value() / greatest : 0)});
        }
        grid.add({"sum", signed_number(margin(row, answer)), ""});
        return grid.str();
    }

    [[nodiscard]] Json to_json() const {
        Json all = Json::array();
        for (std::size_t r = 0; r < rows(); ++r) {
            Json answers = Json::array();
            for (std::size_t k = 0; k < base.size(); ++k)
                answers.push_back(json_value(std::vector<double>(of(r, k).begin(), of(r, k).end())));
            all.push_back(std::move(answers));
        }
        return json_object({{"target", target.to_json()},
                            {"scale", scale},
                            {"names", names},
                            {"base", base},
                            {"contributions", std::move(all)}});
    }

    /// The mean sizes, greatest first, with bars.
    friend std::ostream& operator<<(std::ostream& out, const Explanations& e) {
        const std::vector<double> sizes = e.mean_sizes();
        std::vector<std::size_t> order(sizes.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        detail::sort_few(order, [&](std::size_t a, std::size_t b) {
            return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b;
        });
        text::Grid grid({"feature", "mean size", ""});
        for (const std::size_t j : order) {
            grid.add({e.names[j], text::fixed(sizes[j], 4),
                      text::bar(sizes[order[0]] > 0 ? sizes[j] / sizes[order[0]] : 0, 30)});
        }
        return out << grid.str() << "  mean size of the contributions to the " << e.scale << " over "
                   << text::grouped(e.rows()) << " rows\n";
    }

  private:
    void require(std::size_t row, std::size_t answer) const {
        if (row < rows() && answer < base.size()) return;
        throw SchemaError(ErrorCode::row_out_of_range,
                          {.expected = "a row below " + std::to_string(rows()) + " and an answer below " +
                                       std::to_string(base.size()),
                           .found = "row " + std::to_string(row) + ", answer " + std::to_string(answer),
                           .where = "explanations",
                           .advice = "count from 0"});
    }
    static std::string signed_number(double x) { return (x >= 0 ? "+" : "") + text::fixed(x, 4); }

    /// A bar from the middle: to the left below 0, to the right above.
    static std::string bar(double share) {
        constexpr std::size_t half = 16;
        if (share >= 0) return std::string(half, ' ') + "│" + text::bar(share, half);
        const auto blocks = static_cast<std::size_t>(std::lround(std::min(1.0, -share) * half));
        std::string out(half - blocks, ' ');
        for (std::size_t i = 0; i < blocks; ++i) out += "█";
        return out + "│";
    }

    [[nodiscard]] std::string shown(std::size_t row, std::size_t j) const {
        if (values.empty()) return names[j];
        const double x = values[row * names.size() + j];
        if (is_missing(x)) return names[j] + " is missing";
        if (!layout[j].is_category()) return names[j] + " = " + text::compact(x, 6);
        const auto& labels = *layout[j].labels;
        const bool known = x >= 0 && x < static_cast<double>(labels.size());
        return names[j] + " = " + (known ? labels[static_cast<std::size_t>(x)] : "a label never seen");
    }
};

}  // namespace gasket
