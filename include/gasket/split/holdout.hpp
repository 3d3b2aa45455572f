#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/data/table.hpp"
#include "gasket/split/split_record.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

namespace detail {
class Wall;
}

/// Rows with their true answers, to judge a model by.
struct LabelledRows {
    Table table;
    Target target;
    /// as Training::labels()
    std::vector<double> labels;
    /// one per row, or empty
    std::vector<double> weights;
};

/// The rows that no model has seen, sealed. It can be moved but not copied and not looked into; judging a
/// model consumes it, and whoever comes to it a second time gets an error. So a result on it is the first and
/// only one.
class Holdout {
  public:
    Holdout(const Holdout&) = delete;
    Holdout& operator=(const Holdout&) = delete;
    Holdout(Holdout&& other) noexcept
        : content_(std::move(other.content_)),
          record_(other.record_),  // NOLINT: copied, since a spent one still tells of its rows
          sealed_(std::exchange(other.sealed_, false)) {}
    Holdout& operator=(Holdout&& other) noexcept {
        content_ = std::move(other.content_);
        record_ = other.record_;
        sealed_ = std::exchange(other.sealed_, false);
        return *this;
    }
    ~Holdout() = default;

    [[nodiscard]] std::size_t rows() const noexcept { return record_.rows; }
    [[nodiscard]] const SplitRecord& record() const noexcept { return record_; }
    /// False once it was opened or moved away.
    [[nodiscard]] bool sealed() const noexcept { return sealed_; }

  private:
    friend class detail::Wall;
    Holdout() = default;

    LabelledRows content_;
    SplitRecord record_;
    bool sealed_ = true;
};

}  // namespace gasket
