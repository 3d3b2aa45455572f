// expect: no member named 'predict'
#include "gasket/gasket.hpp"

using namespace gasket;

void answer(const Training& train, const Table& live) {
    const auto chain = Imputer{} | LogisticRegression{};
#ifdef MUST_FAIL
    (void)train, (void)chain.predict(live);
#else
    (void)chain.fit(train).predict(live);
#endif
}
