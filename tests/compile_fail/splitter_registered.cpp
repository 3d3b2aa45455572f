// expect: only transforms and estimators are stored in artifacts
#include "gasket/gasket.hpp"

using namespace gasket;

void enlist() {
#ifdef MUST_FAIL
    register_stage<StratifiedSplitter>();
#else
    register_stage<Imputer>();
#endif
}
