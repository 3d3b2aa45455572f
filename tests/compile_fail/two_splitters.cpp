// expect: one splitter is enough
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(RandomSplitter{.target = "churn"} | StratifiedSplitter{.target = "churn"});
#else
    (void)(Drop{{"id"}} | StratifiedSplitter{.target = "churn"});
#endif
}
