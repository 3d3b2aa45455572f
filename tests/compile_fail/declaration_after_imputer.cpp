// expect: what is declared was made before the chain: a declaration stands before all that learns
#include "gasket/gasket.hpp"

using namespace gasket;

auto chain() {
    const Aggregates history;
#ifdef MUST_FAIL
    return Imputer{} | history;
#else
    return history | Imputer{};
#endif
}
