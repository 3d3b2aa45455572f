// expect: resampling is for learning
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(LogisticRegression{} | Smote{});
#else
    (void)(Smote{} | LogisticRegression{});
#endif
}
