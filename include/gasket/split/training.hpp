#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/data/table.hpp"
#include "gasket/data/to_features.hpp"
#include "gasket/split/split_record.hpp"
#include "gasket/split/target.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

namespace detail {
class Wall;
}

/// The rows that a splitter has set aside for learning: the only rows that `fit` takes. Only a splitter (or a
/// fold of a Training) makes one.
///
/// Category columns hold only the labels that occur among these rows. A value; copies share the columns.
/// thread-safe to read.
class Training {
  public:
    /// The columns a model may learn from: all but target, weight, group and time of the splitter.
    [[nodiscard]] const Table& table() const noexcept { return table_; }
    [[nodiscard]] std::size_t rows() const noexcept { return labels_->size(); }
    [[nodiscard]] const Target& target() const noexcept { return *target_; }
    /// One value per row: the class index for classification, the number for regression. Never missing.
    [[nodiscard]] std::span<const double> labels() const noexcept { return *labels_; }
    /// One weight per row, or empty where every row weighs 1.
    [[nodiscard]] std::span<const double> weights() const noexcept {
        return weights_ == nullptr ? std::span<const double>{} : std::span<const double>(*weights_);
    }
    /// The group of each row as a fingerprint, where a splitter kept groups whole; else empty.
    [[nodiscard]] std::span<const std::uint64_t> groups() const noexcept {
        return groups_ == nullptr ? std::span<const std::uint64_t>{}
                                  : std::span<const std::uint64_t>(*groups_);
    }
    /// The moment of each row, where a splitter cut by time; else empty.
    [[nodiscard]] std::span<const double> moments() const noexcept {
        return moments_ == nullptr ? std::span<const double>{} : std::span<const double>(*moments_);
    }
    /// Names that are no features, target, weight, group and time: also where the chain derives them.
    [[nodiscard]] std::span<const std::string> reserved() const noexcept {
        return reserved_ == nullptr ? std::span<const std::string>{}
                                    : std::span<const std::string>(*reserved_);
    }
    [[nodiscard]] const SplitRecord& record() const noexcept { return record_; }

  private:
    friend class detail::Wall;
    friend class TrainingRows;
    Training() = default;

    Table table_;
    std::shared_ptr<const Target> target_;
    std::shared_ptr<const std::vector<double>> labels_;
    std::shared_ptr<const std::vector<double>> weights_;
    std::shared_ptr<const std::vector<std::uint64_t>> groups_;
    std::shared_ptr<const std::vector<double>> moments_;
    std::shared_ptr<const std::vector<std::string>> reserved_;
    SplitRecord record_;
};

inline TrainingRows::TrainingRows(const Training& training)
    : features_(detail::to_features(training.table_)),
      target_(training.target_),
      labels_(training.labels_),
      weights_(training.weights_),
      groups_(training.groups_) {
    if (features_.columns() == 0) features_ = Features(training.rows());
}

}  // namespace gasket
