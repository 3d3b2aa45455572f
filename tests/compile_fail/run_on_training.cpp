// expect: run takes the whole table and splits it itself
#include "gasket/gasket.hpp"

using namespace gasket;

void work(const Table& customers, const Training& train) {
#ifdef MUST_FAIL
    (void)customers, (void)(StratifiedSplitter{.target = "churn"} | LogisticRegression{}).run(train);
#else
    (void)train, (void)(StratifiedSplitter{.target = "churn"} | LogisticRegression{}).run(customers);
#endif
}
