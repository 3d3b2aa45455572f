// expect: encode the target before you resample
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(RandomOverSampler{} | OneHotEncoder{} | TargetEncoder{});
#else
    (void)(OneHotEncoder{} | TargetEncoder{} | RandomOverSampler{});
#endif
}
