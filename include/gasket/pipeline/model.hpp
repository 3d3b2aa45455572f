#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/pipeline/chain.hpp"
#include "gasket/pipeline/door.hpp"
#include "gasket/pipeline/predictions.hpp"
#include "gasket/split/split_record.hpp"

namespace gasket {

namespace detail {

/// Seconds since 1970-01-01 UTC.
[[nodiscard]] inline std::int64_t seconds_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// All that a fitted pipeline is. Immutable once a Model holds it.
struct ModelParts {
    Target target;
    /// the raw columns; Role::feature where the model reads them, Role::ignored where it does not
    Schema schema;
    Door door;
    Chain chain;
    SplitRecord split;
    double threshold = 0.5;
    /// as Predictions::class_weights
    std::vector<double> class_weights;
    /// what stages beside the chain of transforms left behind, by name: "aggregates", "threshold",
    /// "baseline", "evaluation"
    std::map<std::string, Json> sections;
    /// some raw rows and the answers they got; see golden_rows.hpp
    Json golden;
    /// seconds since 1970 when it was fitted
    std::int64_t created = 0;
};

}  // namespace detail

/// A fitted pipeline with its type forgotten: what `load` returns, what serving and monitoring work with. A
/// value; copies share their content. thread-safe.
class Model {
  public:
    explicit Model(detail::ModelParts parts)
        : parts_(std::make_shared<const detail::ModelParts>(std::move(parts))) {}

    [[nodiscard]] const Target& target() const noexcept { return parts_->target; }
    /// The contract: the raw columns with types, ranges and labels as training saw them.
    [[nodiscard]] const Schema& schema() const noexcept { return parts_->schema; }
    [[nodiscard]] const SplitRecord& split() const noexcept { return parts_->split; }
    /// Decisions are positive from here on: 0.5 unless the chain had a ThresholdTuner.
    [[nodiscard]] double threshold() const noexcept { return parts_->threshold; }
    /// Seconds since 1970-01-01 UTC when the model was fitted.
    [[nodiscard]] std::int64_t created() const noexcept { return parts_->created; }

    /// The features that the estimator sees, with the raw columns that each came from.
    [[nodiscard]] const Layout& features() const noexcept { return parts_->chain.output(); }
    /// The raw columns that the model reads.
    [[nodiscard]] std::vector<std::string> inputs() const {
        std::vector<std::string> out;
        for (const ColumnSchema& column : parts_->schema) {
            if (column.role == Role::feature) out.push_back(column.name);
        }
        return out;
    }
    /// Registered names of the stages, transforms first, the estimator last.
    [[nodiscard]] std::vector<std::string> stages() const {
        std::vector<std::string> out;
        for (const auto& t : parts_->chain.transforms) out.emplace_back(t->name());
        if (parts_->chain.estimator) out.emplace_back(parts_->chain.estimator->name());
        return out;
    }
    /// One number per feature of `features()`, summing to 1; empty where the estimator has none.
    [[nodiscard]] std::vector<double> importances() const {
        return parts_->chain.estimator ? parts_->chain.estimator->importances() : std::vector<double>{};
    }
    /// What a stage left in the model: "aggregates", "threshold", "baseline" or "evaluation"; null where none
    /// did.
    [[nodiscard]] const Json* section(const std::string& name) const {
        const auto it = parts_->sections.find(name);
        return it == parts_->sections.end() ? nullptr : &it->second;
    }

    /// The probability of the positive class for every row; those of all classes for a target of many; the
    /// number, for regression.
    ///
    /// O(rows); parallel over blocks of rows, same bits for any number of threads
    /// throws SchemaError (missing column, wrong type); DataError when the chain has no estimator
    [[nodiscard]] Predictions predict(const Table& table) const {
        if (!parts_->chain.estimator) {
            throw DataError(ErrorCode::no_features,
                            {.expected = "a model with an estimator",
                             .found = "a chain of transforms",
                             .where = "predict",
                             .advice = "use transform, or end the chain with an estimator"});
        }
        const detail::BoundTable bound(parts_->door, table);
        Predictions out{.target = parts_->target,
                        .values = std::vector<double>(table.rows() * parts_->target.outputs()),
                        .threshold = parts_->threshold,
                        .class_weights = parts_->class_weights,
                        .extra_columns = bound.extra_columns(),
                        .unseen_labels = 0};
        out.unseen_labels =
            walk(bound, [&](std::size_t begin, const Block& block, detail::ChainMemory& memory) {
                parts_->chain.predict(block, out.values.data() + begin * parts_->target.outputs(), memory);
            });
        return out;
    }

    /// Refuses labels that no training row had, which `predict` would score as none of the known ones and
    /// count. O(rows x columns). throws SchemaError with column, row and label of the first
    void require_known_labels(const Table& table) const {
        for (const ColumnSchema& column : parts_->schema) {
            if (column.role != Role::feature || column.kind() != Kind::category || !table.has(column.name))
                continue;
            const std::size_t at = table.index_of(column.name);
            for (std::size_t r = 0; r < table.rows(); ++r) {
                if (table.column(at).is_missing(r)) continue;
                const std::string label = table.cell(r, at);
                if (std::binary_search(column.labels.begin(), column.labels.end(), label)) continue;
                throw SchemaError(
                    ErrorCode::unknown_label,
                    {.expected = "a label of the training rows: " + text::list(column.labels, 12),
                     .found = text::quoted(label),
                     .where = "table to be scored, column " + text::quoted(column.name) + ", row " +
                              std::to_string(r),
                     .advice = "correct it, or score it as none of the known ones (the default)"});
            }
        }
    }

    /// True where a row's probability reaches the threshold: for a binary target. Cost and errors as
    /// `predict`, and DataError for another target
    [[nodiscard]] std::vector<bool> decide(const Table& table) const {
        require_yes_or_no("decide");
        const Predictions p = predict(table);
        std::vector<bool> out(p.size());
        for (std::size_t r = 0; r < p.size(); ++r) out[r] = p.decided(r);
        return out;
    }

    /// Probability and decision side by side: a table with the columns "probability" and "decision" (the
    /// label); for many classes a probability of each; for regression one column "prediction". Cost and
    /// errors as `predict`.
    [[nodiscard]] Table score(const Table& table) const { return predict(table).table(); }

    /// The features that the estimator would see, as a table. Cost and errors as `predict`.
    [[nodiscard]] Table transform(const Table& table) const {
        const detail::BoundTable bound(parts_->door, table);
        const Layout& layout = features();
        std::vector<std::vector<double>> values(layout.size(), std::vector<double>(table.rows()));
        walk(bound, [&](std::size_t begin, const Block& block, detail::ChainMemory& memory) {
            const Block result = parts_->chain.transform(block, memory);
            for (std::size_t i = 0; i < layout.size(); ++i) {
                std::copy_n(result[i], block.rows(), values[i].begin() + static_cast<std::ptrdiff_t>(begin));
            }
        });
        Table out;
        for (std::size_t i = 0; i < layout.size(); ++i)
            out = out.with(layout[i].name, detail::to_column(layout[i], values[i]));
        return out;
    }

    /// throws DataError unless the target is binary
    void require_yes_or_no(const char* who) const {
        if (parts_->target.task == Task::binary) return;
        throw DataError(ErrorCode::target_not_binary,
                        {.expected = "a binary target",
                         .found = std::string(name_of(parts_->target.task)),
                         .where = who + std::string(", target ") + text::quoted(parts_->target.column),
                         .advice = "ask for the predictions instead"});
    }

    /// For the library's own use: scoring one row, saving, typed access to stages.
    [[nodiscard]] const detail::ModelParts& parts() const noexcept { return *parts_; }

  private:
    /// Calls `work(first row, block, memory)` for every block of rows; returns how many cells had an unseen
    /// label.
    template <class Work>
    std::size_t walk(const detail::BoundTable& bound, const Work& work) const {
        constexpr std::size_t block_rows = 512;
        constexpr std::size_t task_rows = 16 * block_rows;
        std::vector<std::size_t> unseen((bound.rows() + task_rows - 1) / task_rows, 0);
        parallel_blocks(bound.rows(), task_rows, [&](std::size_t begin, std::size_t end) {
            auto memory = bound.memory(std::min(block_rows, end - begin));
            detail::ChainMemory chain_memory;
            for (std::size_t b = begin; b < end; b += block_rows) {
                const Block block =
                    bound.load(b, std::min(end, b + block_rows), memory, unseen[begin / task_rows]);
                work(b, block, chain_memory);
            }
        });
        std::size_t total = 0;
        for (const std::size_t n : unseen) total += n;
        return total;
    }

    std::shared_ptr<const detail::ModelParts> parts_;
};

}  // namespace gasket
