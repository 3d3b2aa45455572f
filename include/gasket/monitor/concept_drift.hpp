#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/normal.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/monitor/psi.hpp"

namespace gasket {

struct ConceptDriftOptions {
    /// length of the rolling window in days (UTC), the latest one included; from 1 to 3660
    std::size_t days = 14;
    /// relative difference of the rates from which on a model is no longer to be trusted; above 0
    double critical = 0.15;
    /// the chance of calling a difference one where there is none, at one look; above 0, below 1
    double level = 0.01;
    /// fewer labels give no verdict; at least 1
    std::size_t least_labels = 100;
    /// observed over predicted rate where nothing has changed: 1 for calibrated probabilities, otherwise what
    /// the holdout had; above 0
    double expected_ratio = 1;

    /// throws OptionError
    void check() const {
        const auto require = [](bool ok, const char* field, const std::string& found, const char* range) {
            detail::require_option(ok, std::string("ConceptDriftOptions.") + field, found, range);
        };
        require(days >= 1 && days <= 3660, "days", std::to_string(days), "from 1 to 3660");
        require(critical > 0 && std::isfinite(critical), "critical", text::shortest(critical), "above 0");
        require(level > 0 && level < 1, "level", text::shortest(level), "above 0, below 1");
        require(least_labels >= 1, "least_labels", std::to_string(least_labels), "at least 1");
        require(expected_ratio > 0 && std::isfinite(expected_ratio), "expected_ratio",
                text::shortest(expected_ratio), "above 0");
    }
};

/// What a model predicted against what came true, over some days. A value.
struct RateShift {
    /// stable: within what chance explains, or too little to matter; moderate: beyond chance and half of
    /// `critical`; drift: beyond chance and `critical`; insufficient: too few labels
    DriftStatus status = DriftStatus::insufficient;
    std::size_t labels = 0;
    /// the first and the last day (days since 1970) that count; the same where there are no labels
    std::int64_t first_day = 0;
    std::int64_t last_day = 0;
    /// mean probability, after expected_ratio; missing without labels
    double predicted_rate = missing;
    /// share of positive rows; missing without labels
    double observed_rate = missing;
    /// (observed - predicted) / predicted; missing where nothing was predicted
    double relative = missing;
    /// how far chance alone takes `relative` from 0, but for one look in 1 / level
    double chance = missing;
    double critical = 0.15;
    /// labels of days before the window, which were not counted
    std::size_t too_late = 0;

    /// One line for people.
    [[nodiscard]] std::string summary() const {
        const std::string of = text::grouped(labels) + (labels == 1 ? " label" : " labels");
        if (is_missing(relative)) return "insufficient: " + of;
        const std::string rates = text::percent(predicted_rate) + " predicted, " +
                                  text::percent(observed_rate) + " observed (" + (relative < 0 ? "" : "+") +
                                  text::percent(relative) + ") on " + of;
        const std::string by_chance = "chance alone reaches " + text::percent(chance);
        if (status == DriftStatus::insufficient) return "insufficient: " + rates + ", too few for a verdict";
        if (status == DriftStatus::drift)
            return "concept drift: " + rates + "; beyond " + text::percent(critical, 0) + ", and " +
                   by_chance;
        if (status == DriftStatus::moderate) return "moderate: " + rates + "; " + by_chance;
        if (std::abs(relative) > critical)
            return "stable: " + rates + "; more than " + text::percent(critical, 0) + ", but " + by_chance +
                   " with so few labels";
        return "stable: " + rates + "; " + by_chance;
    }

    [[nodiscard]] Json to_json() const {
        return json_object({{"status", name_of(status)},
                            {"labels", labels},
                            {"from", detail::format_datetime(first_day * 86400).substr(0, 10)},
                            {"to", detail::format_datetime(last_day * 86400).substr(0, 10)},
                            {"predicted_rate", detail::json_number(predicted_rate)},
                            {"observed_rate", detail::json_number(observed_rate)},
                            {"relative", detail::json_number(relative)},
                            {"chance", detail::json_number(chance)},
                            {"critical", critical},
                            {"too_late", too_late},
                            {"summary", summary()}});
    }
    friend std::ostream& operator<<(std::ostream& out, const RateShift& shift) {
        return out << "  " << shift.summary() << "\n";
    }
};

/// What a model predicted on one day (days since 1970, UTC), and what came true.
struct RatesOfDay {
    std::int64_t day = 0;
    std::size_t labels = 0;
    double predicted_rate = 0;
    double observed_rate = 0;
};

/// Watches whether the relation between rows and labels is still the one that the model learned: the mean of
/// its probabilities against the share of rows that turned out positive, over the latest days that have
/// labels. PSI and KS look at the rows alone and cannot see this.
///
/// If the probabilities p are right, the number of positive rows is off from their sum by chance with the
/// standard error sqrt(sum p (1 - p)). A difference counts only where it is beyond that (`level`, two-sided):
/// so few labels raise no alarm, however far the rates are apart. Labels may come late and in any order; what
/// belongs to a day before the window is counted as too late, and nothing else. A model whose labels have
/// not come yet for its newest rows is judged on those that have: where positives become known sooner than
/// negatives, wait until both are.
///
/// Holds a sum for each day of the window and no row; JSON keeps it between two runs of a job.
class ConceptDrift {
  public:
    /// throws OptionError
    explicit ConceptDrift(const ConceptDriftOptions& options = {}) : options_(options) { options.check(); }

    /// One row whose label is known: when it was scored (seconds UTC), its probability, and 1 where it turned
    /// out positive, else 0. O(days)   throws DataError
    void add(std::int64_t seconds, double probability, double label) {
        if (!(probability >= 0 && probability <= 1) || (label != 0 && label != 1)) {
            throw DataError(
                ErrorCode::bad_metric_input,
                {.expected = "a probability from 0 to 1 and a label of 0 or 1",
                 .found = text::shortest(probability) + " and " + text::shortest(label),
                 .where = "ConceptDrift.add",
                 .advice = "leave out rows without label; for numbers watch the errors by Adwin"});
        }
        const std::int64_t day = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400);
        if (!days_.empty() && day <= days_.back().day - static_cast<std::int64_t>(options_.days)) {
            ++too_late_;
            return;
        }
        auto at = std::lower_bound(days_.begin(), days_.end(), day,
                                   [](const Day& d, std::int64_t wanted) { return d.day < wanted; });
        if (at == days_.end() || at->day != day) at = days_.insert(at, Day{.day = day});
        const double p = std::min(1.0, probability * options_.expected_ratio);
        ++at->labels;
        at->predicted += p;
        at->variance += p * (1 - p);
        at->positives += label == 1 ? 1 : 0;
        const std::int64_t first = days_.back().day - static_cast<std::int64_t>(options_.days);
        std::erase_if(days_, [&](const Day& d) { return d.day <= first; });
    }

    /// O(days)
    [[nodiscard]] RateShift verdict() const {
        RateShift out{.critical = options_.critical, .too_late = too_late_};
        double predicted = 0;
        double variance = 0;
        std::size_t positives = 0;
        for (const Day& day : days_) {
            out.labels += day.labels;
            predicted += day.predicted;
            variance += day.variance;
            positives += day.positives;
        }
        if (out.labels == 0) return out;
        out.last_day = days_.back().day;
        out.first_day = days_.front().day;
        const auto n = static_cast<double>(out.labels);
        out.predicted_rate = predicted / n;
        out.observed_rate = static_cast<double>(positives) / n;
        if (!(predicted > 0)) return out;
        out.relative = (static_cast<double>(positives) - predicted) / predicted;
        // half a row for the step from whole rows to the normal distribution
        out.chance = (normal_quantile(1 - options_.level / 2) * std::sqrt(variance) + 0.5) / predicted;
        if (out.labels < options_.least_labels) return out;
        const double off = std::abs(out.relative);
        out.status = off <= out.chance || off <= options_.critical / 2 ? DriftStatus::stable
                     : off <= options_.critical                        ? DriftStatus::moderate
                                                                       : DriftStatus::drift;
        return out;
    }

    /// The days of the window that have labels, in order.
    [[nodiscard]] std::vector<RatesOfDay> by_day() const {
        std::vector<RatesOfDay> out;
        for (const Day& d : days_) {
            const auto n = static_cast<double>(d.labels);
            out.push_back({d.day, d.labels, d.predicted / n, static_cast<double>(d.positives) / n});
        }
        return out;
    }

    [[nodiscard]] const ConceptDriftOptions& options() const noexcept { return options_; }

    [[nodiscard]] Json to_json() const {
        Json list = Json::array();
        for (const Day& d : days_) {
            list.push_back(json_object({{"day", d.day},
                                        {"labels", d.labels},
                                        {"positives", d.positives},
                                        {"predicted", d.predicted},
                                        {"variance", d.variance}}));
        }
        return json_object({{"window_days", options_.days},
                            {"critical", options_.critical},
                            {"level", options_.level},
                            {"least_labels", options_.least_labels},
                            {"expected_ratio", options_.expected_ratio},
                            {"too_late", too_late_},
                            {"days", std::move(list)}});
    }
    /// throws ArtifactError, OptionError
    [[nodiscard]] static ConceptDrift from_json(const Json& json) {
        const detail::Fields fields(json, "concept_drift");
        ConceptDrift out({.days = fields.count("window_days"),
                          .critical = fields.number("critical"),
                          .level = fields.number("level"),
                          .least_labels = fields.count("least_labels"),
                          .expected_ratio = fields.number("expected_ratio")});
        out.too_late_ = fields.count("too_late");
        for (const Json& entry : fields.array("days")) {
            const std::string path = fields.path() + ".days[" + std::to_string(out.days_.size()) + "]";
            const detail::Fields day(entry, path);
            const Json& number = day.get("day");
            if (!number.is_number_integer())
                detail::throw_content(path + ".day", "a whole number", number.dump());
            out.days_.push_back({number.get<std::int64_t>(), day.count("labels"), day.count("positives"),
                                 day.number("predicted"), day.number("variance")});
            const Day& last = out.days_.back();
            const bool rising = out.days_.size() < 2 || out.days_[out.days_.size() - 2].day < last.day;
            const bool within =
                last.day - out.days_.front().day < static_cast<std::int64_t>(out.options_.days);
            if (!rising || !within || last.labels == 0 || last.positives > last.labels ||
                last.predicted < 0 || last.variance < 0)
                detail::throw_content(path, "days of one window in rising order, each with its sums",
                                      "something else");
        }
        return out;
    }

  private:
    struct Day {
        std::int64_t day = 0;  // since 1970
        std::size_t labels = 0;
        std::size_t positives = 0;
        double predicted = 0;  // sum of the probabilities
        double variance = 0;   // sum of p (1 - p)
    };

    ConceptDriftOptions options_;
    std::vector<Day> days_;  // rising, within one window
    std::size_t too_late_ = 0;
};

}  // namespace gasket
