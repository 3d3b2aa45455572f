// expect: the holdout is spent by judging a model on it: pass std::move(test)
#include "gasket/gasket.hpp"

using namespace gasket;

void judge(const Model& model, Holdout test) {
#ifdef MUST_FAIL
    (void)evaluate(model, test);
#else
    (void)evaluate(model, std::move(test));
#endif
}
