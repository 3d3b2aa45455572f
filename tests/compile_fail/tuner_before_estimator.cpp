// expect: thresholds, evaluation and monitoring need scores
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(ThresholdTuner{.maximise = f1} | LogisticRegression{});
#else
    (void)(LogisticRegression{} | ThresholdTuner{.maximise = f1});
#endif
}
