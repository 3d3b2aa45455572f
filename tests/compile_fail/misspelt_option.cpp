// expect: no member | designator | non-static data member
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(Imputer{.stratgy = Impute::median} | LogisticRegression{});
#else
    (void)(Imputer{.strategy = Impute::median} | LogisticRegression{});
#endif
}
