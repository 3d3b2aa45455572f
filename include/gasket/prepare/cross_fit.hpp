#pragma once

#include "gasket/data/block.hpp"
#include "gasket/prepare/fitted.hpp"

namespace gasket {

/// What a stage that looks at the target gives when it learns inside a chain: itself fitted on all rows, for
/// every later row, and what the rows it learned from become. Those must not be transformed by what their own
/// target has shaped, or the next stage would trust the feature more than it deserves: each is transformed by
/// a fit that left it out.
///
/// A stage with `CrossFit<Stage> fit_transform(const TrainingRows&) const` is fitted that way by the chain.
/// `features` has the layout of `fitted.outputs()`.
template <class Stage>
struct CrossFit {
    Fitted<Stage> fitted;
    Features features;
};

}  // namespace gasket
