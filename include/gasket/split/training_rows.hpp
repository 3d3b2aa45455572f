#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "gasket/data/block.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

namespace detail {
struct ChainKey;  // held by the pipeline, which hands rows from one stage to the next
}

class Training;

/// Training rows as a stage sees them when it learns: the features at its joint of the chain, the target and
/// the weights. Comes from a Training, or from the stages before it in a chain; never from a Table. That is
/// the wall: what `fit` takes cannot be made from rows that no splitter has set aside for learning.
///
/// A value; copies share the numbers. thread-safe to read.
class TrainingRows {
  public:
    /// The rows of a Training, so that `Stage{}.fit(training)` reads as it should. Implicit on purpose.
    TrainingRows(const Training& training);  // NOLINT(google-explicit-constructor)

    [[nodiscard]] std::size_t rows() const noexcept { return features_.rows(); }
    [[nodiscard]] const Features& features() const noexcept { return features_; }
    [[nodiscard]] const Layout& layout() const noexcept { return features_.layout(); }

    [[nodiscard]] const Target& target() const noexcept { return *target_; }
    /// One value per row: the class index (0, 1, ...) for classification, the number itself for regression.
    [[nodiscard]] std::span<const double> labels() const noexcept { return *labels_; }
    /// One weight per row, all at least 0 with a positive sum; empty means that every row weighs 1.
    [[nodiscard]] std::span<const double> weights() const noexcept {
        return weights_ == nullptr ? std::span<const double>{} : std::span<const double>(*weights_);
    }

    /// As Training::groups(); empty also behind a resampler.
    [[nodiscard]] std::span<const std::uint64_t> groups() const noexcept {
        return groups_ == nullptr ? std::span<const std::uint64_t>{}
                                  : std::span<const std::uint64_t>(*groups_);
    }

    /// The same rows with other features: what the chain hands to its next stage.
    [[nodiscard]] TrainingRows with(const detail::ChainKey&, Features features) const {
        TrainingRows next = *this;
        next.features_ = std::move(features);
        return next;
    }
    /// Other rows in their place, which a resampler made of these; as many labels as features have rows, and
    /// as many weights or none.
    [[nodiscard]] TrainingRows with(const detail::ChainKey& key, Features features,
                                    std::vector<double> labels, std::vector<double> weights) const {
        TrainingRows next = with(key, std::move(features));
        next.labels_ = std::make_shared<const std::vector<double>>(std::move(labels));
        next.weights_ =
            weights.empty() ? nullptr : std::make_shared<const std::vector<double>>(std::move(weights));
        next.groups_ = nullptr;
        return next;
    }

  private:
    Features features_;
    std::shared_ptr<const Target> target_;
    std::shared_ptr<const std::vector<double>> labels_;
    std::shared_ptr<const std::vector<double>> weights_;
    std::shared_ptr<const std::vector<std::uint64_t>> groups_;
};

}  // namespace gasket
