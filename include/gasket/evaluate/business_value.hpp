#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/metrics.hpp"

namespace gasket {

/// What each outcome of a decision is worth, in whole minor units of money (cents). Whole numbers, so that
/// the rows add up to the total exactly.
struct Utility {
    std::int64_t tp = 0;
    std::int64_t fp = 0;
    std::int64_t fn = 0;
    std::int64_t tn = 0;

    /// The worth of one row.
    [[nodiscard]] std::int64_t of(bool truth, bool decided) const noexcept {
        return truth ? (decided ? tp : fn) : (decided ? fp : tn);
    }
    friend bool operator==(const Utility&, const Utility&) = default;
};

/// A retention offer, in minor units of money (cents).
///
/// Its price is paid for everybody who gets one, churner or not. A churner who gets one stays with
/// probability `acceptance` and then brings `revenue`; the others decline and are lost all the same, at
/// `declined_loss`. A churner who gets none is lost at `missed_loss`, charged once, to the missed churner and
/// nowhere else. Whoever would have stayed anyway and gets none is worth 0: the worths are differences from
/// a world without churn and without offers.
///
/// With `declined_loss` 0, the default, an offer makes up for the loss even where it is declined; set it to
/// `missed_loss` where a lost customer costs the same either way.
struct Offer {
    std::int64_t price = 50'00;
    std::int64_t revenue = 600'00;
    /// from 0 to 1
    double acceptance = 0.4;
    std::int64_t missed_loss = 200'00;
    std::int64_t declined_loss = 0;

    /// tp: acceptance x revenue - (1 - acceptance) x declined_loss - price; fp: - price; fn: - missed_loss;
    /// tn: 0. The expected worth of an offer to a churner is rounded to a whole unit once, halves away from
    /// 0, before anything is added up; so every total is the exact sum of its rows, and is within half a unit
    /// per treated churner of the unrounded one. throws OptionError
    [[nodiscard]] Utility utility() const {
        detail::require_option(acceptance >= 0 && acceptance <= 1, "Offer.acceptance",
                               text::shortest(acceptance), "a share from 0 to 1");
        for (const auto& [field, value] :
             {std::pair{"Offer.price", price}, std::pair{"Offer.revenue", revenue},
              std::pair{"Offer.missed_loss", missed_loss}, std::pair{"Offer.declined_loss", declined_loss}}) {
            detail::require_option(value >= 0 && value <= std::int64_t{1'000'000'000'000}, field,
                                   std::to_string(value), "an amount from 0 to 10^12 minor units");
        }
        const auto saved =
            static_cast<std::int64_t>(std::llround(acceptance * static_cast<double>(revenue) -
                                                   (1 - acceptance) * static_cast<double>(declined_loss)));
        return {.tp = saved - price, .fp = -price, .fn = -missed_loss, .tn = 0};
    }
};

/// What the decisions of a model are worth on some rows, beside doing nothing and treating everybody. Minor
/// units.
struct BusinessValue {
    Utility utility;
    double threshold = 0.5;
    std::int64_t value = 0;
    std::int64_t treat_nobody = 0;
    std::int64_t treat_everybody = 0;
    std::size_t rows = 0;
    std::size_t treated = 0;

    [[nodiscard]] Json to_json() const {
        return {
            {"unit", "minor units of money"},
            {"threshold", threshold},
            {"rows", rows},
            {"treated", treated},
            {"value", value},
            {"treat_nobody", treat_nobody},
            {"treat_everybody", treat_everybody},
            {"utility",
             json_object({{"tp", utility.tp}, {"fp", utility.fp}, {"fn", utility.fn}, {"tn", utility.tn}})}};
    }

    /// In whole units of money.
    friend std::ostream& operator<<(std::ostream& out, const BusinessValue& v) {
        text::Grid grid({"policy", "treated", "worth", "a row"});
        const auto row = [&](const char* policy, std::size_t offers, std::int64_t worth) {
            const double each =
                v.rows == 0 ? 0 : static_cast<double>(worth) / static_cast<double>(v.rows) / 100;
            grid.add({policy, text::grouped(offers), money(worth), text::fixed(each, 2)});
        };
        row("decide by the model", v.treated, v.value);
        row("treat nobody", 0, v.treat_nobody);
        row("treat everybody", v.rows, v.treat_everybody);
        return out << grid.str() << "  a row is worth " << money(v.utility.tp) << " decided rightly, "
                   << money(v.utility.fp) << " decided in vain, " << money(v.utility.fn) << " missed, "
                   << money(v.utility.tn) << " rightly left alone\n";
    }

    /// Minor units as text: -1234567 -> "-12,345.67".
    [[nodiscard]] static std::string money(std::int64_t minor) {
        const std::int64_t size = minor < 0 ? -minor : minor;
        const std::string cents = std::to_string(size % 100);
        return (minor < 0 ? "-" : "") + text::grouped(static_cast<long long>(size / 100)) + "." +
               (cents.size() < 2 ? "0" + cents : cents);
    }
};

namespace detail {

/// Checks the rows, and that no total of them can leave 64 bits.
inline void check_value(const Utility& utility, std::span<const double> truth,
                        std::span<const double> score) {
    check_metric("business value", truth, score, {}, true);
    const std::int64_t most =
        std::numeric_limits<std::int64_t>::max() / 4 / static_cast<std::int64_t>(truth.size());
    for (const std::int64_t worth : {utility.tp, utility.fp, utility.fn, utility.tn}) {
        require_option(worth >= -most && worth <= most, "Utility", std::to_string(worth),
                       "at most " + std::to_string(most) + " minor units each way for " +
                           std::to_string(truth.size()) + " rows");
    }
}

}  // namespace detail

/// The worth of every row, decided at `threshold`; their sum is BusinessValue::value. O(n). throws
/// DataError, OptionError (totals that 64 bits do not hold)
[[nodiscard]] inline std::vector<std::int64_t> row_values(const Utility& utility,
                                                          std::span<const double> truth,
                                                          std::span<const double> score, double threshold) {
    detail::check_value(utility, truth, score);
    std::vector<std::int64_t> out(truth.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = utility.of(truth[i] == 1, score[i] >= threshold);
    return out;
}

/// Prices the decisions at `threshold`. O(n). throws DataError, OptionError
[[nodiscard]] inline BusinessValue business_value(const Offer& offer, std::span<const double> truth,
                                                  std::span<const double> score, double threshold) {
    BusinessValue out{.utility = offer.utility(), .threshold = threshold};
    for (const std::int64_t v : row_values(out.utility, truth, score, threshold)) out.value += v;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        out.treat_nobody += out.utility.of(truth[i] == 1, false);
        out.treat_everybody += out.utility.of(truth[i] == 1, true);
        out.treated += score[i] >= threshold ? 1 : 0;
    }
    out.rows = truth.size();
    return out;
}

/// The total worth with every distinct score as threshold, from treating nobody to treating everybody.
struct ValueCurve {
    std::vector<double> thresholds;
    std::vector<std::int64_t> values;

    [[nodiscard]] Json to_json() const {
        return json_object({{"thresholds", thresholds}, {"values", values}});
    }
};

/// O(n log n). throws DataError, OptionError
[[nodiscard]] inline ValueCurve value_curve(const Utility& utility, std::span<const double> truth,
                                            std::span<const double> score) {
    detail::check_value(utility, truth, score);
    const std::vector<detail::ScoreStep> steps = detail::score_steps(truth, score, {});
    std::int64_t value = 0;
    for (const double y : truth) value += utility.of(y == 1, false);
    ValueCurve curve{{std::nextafter(steps.front().score, HUGE_VAL)}, {value}};
    for (const detail::ScoreStep& s : steps) {
        value += static_cast<std::int64_t>(s.positives) * (utility.tp - utility.fn) +
                 static_cast<std::int64_t>(s.negatives) * (utility.fp - utility.tn);
        curve.thresholds.push_back(s.score);
        curve.values.push_back(value);
    }
    return curve;
}

}  // namespace gasket
