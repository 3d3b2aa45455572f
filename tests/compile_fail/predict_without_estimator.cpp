// expect: this chain has no estimator: it can transform, not predict
#include "gasket/gasket.hpp"

using namespace gasket;

void answer(const Training& train, const Table& live) {
    const auto prepare = Imputer{} | OneHotEncoder{} | StandardScaler{};
#ifdef MUST_FAIL
    (void)prepare.fit(train).predict(live);
#else
    (void)prepare.fit(train).transform(live);
#endif
}
