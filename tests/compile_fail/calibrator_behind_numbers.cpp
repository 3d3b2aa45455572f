// expect: calibration is of probabilities
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(LinearRegression{} | Calibrator{});
#else
    (void)(LogisticRegression{} | Calibrator{});
#endif
}
