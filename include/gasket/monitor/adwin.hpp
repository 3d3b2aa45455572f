#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"

namespace gasket {

struct AdwinOptions {
    /// about the chance of calling a change where there is none, at one value; above 0, below 1
    double delta = 0.002;
    /// a change is looked for after so many values each; at least 1
    std::size_t every = 32;
    /// buckets of one size before two become one of twice the size; from 2 to 100
    std::size_t buckets = 5;
    /// the least number of values on both sides of a change; at least 1
    std::size_t least = 5;

    /// throws OptionError
    void check() const {
        detail::require_option(delta > 0 && delta < 1, "AdwinOptions.delta", text::shortest(delta),
                               "above 0, below 1");
        detail::require_option(every >= 1, "AdwinOptions.every", std::to_string(every), "at least 1");
        detail::require_option(buckets >= 2 && buckets <= 100, "AdwinOptions.buckets",
                               std::to_string(buckets), "from 2 to 100");
        detail::require_option(least >= 1, "AdwinOptions.least", std::to_string(least), "at least 1");
    }
};

/// Finds changes of the mean of a stream of values from 0 to 1, such as the errors of a model as labels come:
/// a window of the latest values that grows while nothing changes, and drops its old part when the means of
/// the old and the new part differ by more than chance (a Bernstein bound) at any cut. After a change
/// `mean()` is that of what came after it.
///
/// The window is kept as buckets of 1, 2, 4, ... values, so it takes O(buckets log(width)) memory and time.
/// reference: Bifet & Gavalda, Learning from time-changing data with adaptive windowing, 2007
class Adwin {
  public:
    /// throws OptionError
    explicit Adwin(const AdwinOptions& options = {}) : options_(options) { options.check(); }

    /// The next value. True where the mean has changed: the window now begins after the change.
    /// throws DataError for a value outside [0, 1]
    bool add(double value) {
        if (!(value >= 0 && value <= 1)) {
            throw DataError(ErrorCode::bad_metric_input,
                            {.expected = "a value from 0 to 1",
                             .found = text::shortest(value),
                             .where = "Adwin.add",
                             .advice = "divide errors by the greatest one that can be, and cut them there"});
        }
        if (rows_.empty()) rows_.emplace_back();
        rows_[0].push_back({value, 0});
        ++width_;
        ++seen_;
        for (std::size_t i = 0; i < rows_.size() && rows_[i].size() > options_.buckets; ++i) {
            if (i + 1 == rows_.size()) rows_.emplace_back();
            const auto n = static_cast<double>(std::uint64_t{1} << i);
            const Bucket a = rows_[i][0];
            const Bucket b = rows_[i][1];
            const double gap = (a.sum - b.sum) / n;
            rows_[i + 1].push_back({a.sum + b.sum, a.squares + b.squares + gap * gap * n / 2});
            rows_[i].erase(rows_[i].begin(), rows_[i].begin() + 2);
        }
        if (seen_ % options_.every != 0) return false;
        bool changed = false;
        while (width_ > 2 * options_.least && cut_found()) {
            changed = true;
            drop_oldest();
        }
        changes_ += changed ? 1 : 0;
        return changed;
    }

    /// How many values the window holds.
    [[nodiscard]] std::uint64_t width() const noexcept { return width_; }
    /// Their mean; missing for none.
    [[nodiscard]] double mean() const noexcept {
        return width_ == 0 ? missing : whole().sum / static_cast<double>(width_);
    }
    /// Their variance (divided by their number); missing for none.
    [[nodiscard]] double variance() const noexcept {
        return width_ == 0 ? missing : whole().squares / static_cast<double>(width_);
    }
    [[nodiscard]] std::uint64_t seen() const noexcept { return seen_; }
    [[nodiscard]] std::uint64_t changes() const noexcept { return changes_; }
    /// How many buckets stand for the window.
    [[nodiscard]] std::size_t held() const noexcept {
        std::size_t n = 0;
        for (const std::vector<Bucket>& row : rows_) n += row.size();
        return n;
    }

    [[nodiscard]] Json to_json() const {
        Json rows = Json::array();
        for (const std::vector<Bucket>& row : rows_) {
            Json buckets = Json::array();
            for (const Bucket& b : row) buckets.push_back(json_value(std::vector{b.sum, b.squares}));
            rows.push_back(std::move(buckets));
        }
        return json_object({{"delta", options_.delta},
                            {"every", options_.every},
                            {"buckets", options_.buckets},
                            {"least", options_.least},
                            {"seen", seen_},
                            {"changes", changes_},
                            {"rows", std::move(rows)}});
    }
    /// throws ArtifactError, OptionError
    [[nodiscard]] static Adwin from_json(const Json& json) {
        const detail::Fields fields(json, "adwin");
        Adwin out({.delta = fields.number("delta"),
                   .every = fields.count("every"),
                   .buckets = fields.count("buckets"),
                   .least = fields.count("least")});
        out.seen_ = fields.count("seen");
        out.changes_ = fields.count("changes");
        const Json& rows = fields.array("rows");
        if (rows.size() > 41)
            detail::throw_content("adwin.rows", "at most 41 rows", std::to_string(rows.size()));
        for (const Json& row : rows) {
            const std::string path = "adwin.rows[" + std::to_string(out.rows_.size()) + "]";
            const auto values = std::uint64_t{1} << out.rows_.size();
            std::vector<Bucket>& buckets = out.rows_.emplace_back();
            if (!row.is_array() || row.size() > out.options_.buckets)
                detail::throw_content(path, "a list of at most so many buckets as the option says",
                                      "something else");
            for (const Json& bucket : row) {
                const bool pair =
                    bucket.is_array() && bucket.size() == 2 && bucket[0].is_number() && bucket[1].is_number();
                if (!pair) detail::throw_content(path, "pairs of numbers", bucket.dump());
                buckets.push_back({bucket[0].get<double>(), bucket[1].get<double>()});
                const bool fits = buckets.back().sum >= 0 &&
                                  buckets.back().sum <= static_cast<double>(values) &&
                                  buckets.back().squares >= 0;
                if (!fits) detail::throw_content(path, "sums of values from 0 to 1", bucket.dump());
                out.width_ += values;
            }
        }
        if (out.width_ > out.seen_)
            detail::throw_content("adwin.seen", "at least the values of the window",
                                  std::to_string(out.seen_));
        return out;
    }

  private:
    /// 2^row values: their sum, and the sum of their squared differences from their mean.
    struct Bucket {
        double sum = 0;
        double squares = 0;
    };

    /// All buckets as one.
    [[nodiscard]] Bucket whole() const noexcept {
        Bucket all;
        double n = 0;
        each([&](const Bucket& b, double size) {
            const double gap = n > 0 ? all.sum / n - b.sum / size : 0;
            all.squares += b.squares + gap * gap * n * size / (n + size);
            all.sum += b.sum;
            n += size;
            return true;
        });
        return all;
    }

    /// Calls `take(bucket, its number of values)` from the oldest on, until it answers false.
    template <class Take>
    void each(const Take& take) const {
        for (std::size_t i = rows_.size(); i-- > 0;) {
            const auto size = static_cast<double>(std::uint64_t{1} << i);
            for (const Bucket& b : rows_[i]) {
                if (!take(b, size)) return;
            }
        }
    }

    [[nodiscard]] bool cut_found() const {
        const Bucket all = whole();
        const auto n = static_cast<double>(width_);
        const double variance = all.squares / n;
        const double chance = std::log(2 * std::log(n) / options_.delta);
        const auto least = static_cast<double>(options_.least);
        bool found = false;
        double old_n = 0;
        double old_sum = 0;
        each([&](const Bucket& b, double size) {
            old_n += size;
            old_sum += b.sum;
            const double new_n = n - old_n;
            if (new_n < least) return false;
            if (old_n < least) return true;
            const double gap = std::abs(old_sum / old_n - (all.sum - old_sum) / new_n);
            const double inverse = 1 / old_n + 1 / new_n;  // of the harmonic mean
            found = gap > std::sqrt(2 * inverse * variance * chance) + 2.0 / 3 * inverse * chance;
            return !found;
        });
        return found;
    }

    void drop_oldest() {
        while (rows_.back().empty()) rows_.pop_back();
        rows_.back().erase(rows_.back().begin());
        width_ -= std::uint64_t{1} << (rows_.size() - 1);
        while (!rows_.empty() && rows_.back().empty()) rows_.pop_back();
    }

    AdwinOptions options_;
    std::vector<std::vector<Bucket>> rows_;  // row i: buckets of 2^i values, the oldest first
    std::uint64_t width_ = 0;
    std::uint64_t seen_ = 0;
    std::uint64_t changes_ = 0;
};

}  // namespace gasket
