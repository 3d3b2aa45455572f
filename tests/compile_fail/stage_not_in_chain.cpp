// expect: the chain does not have that stage exactly once
#include "gasket/gasket.hpp"

using namespace gasket;

void ask(const Training& train) {
    const auto fitted = (Imputer{} | LogisticRegression{}).fit(train);
#ifdef MUST_FAIL
    (void)fitted.stage<RandomForest>();
#else
    (void)fitted.stage<LogisticRegression>();
#endif
}
