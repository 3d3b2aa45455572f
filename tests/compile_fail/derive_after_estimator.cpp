// expect: an estimator ends the chain: transforms stand before it
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(LogisticRegression{} | Derive{{{"senior", col("age") >= 60}}});
#else
    (void)(Derive{{{"senior", col("age") >= 60}}} | LogisticRegression{});
#endif
}
