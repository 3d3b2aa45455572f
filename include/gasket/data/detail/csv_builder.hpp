#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "gasket/core/prefault.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/detail/csv_segment.hpp"
#include "gasket/data/detail/label_pool.hpp"

namespace gasket::detail {

/// Makes a Column of what segments hold of one, the segments in the order of the file.
class CsvBuilder {
  public:
    CsvBuilder() = default;
    /// `expected_rows` is room, no promise.
    CsvBuilder(FieldMode mode, std::size_t expected_rows) : mode_(mode), expected_rows_(expected_rows) {}

    /// Adds what a segment holds of column `c`, after having got memory for `coming` rows, of which these are
    /// the first.
    void append(const CsvSegment& from, std::size_t c, std::size_t coming) {
        rows_ += from.rows();
        switch (mode_) {
            case FieldMode::number:
            case FieldMode::integer:
            case FieldMode::boolean:
            case FieldMode::written:
                extend(numbers_, from.numbers(c), from.rows(), coming);
                break;
            case FieldMode::time:
                extend(seconds_, from.seconds(c), from.rows(), coming);
                break;
            case FieldMode::label: {
                std::vector<std::int32_t> code(from[c].labels.size());
                for (std::size_t k = 0; k < code.size(); ++k) code[k] = labels_.add(from[c].labels[k]);
                const std::size_t at = codes_.size();
                extend(codes_, from.codes(c), from.rows(), coming);
                for (std::size_t r = at; r < codes_.size(); ++r) {
                    if (codes_[r] >= 0) codes_[r] = code[static_cast<std::size_t>(codes_[r])];
                }
                break;
            }
            case FieldMode::unknown:
            case FieldMode::skip:
                break;
        }
    }

    /// Leaves the builder empty.
    [[nodiscard]] Column finish(const CsvColumn& column) { return values().with_reading(column.reading); }

  private:
    template <class T>
    void extend(std::vector<T>& to, const T* from, std::size_t count, std::size_t coming) const {
        if (to.empty()) to.reserve(expected_rows_);
        prefault(to.data() + to.size(), std::min(to.capacity() - to.size(), coming) * sizeof(T));
        to.insert(to.end(), from, from + count);
    }

    [[nodiscard]] Column values() {
        switch (mode_) {
            case FieldMode::time:
                return Column::datetime(std::move(seconds_));
            case FieldMode::label:
                return Column::category(labels_.labels(), std::move(codes_));
            case FieldMode::unknown:
            case FieldMode::skip:
                return Column::nothing(Kind::numeric, rows_);
            default:
                return Column::numeric(std::move(numbers_));
        }
    }

    FieldMode mode_ = FieldMode::unknown;
    std::size_t expected_rows_ = 0;
    std::size_t rows_ = 0;
    std::vector<double> numbers_;
    std::vector<std::int64_t> seconds_;
    std::vector<std::int32_t> codes_;
    LabelPool labels_;
};

}  // namespace gasket::detail
