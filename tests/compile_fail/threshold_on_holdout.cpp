// expect: no member named 'tune'| cannot convert | could not convert | no viable conversion | no known conversion
#include "gasket/gasket.hpp"

using namespace gasket;

void choose(const OutOfFold& scores, Holdout test) {
#ifdef MUST_FAIL
    (void)scores, (void)ThresholdTuner{}.tune(std::move(test));
#else
    (void)ThresholdTuner{}.tune(scores);
    (void)test;
#endif
}
