// expect: a profiler looks at the table as it came
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(StratifiedSplitter{.target = "churn"} | Profiler{});
#else
    (void)(Profiler{} | StratifiedSplitter{.target = "churn"});
#endif
}
