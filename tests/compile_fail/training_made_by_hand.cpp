// expect: private
#include "gasket/gasket.hpp"

using namespace gasket;

void make(const Table& customers) {
#ifdef MUST_FAIL
    Training train;
    (void)customers;
#else
    const auto [train, test] = StratifiedSplitter{.target = "churn"}.split(customers);
    (void)train;
#endif
}
