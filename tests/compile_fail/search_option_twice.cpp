// expect: an option stands in the space twice
#include "gasket/gasket.hpp"

using namespace gasket;

void look(const Training& train) {
    const auto few = option<&GradientBoosting::trees>({100, 200});
#ifdef MUST_FAIL
    (void)search(GradientBoosting{}, train, KFold{}, Space{few, resource<&GradientBoosting::trees>(300)},
                 GridSearch{});
#else
    (void)search(GradientBoosting{}, train, KFold{}, Space{few}, GridSearch{});
#endif
}
