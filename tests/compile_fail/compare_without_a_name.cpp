// expect: compare takes candidates: candidate("name", chain)
#include "gasket/gasket.hpp"

using namespace gasket;

void choose(const Training& train) {
#ifdef MUST_FAIL
    (void)compare(train, StratifiedKFold{}, LogisticRegression{});
#else
    (void)compare(train, StratifiedKFold{}, candidate("linear", LogisticRegression{}));
#endif
}
