// expect: an estimator ends the chain
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(LogisticRegression{} | StandardScaler{});
#else
    (void)(StandardScaler{} | LogisticRegression{});
#endif
}
