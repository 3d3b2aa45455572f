// expect: thresholds, evaluation and monitoring need scores
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(PsiMonitor{} | LogisticRegression{});
#else
    (void)(LogisticRegression{} | PsiMonitor{});
#endif
}
