#pragma once

#include <string>
#include <vector>

#include "gasket/evaluate/evaluator.hpp"
#include "gasket/evaluate/threshold_tuner.hpp"
#include "gasket/model/decision_tree.hpp"
#include "gasket/monitor/psi_monitor.hpp"
#include "gasket/pipeline/pipeline.hpp"
#include "gasket/pipeline/run.hpp"
#include "gasket/split/stratified_splitter.hpp"
#include "support/markup.hpp"
#include "support/tables.hpp"

namespace testing_support {

/// A small tree, judged on 300 rows of a made-up bank.
inline auto judged_bank() {
    using namespace gasket;
    return (StratifiedSplitter{.target = "churn", .test_fraction = 0.3} | DecisionTree{.max_depth = 4} |
            ThresholdTuner{.folds = 3} |
            Evaluator{.folds = 3, .importance_repeats = 2, .resamples = 50, .offer = Offer{}} | PsiMonitor{})
        .run(small_bank(1000).without({"customer_id"}));
}

/// Text that would be markup wherever it is not escaped.
inline const std::string evil = "<script>alert('1')</script>\"><img src=x onerror=y>&|[a](b)`*_\x01\xFF";

inline bool has(const std::string& page, const std::string& part) {
    return page.find(part) != std::string::npos;
}

}  // namespace testing_support
