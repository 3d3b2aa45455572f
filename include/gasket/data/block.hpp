#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "gasket/data/layout.hpp"

namespace gasket {

/// A view of some rows on their way through the chain: one pointer a feature. One row is a block of one.
class Block {
  public:
    Block(std::span<const double* const> columns, std::size_t rows, std::size_t first = 0) noexcept
        : columns_(columns), first_(first), rows_(rows) {}

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::size_t columns() const noexcept { return columns_.size(); }
    /// The values of feature `i`, rows() of them.
    [[nodiscard]] const double* operator[](std::size_t i) const noexcept { return columns_[i] + first_; }

  private:
    std::span<const double* const> columns_;
    std::size_t first_;
    std::size_t rows_;
};

/// Features of many rows with their layout: owns its values or shares them with a Table. A value; copies
/// share.
class Features {
  public:
    Features() = default;
    explicit Features(std::size_t rows) : rows_(rows) {}

    /// Adds a feature; `values` points to rows() doubles.
    void add(Feature feature, std::shared_ptr<const double> values) {
        layout_.add(std::move(feature));
        pointers_.push_back(values.get());
        owners_.push_back(std::move(values));
    }
    void add(Feature feature, std::vector<double> values) {
        auto owner = std::make_shared<const std::vector<double>>(std::move(values));
        const double* data = owner->data();
        add(std::move(feature), std::shared_ptr<const double>(std::move(owner), data));
    }

    [[nodiscard]] const Layout& layout() const noexcept { return layout_; }
    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::size_t columns() const noexcept { return layout_.size(); }
    [[nodiscard]] std::span<const double> operator[](std::size_t i) const { return {pointers_[i], rows_}; }
    [[nodiscard]] const std::shared_ptr<const double>& share(std::size_t i) const { return owners_[i]; }

    [[nodiscard]] Block block() const noexcept { return {pointers_, rows_}; }
    [[nodiscard]] Block block(std::size_t begin, std::size_t end) const noexcept {
        return {pointers_, end - begin, begin};
    }

  private:
    Layout layout_;
    std::size_t rows_ = 0;
    std::vector<std::shared_ptr<const double>> owners_;
    std::vector<const double*> pointers_;
};

namespace detail {

/// The features that a transform hands on or computed, of all rows: what it hands on is shared, not copied.
/// `computed(k)` gives the values of the k-th computed feature, in the order of `outputs`.
template <class Computed>
[[nodiscard]] Features assemble(const Outputs& outputs, const Features& in, const Computed& computed) {
    Features out(in.rows());
    std::size_t k = 0;
    for (std::size_t i = 0; i < outputs.from().size(); ++i) {
        const Feature& feature = outputs.layout()[i];
        if (outputs.from()[i] == Outputs::computed) {
            out.add(feature, computed(k++));
        } else {
            out.add(feature, in.share(outputs.from()[i]));
        }
    }
    return out;
}

}  // namespace detail
}  // namespace gasket
