// expect: private
#include "gasket/gasket.hpp"

using namespace gasket;

void look(const Holdout& test) {
#ifdef MUST_FAIL
    (void)test.content_;
#else
    (void)test.rows();
#endif
}
