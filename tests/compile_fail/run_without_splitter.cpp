// expect: run needs a splitter in the chain
#include "gasket/gasket.hpp"

using namespace gasket;

void work(const Table& customers) {
#ifdef MUST_FAIL
    (void)(StandardScaler{} | LogisticRegression{}).run(customers);
#else
    (void)(StratifiedSplitter{.target = "churn"} | LogisticRegression{}).run(customers);
#endif
}
