// expect: one threshold tuner, one evaluator and one monitor are enough for a chain
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(LogisticRegression{} | ThresholdTuner{.maximise = f1} | ThresholdTuner{.maximise = mcc});
#else
    (void)(LogisticRegression{} | ThresholdTuner{.maximise = f1} | Evaluator{} | PsiMonitor{});
#endif
}
