// expect: calibration corrects scores
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(Calibrator{} | LogisticRegression{});
#else
    (void)(LogisticRegression{} | Calibrator{});
#endif
}
