// expect: could not convert | no viable conversion | cannot convert
#include "gasket/gasket.hpp"

using namespace gasket;

void learn(const Table& customers) {
#ifdef MUST_FAIL
    (void)Imputer{}.fit(customers);
#else
    const auto [train, test] = StratifiedSplitter{.target = "churn"}.split(customers);
    (void)Imputer{}.fit(train);
#endif
}
