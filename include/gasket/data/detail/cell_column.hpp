#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/detail/csv_column.hpp"
#include "gasket/data/detail/label_pool.hpp"

namespace gasket::detail {

/// A column that grows by one typed cell after the other, as databases hand them out.
///
/// Of a declared type every cell becomes a value of that type, read as CSV text is where it is a text; what
/// does not fit is refused. Otherwise the cells decide: numbers make numbers, times times, and texts (or a
/// mixture, or a whole number that no double holds) labels.
class CellColumn {
  public:
    /// `mode` is unknown where the cells shall decide. `times_in_text`: so do texts that are all ISO 8601.
    explicit CellColumn(CsvColumn how, bool times_in_text = false)
        : how_(std::move(how)), times_in_text_(times_in_text) {}

    [[nodiscard]] const CsvColumn& how() const noexcept { return how_; }

    void add_missing() {
        switch (how_.mode) {
            case FieldMode::time:
                seconds_.push_back(missing_time);
                break;
            case FieldMode::label:
                codes_.push_back(missing_code);
                break;
            case FieldMode::unknown:
                ++gaps_;
                break;
            default:
                numbers_.push_back(missing);
        }
    }

    /// False where the cell does not fit; nothing is added then. So for all kinds of cells.
    [[nodiscard]] bool add(double x) {
        if (gasket::is_missing(x)) return add_missing(), true;
        return add_number(x, true, [&] { return text::shortest(x); });
    }
    [[nodiscard]] bool add(std::int64_t x) {
        const auto number = static_cast<double>(x);
        // 2^63 as a double is no int64 any more
        const bool exact = std::abs(number) < 0x1.0p63 && static_cast<std::int64_t>(number) == x;
        return add_number(number, exact, [&] { return std::to_string(x); });
    }
    [[nodiscard]] bool add(std::string_view s) {
        if (how_.mode == FieldMode::unknown || (how_.mode == FieldMode::number && !how_.declared))
            become_labels();
        const bool label = how_.mode == FieldMode::label;
        const std::string_view bare = without_blanks(s);
        if ((bare.empty() && !label) || (how_.reader && how_.reader->is_null(bare)))
            return add_missing(), true;
        switch (how_.mode) {
            case FieldMode::label:
                codes_.push_back(labels_.add(s));
                return true;
            case FieldMode::time: {
                const auto time = how_.read_time(s);
                if (time) seconds_.push_back(*time);
                return time.has_value();
            }
            case FieldMode::boolean: {
                const auto yes = how_.read_boolean(bare);
                if (yes) numbers_.push_back(*yes ? 1 : 0);
                return yes.has_value();
            }
            default: {
                double x = missing;
                const bool fits = how_.read_number(s, x, scratch_);
                if (fits) numbers_.push_back(x);
                return fits;
            }
        }
    }
    /// Seconds UTC.
    [[nodiscard]] bool add_time(std::int64_t seconds) {
        if (how_.mode == FieldMode::time) {
            seconds_.push_back(seconds);
            return true;
        }
        return how_.mode == FieldMode::label && add(std::string_view(format_datetime(seconds)));
    }

    /// All cells as a column, which leaves none.
    [[nodiscard]] Column finish() {
        Column out = values().with_reading(how_.reading);
        labels_.clear();
        codes_.clear();
        gaps_ = 0;
        return out;
    }

  private:
    template <class Text>
    [[nodiscard]] bool add_number(double x, bool exact, const Text& text) {
        if (how_.mode == FieldMode::unknown) become(FieldMode::number);
        if (how_.mode == FieldMode::number && !how_.declared && !exact) become_labels();
        if (how_.reader && how_.reader->is_null(x)) return add_missing(), true;
        switch (how_.mode) {
            case FieldMode::label:
            case FieldMode::time:
                return how_.declared || how_.mode == FieldMode::label ? add(std::string_view(text())) : false;
            case FieldMode::boolean:
                if (x != 0 && x != 1) return false;
                break;
            default:
                if (how_.whole && !is_whole(x)) return false;
        }
        numbers_.push_back(x);
        return true;
    }

    void become(FieldMode mode) {
        how_.mode = mode;
        for (; gaps_ > 0; --gaps_) add_missing();
    }

    void become_labels() {
        if (how_.mode == FieldMode::unknown) return become(FieldMode::label);
        how_.mode = FieldMode::label;
        times_in_text_ = false;
        for (const double x : numbers_)
            codes_.push_back(gasket::is_missing(x) ? missing_code : labels_.add(text::shortest(x)));
        numbers_.clear();
    }

    [[nodiscard]] Column values() {
        switch (how_.mode) {
            case FieldMode::time:
                return Column::datetime(std::exchange(seconds_, {}));
            case FieldMode::label:
                return times_in_text_ ? times_or_labels() : labels();
            case FieldMode::unknown:
                return Column::nothing(Kind::numeric, gaps_);
            default:
                return Column::numeric(std::exchange(numbers_, {}));
        }
    }

    [[nodiscard]] Column labels() { return Column::category(labels_.labels(), std::exchange(codes_, {})); }

    [[nodiscard]] Column times_or_labels() {
        std::vector<std::int64_t> times;
        for (std::size_t k = 0; k < labels_.size(); ++k) {
            const auto time = parse_datetime(labels_[k]);
            if (!time) return labels();
            times.push_back(*time);
        }
        std::vector<std::int64_t> seconds;
        seconds.reserve(codes_.size());
        for (const std::int32_t code : codes_)
            seconds.push_back(code < 0 ? missing_time : times[static_cast<std::size_t>(code)]);
        return Column::datetime(std::move(seconds));
    }

    CsvColumn how_;
    bool times_in_text_;
    std::size_t gaps_ = 0;  // cells of a column that has no value yet
    std::vector<double> numbers_;
    std::vector<std::int64_t> seconds_;
    std::vector<std::int32_t> codes_;
    LabelPool labels_;
    std::string scratch_;
};

}  // namespace gasket::detail
