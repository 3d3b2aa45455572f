// expect: a threshold parts classes
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(LinearRegression{} | ThresholdTuner{});
#else
    (void)(LogisticRegression{} | ThresholdTuner{});
#endif
}
