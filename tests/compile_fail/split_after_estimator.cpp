// expect: split before you fit
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(Imputer{} | LogisticRegression{} | RandomSplitter{.target = "churn"});
#else
    (void)(RandomSplitter{.target = "churn"} | Imputer{} | LogisticRegression{});
#endif
}
