#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gasket/pipeline/artifact.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/pipeline/scorer.hpp"

namespace gasket {

namespace detail {
template <class S>
inline constexpr bool is_stored = RowTransform<S> || Transformer<S> || Estimator<S>;
}

/// A fitted pipeline that still knows its stages: `fitted.stage<Imputer>()`. Everything else is the Model
/// inside, into which it converts. A value; copies share their content. thread-safe.
template <class... Stages>
class FittedPipeline {
  public:
    /// Whether the chain ends in an estimator and so can predict.
    static constexpr bool has_estimator = (Estimator<Stages> || ...);

    /// throws ArtifactError when the model was made by a chain of other stages
    explicit FittedPipeline(Model model) : model_(std::move(model)) {
        std::vector<std::string> expected;
        ((detail::is_stored<Stages> ? expected.emplace_back(Stages::name) : expected.emplace_back()), ...);
        std::erase(expected, "");
        // A target derived inside the chain adds a Drop of its own.
        std::vector<std::string> found = model_.stages();
        std::size_t k = 0;
        for (const std::string& name : found) {
            if (k < expected.size() && name == expected[k]) {
                ++k;
            } else if (name != "drop") {
                k = expected.size() + 1;
            }
        }
        if (k != expected.size()) {
            throw ArtifactError(ErrorCode::artifact_wrong_pipeline,
                                {.expected = "a chain of " + text::list(expected, 30),
                                 .found = "a chain of " + text::list(found, 30),
                                 .where = "fitted pipeline",
                                 .advice = "load it with gasket::load, which takes any pipeline"});
        }
    }

    [[nodiscard]] const Model& model() const noexcept { return model_; }
    operator const Model&() const noexcept { return model_; }  // NOLINT(google-explicit-constructor)

    /// What stage S learned. S must stand in the chain once.
    template <class S>
    [[nodiscard]] const Fitted<S>& stage() const {
        static_assert((std::is_same_v<S, Stages> + ... + 0) == 1,
                      "the chain does not have that stage exactly once");
        const detail::Chain& chain = model_.parts().chain;
        if constexpr (Estimator<S>) {
            return dynamic_cast<const detail::EstimatorOf<S>&>(*chain.estimator).fitted();
        } else {
            for (const auto& t : chain.transforms) {
                if (const auto* found = dynamic_cast<const detail::TransformOf<S>*>(t.get()))
                    return found->fitted();
            }
            throw ArtifactError(ErrorCode::artifact_wrong_pipeline,
                                {.expected = std::string(S::name), .found = "", .where = "", .advice = ""});
        }
    }

    /// As Model::predict, decide, score: only for chains that end in an estimator.
    [[nodiscard]] Predictions predict(const Table& table) const {
        static_assert_estimator<>();
        return model_.predict(table);
    }
    [[nodiscard]] std::vector<bool> decide(const Table& table) const {
        static_assert_estimator<>();
        return model_.decide(table);
    }
    [[nodiscard]] Table score(const Table& table) const {
        static_assert_estimator<>();
        return model_.score(table);
    }
    [[nodiscard]] Scorer scorer() const {
        static_assert_estimator<>();
        return Scorer(model_);
    }
    /// As Model::transform.
    [[nodiscard]] Table transform(const Table& table) const { return model_.transform(table); }

    [[nodiscard]] double threshold() const noexcept { return model_.threshold(); }
    /// As gasket::save.
    void save(const std::string& path) const { gasket::save(model_, path); }

  private:
    template <bool Has = has_estimator>
    static constexpr void static_assert_estimator() {
        static_assert(Has, "this chain has no estimator: it can transform, not predict");
    }

    Model model_;
};

}  // namespace gasket
