// expect: split before you resample
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(RandomOverSampler{} | StratifiedSplitter{.target = "churn"});
#else
    (void)(StratifiedSplitter{.target = "churn"} | RandomOverSampler{});
#endif
}
