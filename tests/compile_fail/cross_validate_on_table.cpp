// expect: convert | no matching function
#include "gasket/gasket.hpp"

using namespace gasket;

void validate(const Table& customers) {
#ifdef MUST_FAIL
    (void)cross_validate(LogisticRegression{}, customers, StratifiedKFold{}, {auc});
#else
    const auto [train, test] = StratifiedSplitter{.target = "churn"}.split(customers);
    (void)cross_validate(LogisticRegression{}, train, StratifiedKFold{}, {auc});
#endif
}
