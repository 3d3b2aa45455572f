// expect: the threshold is chosen before the verdict
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(LogisticRegression{} | Evaluator{} | ThresholdTuner{});
#else
    (void)(LogisticRegression{} | ThresholdTuner{} | Evaluator{});
#endif
}
