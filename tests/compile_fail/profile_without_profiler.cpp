// expect: the chain has no Profiler
#include "gasket/gasket.hpp"

using namespace gasket;

void work(const Table& customers) {
    const auto run = (StratifiedSplitter{.target = "churn"} | LogisticRegression{}).run(customers);
#ifdef MUST_FAIL
    (void)run.profile();
#else
    (void)run.model();
#endif
}
