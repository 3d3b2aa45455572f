#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/huge_pages.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/model/calibration_curves.hpp"
#include "gasket/pipeline/stage.hpp"

namespace gasket::detail {

/// A fitted transform whose type is forgotten. Immutable.
class AnyTransform {
  public:
    virtual ~AnyTransform() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual const Outputs& outputs() const = 0;
    virtual void compute(const Block& in, std::span<double* const> out) const = 0;
    [[nodiscard]] virtual Json to_json() const = 0;
};

/// A fitted estimator whose type is forgotten. Immutable.
class AnyEstimator {
  public:
    virtual ~AnyEstimator() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// Numbers that a row is answered with; see Target::outputs.
    [[nodiscard]] virtual std::size_t outputs() const noexcept = 0;
    virtual void predict(const Block& in, double* out, Scratch& scratch) const = 0;
    [[nodiscard]] virtual Json to_json() const = 0;
    /// One number per feature, or empty where the estimator has none.
    [[nodiscard]] virtual std::vector<double> importances() const = 0;
};

template <class S>
class TransformOf final : public AnyTransform {
  public:
    explicit TransformOf(Fitted<S> fitted) : fitted_(std::move(fitted)) {}
    /// Shared under the name of the base, so that there is one kind of shared pointer for all stages to
    /// compile.
    [[nodiscard]] static std::shared_ptr<const AnyTransform> share(Fitted<S> fitted) {
        const AnyTransform* made = new TransformOf(std::move(fitted));
        return std::shared_ptr<const AnyTransform>(made);
    }
    [[nodiscard]] std::string_view name() const override { return S::name; }
    [[nodiscard]] const Outputs& outputs() const override { return fitted_.outputs(); }
    void compute(const Block& in, std::span<double* const> out) const override { fitted_.compute(in, out); }
    [[nodiscard]] Json to_json() const override { return fitted_.to_json(); }
    [[nodiscard]] const Fitted<S>& fitted() const { return fitted_; }

  private:
    Fitted<S> fitted_;
};

template <class S>
class EstimatorOf final : public AnyEstimator {
  public:
    explicit EstimatorOf(Fitted<S> fitted) : fitted_(std::move(fitted)) {}
    /// As TransformOf::share.
    [[nodiscard]] static std::shared_ptr<const AnyEstimator> share(Fitted<S> fitted) {
        const AnyEstimator* made = new EstimatorOf(std::move(fitted));
        return std::shared_ptr<const AnyEstimator>(made);
    }
    [[nodiscard]] std::string_view name() const override { return S::name; }
    [[nodiscard]] std::size_t outputs() const noexcept override {
        if constexpr (requires { fitted_.outputs(); }) {
            return fitted_.outputs();
        } else {
            return 1;
        }
    }
    void predict(const Block& in, double* out, Scratch& scratch) const override {
        fitted_.predict(in, out, scratch);
    }
    [[nodiscard]] Json to_json() const override { return fitted_.to_json(); }
    [[nodiscard]] std::vector<double> importances() const override {
        if constexpr (requires { fitted_.importances(); }) {
            return fitted_.importances();
        } else {
            return {};
        }
    }
    [[nodiscard]] const Fitted<S>& fitted() const { return fitted_; }

  private:
    Fitted<S> fitted_;
};

/// Memory for one thread that walks blocks of rows through a chain; after the first block nothing is
/// allocated.
struct ChainMemory {
    struct Joint {
        std::vector<const double*> columns;  // one for each output feature
        std::vector<double*> computed;       // where the computed ones are written
        std::vector<double> values;
    };
    std::vector<Joint> joints;
    std::size_t rows = 0;
    Scratch scratch;
};

/// Fitted transforms in order, and the estimator at the end where there is one. The same code walks a block
/// of one row and a block of a thousand.
struct Chain {
    Layout input;
    std::vector<std::shared_ptr<const AnyTransform>> transforms;
    std::shared_ptr<const AnyEstimator> estimator;
    /// corrects what the estimator answers, where a Calibrator has stood behind it
    std::optional<CalibrationCurves> calibration = std::nullopt;

    /// What comes out of the last transform: what the estimator sees.
    [[nodiscard]] const Layout& output() const {
        return transforms.empty() ? input : transforms.back()->outputs().layout();
    }

    /// Makes room for blocks of up to `rows` rows.
    void prepare(ChainMemory& memory, std::size_t rows) const {
        if (memory.rows >= rows && memory.joints.size() == transforms.size()) return;
        memory.rows = rows;
        memory.joints.resize(transforms.size());
        for (std::size_t t = 0; t < transforms.size(); ++t) {
            const Outputs& outputs = transforms[t]->outputs();
            ChainMemory::Joint& joint = memory.joints[t];
            joint.columns.resize(outputs.from().size());
            joint.values.assign(outputs.computed_count() * rows, 0.0);
            joint.computed.resize(outputs.computed_count());
            for (std::size_t k = 0; k < joint.computed.size(); ++k)
                joint.computed[k] = joint.values.data() + k * rows;
        }
    }

    /// Walks a block through the transforms. The result lives in `memory` until the next walk.
    [[nodiscard]] Block transform(const Block& in, ChainMemory& memory) const {
        prepare(memory, in.rows());
        Block block = in;
        for (std::size_t t = 0; t < transforms.size(); ++t) {
            ChainMemory::Joint& joint = memory.joints[t];
            transforms[t]->compute(block, joint.computed);
            const std::vector<std::size_t>& from = transforms[t]->outputs().from();
            std::size_t k = 0;
            for (std::size_t i = 0; i < from.size(); ++i) {
                joint.columns[i] = from[i] == Outputs::computed ? joint.computed[k++] : block[from[i]];
            }
            block = Block(joint.columns, in.rows());
        }
        return block;
    }

    /// Scores a block: as many numbers per row as the estimator answers with, row after row. Needs an
    /// estimator.
    void predict(const Block& in, double* out, ChainMemory& memory) const {
        const Block block = transform(in, memory);
        estimator->predict(block, out, memory.scratch);
        if (calibration) calibration->apply(out, in.rows());
    }
};

/// All rows through one fitted transform; features that it hands on are shared, not copied.
inline Features apply(const AnyTransform& transform, const Features& in) {
    const Outputs& outputs = transform.outputs();
    // An odd number of cache lines apart, so that equal rows of the columns do not fight for the same places
    // of a cache.
    const std::size_t stride = ((in.rows() + 7) / 8 | 1) * 8;
    const auto computed = shared_doubles(outputs.computed_count() * stride);
    // Long blocks, up to 512 kB a column: a huge page is cleared when it is first written to, and the better
    // part of it should then be filled while it is in the cache.
    const std::size_t block = std::clamp<std::size_t>(in.rows() / 16 / 4096 * 4096, 4096, 65536);
    parallel_blocks(in.rows(), block, [&](std::size_t begin, std::size_t end) {
        std::vector<double*> out;
        for (std::size_t k = 0; k < outputs.computed_count(); ++k)
            out.push_back(computed.get() + k * stride + begin);
        transform.compute(in.block(begin, end), out);
    });
    return assemble(outputs, in, [&](std::size_t k) {
        return std::shared_ptr<const double>(computed, computed.get() + k * stride);
    });
}

}  // namespace gasket::detail
