#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/order.hpp"

namespace gasket {

struct Reading;

/// How a column's values are held.
enum class Kind {
    numeric,   ///< double; NaN is missing
    category,  ///< a dictionary of labels and a code for each row; -1 is missing
    datetime,  ///< int64 seconds since 1970-01-01 00:00 UTC; `missing_time` is missing
};

[[nodiscard]] constexpr std::string_view name_of(Kind kind) noexcept {
    return kind == Kind::numeric ? "numeric" : kind == Kind::category ? "category" : "datetime";
}

inline constexpr std::int32_t missing_code = -1;
inline constexpr std::int64_t missing_time = std::numeric_limits<std::int64_t>::min();

/// The labels of a category column, by code.
using Labels = std::vector<std::string>;

namespace detail {
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
};
/// From a label to its code; found by string_view without making a string.
using LabelIndex = std::unordered_map<std::string, std::int32_t, TextHash, std::equal_to<>>;
}  // namespace detail

/// An immutable column; copies share the values, so copying one is a few machine words.
///
/// thread-safe: nothing changes after construction.
class Column {
  public:
    /// A numeric column; NaN stands for missing.
    [[nodiscard]] static Column numeric(std::vector<double> values) {
        Column c(Kind::numeric, values.size());
        c.numbers_ = std::make_shared<const std::vector<double>>(std::move(values));
        return c;
    }

    /// A category column from one label per row. `is_missing[i]`, where given, marks row i as missing. Codes
    /// follow the order of first appearance.
    [[nodiscard]] static Column category(const std::vector<std::string>& values,
                                         const std::vector<bool>& is_missing = {}) {
        std::vector<std::int32_t> codes(values.size());
        Labels labels;
        detail::LabelIndex index;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i < is_missing.size() && is_missing[i]) {
                codes[i] = missing_code;
                continue;
            }
            const auto [it, fresh] = index.try_emplace(values[i], static_cast<std::int32_t>(labels.size()));
            if (fresh) labels.push_back(values[i]);
            codes[i] = it->second;
        }
        return category(std::move(labels), std::move(codes));
    }

    /// A category column from its dictionary and one code per row, in [-1, labels.size()). throws SchemaError
    [[nodiscard]] static Column category(Labels labels, std::vector<std::int32_t> codes) {
        const auto end = static_cast<std::int32_t>(labels.size());
        for (std::size_t i = 0; i < codes.size(); ++i) {
            if (codes[i] < missing_code || codes[i] >= end) {
                throw SchemaError(ErrorCode::row_out_of_range,
                                  {.expected = "codes from -1 to " + std::to_string(end - 1),
                                   .found = std::to_string(codes[i]),
                                   .where = "category column, row " + std::to_string(i),
                                   .advice = "give every code a label"});
            }
        }
        Column c(Kind::category, codes.size());
        c.labels_ = std::make_shared<const Labels>(std::move(labels));
        c.codes_ = std::make_shared<const std::vector<std::int32_t>>(std::move(codes));
        return c;
    }

    /// A datetime column, seconds since 1970-01-01 00:00 UTC.
    [[nodiscard]] static Column datetime(std::vector<std::int64_t> seconds) {
        Column c(Kind::datetime, seconds.size());
        c.seconds_ = std::make_shared<const std::vector<std::int64_t>>(std::move(seconds));
        return c;
    }

    /// All `rows` values missing.
    [[nodiscard]] static Column nothing(Kind kind, std::size_t rows) {
        switch (kind) {
            case Kind::category:
                return category(Labels{}, std::vector<std::int32_t>(rows, missing_code));
            case Kind::datetime:
                return datetime(std::vector<std::int64_t>(rows, missing_time));
            case Kind::numeric:
                break;
        }
        return numeric(std::vector<double>(rows, missing));
    }

    /// How the text was read from which the values came; null for the usual way. Stays with the column when
    /// rows are taken from it, so that a model learned from it reads live text in the same way.
    [[nodiscard]] const std::shared_ptr<const Reading>& reading() const noexcept { return reading_; }
    [[nodiscard]] Column with_reading(std::shared_ptr<const Reading> reading) const {
        Column out = *this;
        out.reading_ = std::move(reading);
        return out;
    }

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// The values of a numeric column. throws SchemaError for another kind
    [[nodiscard]] std::span<const double> numbers() const { return *checked(numbers_, Kind::numeric); }
    /// The codes of a category column. throws SchemaError for another kind
    [[nodiscard]] std::span<const std::int32_t> codes() const { return *checked(codes_, Kind::category); }
    /// The dictionary of a category column. throws SchemaError for another kind
    [[nodiscard]] const Labels& labels() const { return *checked(labels_, Kind::category); }
    /// The values of a datetime column. throws SchemaError for another kind
    [[nodiscard]] std::span<const std::int64_t> seconds() const { return *checked(seconds_, Kind::datetime); }

    /// The values of a numeric column, to be kept alive without a copy.
    [[nodiscard]] std::shared_ptr<const std::vector<double>> share_numbers() const {
        return checked(numbers_, Kind::numeric);
    }
    /// The dictionary of a category column, to be kept alive without a copy.
    [[nodiscard]] std::shared_ptr<const Labels> share_labels() const {
        return checked(labels_, Kind::category);
    }

    [[nodiscard]] bool is_missing(std::size_t row) const {
        switch (kind_) {
            case Kind::numeric:
                return gasket::is_missing((*numbers_)[row]);
            case Kind::category:
                return (*codes_)[row] == missing_code;
            case Kind::datetime:
                return (*seconds_)[row] == missing_time;
        }
        return false;
    }

    [[nodiscard]] std::size_t missing_count() const {
        std::size_t n = 0;
        for (std::size_t i = 0; i < size_; ++i) n += is_missing(i) ? 1 : 0;
        return n;
    }

    /// The given rows, in the given order, repeats allowed. A category column keeps only the labels that
    /// occur among them, in alphabetical order: nothing of the rows left behind remains.
    [[nodiscard]] Column take(std::span<const std::size_t> rows) const {
        switch (kind_) {
            case Kind::numeric:
                return numeric(gather(*numbers_, rows)).with_reading(reading_);
            case Kind::datetime:
                return datetime(gather(*seconds_, rows)).with_reading(reading_);
            case Kind::category:
                break;
        }
        return category(*labels_, gather(*codes_, rows)).with_sorted_labels().with_reading(reading_);
    }

    /// The same values under a dictionary of only those labels that occur, in alphabetical order.
    [[nodiscard]] Column with_sorted_labels() const {
        if (kind_ != Kind::category) return *this;
        std::vector<char> seen(labels_->size(), 0);
        for (const std::int32_t code : *codes_) {
            if (code >= 0) seen[static_cast<std::size_t>(code)] = 1;
        }
        const std::vector<std::size_t> order = detail::order_by(
            labels_->size(), [&](std::size_t a, std::size_t b) { return (*labels_)[a] < (*labels_)[b]; });
        Labels kept;
        std::vector<std::int32_t> to(labels_->size(), missing_code);
        for (const std::size_t old : order) {
            if (seen[old] == 0) continue;
            to[old] = static_cast<std::int32_t>(kept.size());
            kept.push_back((*labels_)[old]);
        }
        std::vector<std::int32_t> codes(size_);
        for (std::size_t i = 0; i < size_; ++i) {
            const std::int32_t code = (*codes_)[i];
            codes[i] = code < 0 ? missing_code : to[static_cast<std::size_t>(code)];
        }
        return category(std::move(kept), std::move(codes)).with_reading(reading_);
    }

    /// Bytes held by the values (and, for categories, by the dictionary).
    [[nodiscard]] std::size_t bytes() const {
        switch (kind_) {
            case Kind::numeric:
                return size_ * sizeof(double);
            case Kind::datetime:
                return size_ * sizeof(std::int64_t);
            case Kind::category:
                break;
        }
        std::size_t n = size_ * sizeof(std::int32_t);
        for (const std::string& label : *labels_) n += sizeof(std::string) + label.size();
        return n;
    }

  private:
    Column(Kind kind, std::size_t size) : kind_(kind), size_(size) {}

    template <class T>
    static std::vector<T> gather(const std::vector<T>& from, std::span<const std::size_t> rows) {
        std::vector<T> out;
        out.reserve(rows.size());
        for (const std::size_t r : rows) out.push_back(from[r]);
        return out;
    }

    template <class T>
    const T& checked(const T& values, Kind asked) const {
        if (kind_ != asked) {
            throw SchemaError(ErrorCode::wrong_type,
                              {.expected = "a " + std::string(name_of(asked)) + " column",
                               .found = "a " + std::string(name_of(kind_)) + " column",
                               .where = "",
                               .advice = "look at kind() before asking for the values"});
        }
        return values;
    }

    Kind kind_;
    std::size_t size_;
    std::shared_ptr<const std::vector<double>> numbers_;
    std::shared_ptr<const Labels> labels_;
    std::shared_ptr<const std::vector<std::int32_t>> codes_;
    std::shared_ptr<const std::vector<std::int64_t>> seconds_;
    std::shared_ptr<const Reading> reading_;
};

}  // namespace gasket
