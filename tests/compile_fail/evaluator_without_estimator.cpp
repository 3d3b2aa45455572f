// expect: thresholds, evaluation and monitoring need scores
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(StratifiedSplitter{.target = "churn"} | StandardScaler{} | Evaluator{});
#else
    (void)(StratifiedSplitter{.target = "churn"} | StandardScaler{} | LogisticRegression{} | Evaluator{});
#endif
}
