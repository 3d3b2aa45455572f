#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/deploy/answer_log.hpp"
#include "gasket/deploy/live_drift.hpp"
#include "gasket/deploy/record_builder.hpp"
#include "gasket/pipeline/artifact.hpp"

namespace gasket {

/// A version of a model as a service holds it: with the memory that scoring needs, which goes from request to
/// request, and its drift counters. thread-safe.
class ServedModel {
  public:
    /// What one request needs.
    struct Workspace {
        RecordBuilder records;
        std::vector<double> answers;  ///< of the good records, row after row
        detail::ChainMemory memory = {};
        std::vector<const double*> pointers = {};
    };

    /// throws DataError where the chain has no estimator
    ServedModel(Model model, std::string version_name, const RecordRules& rules, std::uint64_t drift_rows)
        : model_(std::move(model)),
          version_(std::move(version_name)),
          rules_(rules),
          identity_(gasket::identity(model_)) {
        if (!model_.parts().chain.estimator) {
            throw DataError(ErrorCode::no_features, {.expected = "a model with an estimator",
                                                     .found = "a chain of transforms",
                                                     .where = "service, version " + version_,
                                                     .advice = "end the chain with an estimator"});
        }
        if (model_.section("baseline") != nullptr) drift_.emplace(model_, drift_rows);
    }

    [[nodiscard]] const Model& model() const noexcept { return model_; }
    [[nodiscard]] const std::string& version() const noexcept { return version_; }
    [[nodiscard]] const std::string& identity() const noexcept { return identity_; }
    /// Null where the model has no baseline.
    [[nodiscard]] const LiveDrift* drift() const noexcept { return drift_ ? &*drift_ : nullptr; }

    [[nodiscard]] std::unique_ptr<Workspace> take() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                std::unique_ptr<Workspace> out = std::move(idle_.back());
                idle_.pop_back();
                return out;
            }
        }
        return std::make_unique<Workspace>(
            Workspace{.records = RecordBuilder(model_, rules_), .answers = {}});
    }
    void give_back(std::unique_ptr<Workspace> workspace) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(workspace));
    }

    /// Scores the good records, with the kernels and in the blocks of `Model::predict`, and counts them.
    void score(Workspace& work) {
        const detail::ModelParts& parts = model_.parts();
        const std::size_t rows = work.records.good().size();
        const std::size_t width = parts.target.outputs();
        work.answers.resize(rows * width);
        constexpr std::size_t block_rows = 512;
        for (std::size_t begin = 0; begin < rows; begin += block_rows) {
            const std::size_t n = std::min(block_rows, rows - begin);
            work.pointers.clear();
            for (const std::vector<double>& column : work.records.columns())
                work.pointers.push_back(column.data() + begin);
            parts.chain.predict(Block(work.pointers, n), work.answers.data() + begin * width, work.memory);
        }
        if (drift_) drift_->add(work.records.columns(), work.answers, rows);
    }

    /// The class that an answer is decided for: at the threshold, or the likeliest as the model weighs them.
    [[nodiscard]] std::size_t decided_class(std::span<const double> answer) const {
        return answer.size() == 1 ? (answer[0] >= model_.threshold() ? 1 : 0)
                                  : Predictions::likeliest(answer, model_.parts().class_weights);
    }
    /// Score and decision of an answer, as a log has them.
    void decide(std::span<const double> answer, LoggedPrediction& to) const {
        to.score = answer[0];
        if (model_.target().task == Task::regression) return;
        const std::size_t decided = decided_class(answer);
        if (answer.size() > 1) to.score = answer[decided];
        to.decision = model_.target().classes[decided];
    }

  private:
    Model model_;
    std::string version_;
    RecordRules rules_;
    std::string identity_;
    std::optional<LiveDrift> drift_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Workspace>> idle_;
};

/// The version that answers now. A request takes it once and keeps it to its end, so a change between two
/// requests is seen by the second alone, and the first version goes when its last request is answered.
/// thread-safe.
class LiveModel {
  public:
    /// Null before the first `set`.
    [[nodiscard]] std::shared_ptr<ServedModel> get() const {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    void set(std::shared_ptr<ServedModel> next) {
        const std::lock_guard lock(mutex_);
        now_.swap(next);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<ServedModel> now_;
};

}  // namespace gasket
