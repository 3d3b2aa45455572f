// expect: calibrate before you choose
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(LogisticRegression{} | ThresholdTuner{} | Calibrator{});
#else
    (void)(LogisticRegression{} | Calibrator{} | ThresholdTuner{});
#endif
}
