// expect: deleted
#include "gasket/gasket.hpp"

using namespace gasket;

void copy(Holdout test) {
#ifdef MUST_FAIL
    Holdout other = test;
    (void)other;
#else
    Holdout other = std::move(test);
    (void)other;
#endif
}
