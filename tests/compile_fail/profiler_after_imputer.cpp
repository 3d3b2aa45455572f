// expect: a profiler looks at the table as it came
#include "gasket/gasket.hpp"

using namespace gasket;

void join() {
#ifdef MUST_FAIL
    (void)(Imputer{} | Profiler{});
#else
    (void)(Profiler{} | Imputer{});
#endif
}
