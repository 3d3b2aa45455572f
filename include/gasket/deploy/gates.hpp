#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/schema_diff.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/pipeline/scorer.hpp"

namespace gasket {

/// What a version must pass before it goes live.
struct Gates {
    /// The figure of the holdout that must not be much worse than that of the live version: a name that
    /// Evaluation.metrics has. Empty: no such gate.
    std::string metric = "auc";
    /// How much worse it may be; 0: not at all.
    double most_loss = 0.005;
    /// Whether every record that the live version takes must be one that this version takes.
    bool contract = true;
    /// The most that the median of scoring one row may take, in microseconds; 0: no limit.
    double most_latency_us = 1000;
};

/// What the gates found. A value.
struct GateReport {
    struct Gate {
        std::string name;
        bool passed = false;
        std::string expected = {};
        std::string found = {};
    };
    std::vector<Gate> gates = {};

    [[nodiscard]] bool passed() const noexcept {
        return std::all_of(gates.begin(), gates.end(), [](const Gate& g) { return g.passed; });
    }
    /// What did not pass, in one line; empty where all did.
    [[nodiscard]] std::string failures() const {
        std::string out;
        for (const Gate& g : gates) {
            if (g.passed) continue;
            out += (out.empty() ? "" : "; ") + g.name + ": expected " + g.expected + ", found " + g.found;
        }
        return out;
    }
    [[nodiscard]] const Gate* find(std::string_view name) const noexcept {
        const auto it =
            std::find_if(gates.begin(), gates.end(), [&](const Gate& g) { return g.name == name; });
        return it == gates.end() ? nullptr : &*it;
    }

    [[nodiscard]] Json to_json() const {
        Json out = Json::array();
        for (const Gate& g : gates) {
            out.push_back(json_object(
                {{"gate", g.name}, {"passed", g.passed}, {"expected", g.expected}, {"found", g.found}}));
        }
        return out;
    }

    friend std::ostream& operator<<(std::ostream& out, const GateReport& report) {
        text::Grid grid({"gate", "", "expected", "found"});
        for (const Gate& g : report.gates)
            grid.add({g.name, g.passed ? "passed" : "FAILED", g.expected, g.found});
        return out << grid.str();
    }
};

namespace detail {

/// The columns that a model reads: what live records must have.
[[nodiscard]] inline Schema inputs_schema(const Model& model) {
    Schema out;
    for (const ColumnSchema& column : model.schema()) {
        if (column.role == Role::feature) out.add(column);
    }
    return out;
}

/// What makes a record that `live` takes one that `next` does not take; empty where nothing does.
[[nodiscard]] inline std::vector<std::string> contract_breaks(const Model& live, const Model& next) {
    std::vector<std::string> out;
    if (!(live.target() == next.target()))
        out.push_back("another target: " + live.target().to_json().dump() + " became " +
                      next.target().to_json().dump());
    for (const SchemaChange& one : diff(inputs_schema(live), inputs_schema(next)).changes) {
        switch (one.change) {
            case Change::renamed:
            case Change::added:
            case Change::retyped:
            case Change::date_format:
            case Change::no_gaps:
                out.push_back(text::quoted(one.column) + " " + std::string(name_of(one.change)) +
                              (one.is.empty() ? "" : " (" + one.is + ")"));
                break;
            case Change::gone:  // what a record has too much is ignored
            case Change::new_labels:
            case Change::widened:
            case Change::gaps:
            case Change::role:
                break;
        }
    }
    return out;
}

struct HoldoutFigure {
    double value = missing;
    std::string digest;  // of the rows it was judged on
};

[[nodiscard]] inline HoldoutFigure holdout_figure(const Model& model, const std::string& metric) {
    HoldoutFigure out;
    const Json* const section = model.section("evaluation");
    if (section == nullptr || !section->is_object()) return out;
    if (const auto test = section->find("test"); test != section->end() && test->is_object()) {
        if (const auto it = test->find(metric); it != test->end() && it->is_number()) out.value = *it;
    }
    if (const auto holdout = section->find("holdout"); holdout != section->end() && holdout->is_object()) {
        if (const auto it = holdout->find("digest"); it != holdout->end() && it->is_string())
            out.digest = *it;
    }
    return out;
}

[[nodiscard]] inline bool lower_is_better(std::string_view metric) {
    for (const std::string_view name : {"log_loss", "brier", "rmse", "mae", "mape", "pinball"}) {
        if (metric == name) return true;
    }
    return false;
}

[[nodiscard]] inline GateReport::Gate metric_gate(const Gates& gates, const Model& next, const Model* live) {
    const HoldoutFigure mine = holdout_figure(next, gates.metric);
    GateReport::Gate out{.name = "metric"};
    if (std::isnan(mine.value)) {
        out.expected = "a holdout " + gates.metric;
        out.found = "none: end the chain with an Evaluator, or name another metric";
        return out;
    }
    out.found = gates.metric + " " + text::fixed(mine.value, 4);
    const HoldoutFigure theirs = live == nullptr ? HoldoutFigure{} : holdout_figure(*live, gates.metric);
    if (std::isnan(theirs.value)) {
        out.passed = true;
        out.expected = "any " + gates.metric +
                       (live == nullptr ? ": nothing is live yet" : ": the live version has none");
        return out;
    }
    const bool lower = lower_is_better(gates.metric);
    const double limit = lower ? theirs.value + gates.most_loss : theirs.value - gates.most_loss;
    out.passed = lower ? mine.value <= limit : mine.value >= limit;
    out.expected = std::string(lower ? "at most " : "at least ") + text::fixed(limit, 4) +
                   " (live: " + text::fixed(theirs.value, 4) + ")";
    if (mine.digest != theirs.digest) out.found += ", judged on other rows than the live version";
    return out;
}

/// The median time of scoring one golden row, in microseconds, over `rounds` rows.
[[nodiscard]] inline double one_row_latency_us(const Model& model, std::size_t rounds = 301) {
    Scorer scorer(model);
    std::vector<double> times;
    const Json& rows = model.parts().golden["rows"];
    for (std::size_t k = 0; k < rounds; ++k) {
        scorer.clear();
        if (!rows.empty()) {
            const Json& row = rows[k % rows.size()];
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (row[i].is_number()) scorer.set(i, row[i].get<double>());
                if (row[i].is_string() && model.parts().door.feature(i).is_category())
                    scorer.set(i, row[i].get_ref<const std::string&>());
            }
        }
        const auto begin = std::chrono::steady_clock::now();
        const double score = scorer.predict();
        const auto end = std::chrono::steady_clock::now();
        if (std::isfinite(score))
            times.push_back(std::chrono::duration<double, std::micro>(end - begin).count());
    }
    if (times.empty()) return missing;
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                     times.end());
    return times[times.size() / 2];
}

}  // namespace detail

/// Holds a version against the live one (null where nothing is live). That its golden rows get their scores
/// bit for bit is a gate that `load` has opened already; it is named in the report.
///
/// Cost: 301 scored rows for the latency. throws OptionError
[[nodiscard]] inline GateReport check_gates(const Gates& gates, const Model& next, const Model* live) {
    detail::require_option(gates.most_loss >= 0, "Gates.most_loss", text::compact(gates.most_loss),
                           "0 and more");
    detail::require_option(gates.most_latency_us >= 0, "Gates.most_latency_us",
                           text::compact(gates.most_latency_us), "0 and more");
    GateReport out;
    const bool scores = next.parts().chain.estimator != nullptr;
    out.gates.push_back({"golden rows", scores, "stored scores again, bit for bit",
                         scores ? std::to_string(next.parts().golden["rows"].size()) + " of them"
                                : "a chain without an estimator"});
    if (!scores) return out;
    if (!gates.metric.empty()) out.gates.push_back(detail::metric_gate(gates, next, live));
    if (gates.contract) {
        const std::vector<std::string> breaks =
            live == nullptr ? std::vector<std::string>{} : detail::contract_breaks(*live, next);
        out.gates.push_back({"contract", breaks.empty(), "records of the live version are taken",
                             breaks.empty() ? "they are" : text::list(breaks)});
    }
    if (gates.most_latency_us > 0) {
        const double median = detail::one_row_latency_us(next);
        out.gates.push_back({"latency", median <= gates.most_latency_us,
                             "a row in at most " + text::compact(gates.most_latency_us) + " us (median)",
                             text::fixed(median, 1) + " us"});
    }
    return out;
}

}  // namespace gasket
