#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gasket/pipeline/chain.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/prepare/drop.hpp"

namespace gasket::detail {

/// Lets the pipeline, and only it, hand training rows from one stage to the next.
struct ChainKey {
  private:
    friend class ChainBuilder;
    ChainKey() = default;
};

/// A fitted transform that moves and scales features, each by itself (StandardScaler and its like).
template <class F>
concept Scales = requires(const F& fitted) {
    { fitted.learned() } -> std::same_as<const std::vector<Affine>&>;
    fitted.inputs();
};

/// Fits the stages of a chain one after the other: each learns from what the stages before it made of the
/// training rows. A stage that looks at the target may ask to be cross-fitted (prepare/cross_fit.hpp).
class ChainBuilder {
  public:
    explicit ChainBuilder(const Training& training)
        : rows_(training), reserved_(training.reserved().begin(), training.reserved().end()) {
        chain_.input = rows_.layout();
    }

    template <class S>
    void add(const S& stage) {
        if constexpr (!LearnsScaled<S>) scale_rows();
        if constexpr (Declaration<S>) {
            leave(std::string(S::name), stage.declare(chain_.input));
        } else if constexpr (RowTransform<S>) {
            push(TransformOf<S>::share(stage.bind(rows_.layout())));
            drop_reserved();
        } else if constexpr (Transformer<S>) {
            note_required();
            if constexpr (CrossFitter<S>) {
                CrossFit<S> learned = stage.fit_transform(rows_);
                push(TransformOf<S>::share(std::move(learned.fitted)), std::move(learned.features));
            } else {
                add_fitted<S>(stage.fit(rows_));
            }
        } else if constexpr (Resampler<S>) {
            resample(stage);
        } else if constexpr (Estimator<S>) {
            note_required();
            chain_.estimator = EstimatorOf<S>::share(learn(stage));
            require_answers();
        }
    }

    /// Training rows as the estimator of a fitted model sees them: its columns and labels, its transforms.
    [[nodiscard]] static TrainingRows behind(const Model& model, const Training& training) {
        const BoundTable bound(model.parts().door, training.table());
        const Layout& layout = model.features();
        std::vector<std::vector<double>> values(layout.size(), std::vector<double>(bound.rows()));
        constexpr std::size_t block_rows = 512;
        parallel_blocks(bound.rows(), block_rows, [&](std::size_t begin, std::size_t end) {
            auto memory = bound.memory(end - begin);
            ChainMemory chain_memory;
            std::size_t unseen = 0;
            const Block block =
                model.parts().chain.transform(bound.load(begin, end, memory, unseen), chain_memory);
            for (std::size_t i = 0; i < layout.size(); ++i)
                std::copy_n(block[i], end - begin, values[i].begin() + static_cast<std::ptrdiff_t>(begin));
        });
        Features features(bound.rows());
        for (std::size_t i = 0; i < layout.size(); ++i) features.add(layout[i], std::move(values[i]));
        return TrainingRows(training).with(ChainKey{}, std::move(features));
    }

    [[nodiscard]] Chain finish() {
        note_required();
        return std::move(chain_);
    }

    /// The raw columns that some learning stage reads, directly or through a derived feature. What a Drop
    /// took away before that is never asked of a live table.
    [[nodiscard]] const std::set<std::string>& required() const { return required_; }

    /// What stages leave in the model beside transforms, each a list: what the chain declares, by the name of
    /// the declaring stage; "resampling", the rows of each class before and after each resampler.
    [[nodiscard]] const std::map<std::string, Json>& sections() const { return sections_; }

  private:
    void leave(const std::string& section, Json entry) {
        sections_.try_emplace(section, Json::array()).first->second.push_back(std::move(entry));
    }

    template <class S>
    void add_fitted(Fitted<S> fitted) {
        if constexpr (Scales<Fitted<S>>) {
            // A constant column, which is noted, is 0 once it is scaled, but only nearly so by sums over the
            // rest.
            if (fitted.notes().empty() && scales_mildly(fitted.learned())) {
                scaling_.assign(rows_.layout().size(), Affine{});
                for (std::size_t k = 0; k < fitted.inputs().size(); ++k)
                    scaling_[fitted.inputs()[k]] = fitted.learned()[k];
                chain_.transforms.push_back(TransformOf<S>::share(std::move(fitted)));
                return;
            }
        }
        push(TransformOf<S>::share(std::move(fitted)));
    }

    void push(std::shared_ptr<const AnyTransform> step) {
        Features features = apply(*step, rows_.features());
        push(std::move(step), std::move(features));
    }
    void push(std::shared_ptr<const AnyTransform> step, Features features) {
        rows_ = rows_.with(ChainKey{}, std::move(features));
        chain_.transforms.push_back(std::move(step));
    }

    /// Brings the training rows up to date with a scaler that was put off in the hope of a stage that needs
    /// no copy.
    void scale_rows() {
        if (scaling_.empty()) return;
        scaling_.clear();
        rows_ = rows_.with(ChainKey{}, apply(*chain_.transforms.back(), rows_.features()));
    }

    template <Estimator S>
    [[nodiscard]] Fitted<S> learn(const S& stage) {
        if constexpr (LearnsScaled<S>) {
            return stage.fit(rows_, scaling_);
        } else {
            return stage.fit(rows_);
        }
    }

    /// An estimator of the user's own may answer with too few numbers for the target.
    void require_answers() const {
        const std::size_t expected = rows_.target().outputs();
        const std::size_t found = chain_.estimator->outputs();
        if (found == expected) return;
        throw DataError(ErrorCode::target_not_binary,
                        {.expected = std::to_string(expected) + " answers for each row",
                         .found = std::to_string(found),
                         .where = "estimator " + std::string(chain_.estimator->name()) + ", target " +
                                  text::quoted(rows_.target().column),
                         .advice = "give its Fitted an outputs() that returns target.outputs()"});
    }

    template <class S>
    void resample(const S& stage) {
        Json entry = json_object({{"stage", std::string(S::name)}, {"before", rows_of_classes()}});
        Resampled made = stage.resample(rows_);
        const std::size_t n = made.features.rows();
        const bool weights = made.weights.size() == (rows_.weights().empty() ? 0 : n);
        if (made.labels.size() != n || !weights || made.features.layout().names() != rows_.layout().names()) {
            throw SchemaError(
                ErrorCode::length_mismatch,
                {.expected = "the same features, a label for each row, and a weight where rows have them",
                 .found = std::to_string(n) + " rows, " + std::to_string(made.labels.size()) + " labels, " +
                          std::to_string(made.weights.size()) + " weights",
                 .where = "resampler " + std::string(S::name),
                 .advice = "correct its resample()"});
        }
        rows_ =
            rows_.with(ChainKey{}, std::move(made.features), std::move(made.labels), std::move(made.weights));
        entry["after"] = rows_of_classes();
        leave("resampling", std::move(entry));
    }

    /// Rows of each class; their number alone for a numeric target.
    [[nodiscard]] std::vector<std::size_t> rows_of_classes() const {
        if (rows_.target().task == Task::regression) return {rows_.rows()};
        std::vector<std::size_t> count(rows_.target().classes.size(), 0);
        for (const double label : rows_.labels()) {
            for (std::size_t c = 0; c < count.size(); ++c)
                count[c] += label == static_cast<double>(c) ? 1 : 0;
        }
        return count;
    }

    /// A target that is derived within the chain must not be a feature of it; nor a weight, a group or a time
    /// to split by.
    void drop_reserved() {
        Drop drop;
        for (const std::string& name : reserved_) {
            if (rows_.layout().find(name)) drop.columns.push_back(name);
        }
        if (!drop.columns.empty()) push(TransformOf<Drop>::share(drop.bind(rows_.layout())));
    }

    void note_required() {
        if (noted_) return;
        noted_ = true;
        for (const Feature& feature : rows_.layout())
            required_.insert(feature.sources.begin(), feature.sources.end());
    }

    TrainingRows rows_;
    std::vector<Affine> scaling_;  // of the last transform, where rows_ are still those before it
    std::vector<std::string> reserved_;
    Chain chain_;
    std::set<std::string> required_;
    std::map<std::string, Json> sections_;
    bool noted_ = false;
};

}  // namespace gasket::detail
