// expect: no member named 'fit'
#include "gasket/gasket.hpp"

using namespace gasket;

void learn(const Training& train) {
    const auto chain = Imputer{} | LogisticRegression{};
#ifdef MUST_FAIL
    (void)chain.fit(train).fit(train);
#else
    (void)chain.fit(train);
#endif
}
