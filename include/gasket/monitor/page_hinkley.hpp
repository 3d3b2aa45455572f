#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"

namespace gasket {

struct PageHinkleyOptions {
    /// rises of the mean up to this are let pass; at least 0, in the unit of the values
    double tolerance = 0.02;
    /// how much the values must have gone beyond mean and tolerance, added up; above 0
    double threshold = 30;
    /// no alarm before so many values; at least 1
    std::uint64_t least = 100;

    /// throws OptionError
    void check() const {
        detail::require_option(tolerance >= 0 && std::isfinite(tolerance), "PageHinkleyOptions.tolerance",
                               text::shortest(tolerance), "at least 0");
        detail::require_option(threshold > 0 && std::isfinite(threshold), "PageHinkleyOptions.threshold",
                               text::shortest(threshold), "above 0");
        detail::require_option(least >= 1, "PageHinkleyOptions.least", std::to_string(least), "at least 1");
    }
};

/// Finds a rise of the mean of a stream, such as the errors of a model as labels come: what the values are
/// beyond their mean so far and a tolerance is added up, and an alarm is raised when the sum has risen by
/// more than `threshold` from its least. It begins anew after an alarm. Four numbers of memory, O(1) a value.
///
/// Values of the variance v give a false alarm about every exp(2 tolerance threshold / v) v / (2 tolerance^2)
/// values (Brownian motion), and a rise by r is found after about threshold / (r - tolerance) of them: for
/// errors of 0 and 1, a fifth of them 1, every 360,000 and, where 3 of 10 become 1, after 375.
/// reference: Page, Continuous inspection schemes, 1954; Hinkley, Inference about the change-point from
/// cumulative sum tests, 1971
class PageHinkley {
  public:
    /// throws OptionError
    explicit PageHinkley(const PageHinkleyOptions& options = {}) : options_(options) { options.check(); }

    /// The next value. True where the mean has risen.   throws DataError for one that is not finite
    bool add(double value) {
        if (!std::isfinite(value)) {
            throw DataError(ErrorCode::bad_metric_input, {.expected = "a finite number",
                                                          .found = text::shortest(value),
                                                          .where = "PageHinkley.add",
                                                          .advice = "leave out rows without label"});
        }
        ++seen_;
        ++count_;
        mean_ += (value - mean_) / static_cast<double>(count_);
        sum_ += value - mean_ - options_.tolerance;
        least_sum_ = std::min(least_sum_, sum_);
        if (count_ < options_.least || sum_ - least_sum_ <= options_.threshold) return false;
        ++alarms_;
        count_ = 0;
        mean_ = sum_ = least_sum_ = 0;
        return true;
    }

    /// Mean since the start or the last alarm; missing for no value.
    [[nodiscard]] double mean() const noexcept { return count_ == 0 ? missing : mean_; }
    /// How far the sum has risen: an alarm is raised above `threshold`.
    [[nodiscard]] double risen() const noexcept { return sum_ - least_sum_; }
    [[nodiscard]] std::uint64_t seen() const noexcept { return seen_; }
    [[nodiscard]] std::uint64_t alarms() const noexcept { return alarms_; }

    [[nodiscard]] Json to_json() const {
        return json_object({{"tolerance", options_.tolerance},
                            {"threshold", options_.threshold},
                            {"least", options_.least},
                            {"seen", seen_},
                            {"alarms", alarms_},
                            {"count", count_},
                            {"mean", mean_},
                            {"sum", sum_},
                            {"least_sum", least_sum_}});
    }
    /// throws ArtifactError, OptionError
    [[nodiscard]] static PageHinkley from_json(const Json& json) {
        const detail::Fields fields(json, "page_hinkley");
        PageHinkley out({.tolerance = fields.number("tolerance"),
                         .threshold = fields.number("threshold"),
                         .least = fields.count("least")});
        out.seen_ = fields.count("seen");
        out.alarms_ = fields.count("alarms");
        out.count_ = fields.count("count");
        out.mean_ = fields.number("mean");
        out.sum_ = fields.number("sum");
        out.least_sum_ = fields.number("least_sum");
        if (out.least_sum_ > out.sum_ || out.least_sum_ > 0 || out.count_ > out.seen_)
            detail::throw_content("page_hinkley", "sums of one stream", "something else");
        return out;
    }

  private:
    PageHinkleyOptions options_;
    std::uint64_t seen_ = 0;
    std::uint64_t alarms_ = 0;
    std::uint64_t count_ = 0;
    double mean_ = 0;
    double sum_ = 0;
    double least_sum_ = 0;
};

}  // namespace gasket
