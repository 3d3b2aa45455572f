#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/pipeline/model.hpp"

namespace gasket {

/// Scores one raw record at a time, with the kernels that score a table. Fill in the columns, ask for the
/// score; nothing is allocated after construction.
///
///     Scorer scorer(model);
///     const auto age = scorer.column("age"), country = scorer.column("country");
///     scorer.clear();
///     scorer.set(age, 42.0);
///     scorer.set(country, "France");
///     const double p = scorer.predict();
///
/// Not thread-safe: one for each thread. Keeps the model alive.
class Scorer {
  public:
    explicit Scorer(Model model) : model_(std::move(model)) {
        const auto& parts = model_.parts();
        if (!parts.chain.estimator) {
            throw DataError(ErrorCode::no_features, {.expected = "a model with an estimator",
                                                     .found = "a chain of transforms",
                                                     .where = "Scorer",
                                                     .advice = "end the chain with an estimator"});
        }
        values_.assign(parts.door.size(), missing);
        for (const double& value : values_) pointers_.push_back(&value);
        answers_.resize(model_.target().outputs());
        parts.chain.prepare(memory_, 1);
        (void)predict();  // lets the estimator's own memory grow now
    }
    Scorer(const Scorer& other) : Scorer(other.model_) { values_ = other.values_; }
    Scorer& operator=(const Scorer&) = delete;
    ~Scorer() = default;

    /// The place of a raw column, to be looked up once. throws SchemaError that names the nearest one
    [[nodiscard]] std::size_t column(std::string_view name) const {
        return model_.parts().chain.input.index_of(name, "scorer");
    }

    /// Every column back to missing.
    void clear() noexcept { std::fill(values_.begin(), values_.end(), missing); }

    /// A number, or seconds since 1970 for a datetime column. throws SchemaError for a category column
    void set(std::size_t column, double value) {
        if (model_.parts().door.feature(column).is_category()) wrong_type(column, "a label", "a number");
        values_[column] = model_.parts().door.clean(column, value);
    }
    /// A text as the column's schema reads it: a label (one that training had not counts as unseen), a date
    /// in one of its formats, yes or no, a number where a Reading says how. throws SchemaError for a text
    /// that says nothing of the kind
    void set(std::size_t column, std::string_view text) {
        if (!model_.parts().door.read(column, text, values_[column], scratch_))
            wrong_type(column, model_.parts().door.is_time(column) ? "a date" : "a number", "a text");
    }
    void set(std::size_t column, const char* label) { set(column, std::string_view(label)); }
    void set_missing(std::size_t column) { values_.at(column) = missing; }

    /// The probability of the positive class (the number, for regression; that of the class decided
    /// for, of many). No allocation.
    [[nodiscard]] double predict() {
        const std::span<const double> answer = answers();
        return answer.size() == 1 ? answer[0]
                                  : answer[Predictions::likeliest(answer, model_.parts().class_weights)];
    }
    /// All that the record is answered with: one number, or the probability of each of many classes. Holds
    /// until the next call. No allocation.
    [[nodiscard]] std::span<const double> answers() {
        model_.parts().chain.predict(Block(pointers_, 1), answers_.data(), memory_);
        return answers_;
    }
    /// Whether the probability reaches the threshold. No allocation. throws DataError unless the target is
    /// binary
    [[nodiscard]] bool decide() {
        model_.require_yes_or_no("scorer");
        return predict() >= model_.threshold();
    }

    [[nodiscard]] const Model& model() const noexcept { return model_; }

  private:
    [[noreturn]] void wrong_type(std::size_t column, const char* expected, const char* found) const {
        throw SchemaError(
            ErrorCode::wrong_type,
            {.expected = expected,
             .found = found,
             .where = "scorer, column " + text::quoted(model_.parts().door.feature(column).name),
             .advice = "give values of the type that the model was trained on"});
    }

    Model model_;
    std::vector<double> values_;
    std::vector<const double*> pointers_;
    std::vector<double> answers_;
    std::string scratch_;
    detail::ChainMemory memory_;
};

}  // namespace gasket
