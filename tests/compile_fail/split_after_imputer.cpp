// expect: split before you fit
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(Imputer{} | StratifiedSplitter{.target = "churn"});
#else
    (void)(StratifiedSplitter{.target = "churn"} | Imputer{});
#endif
}
