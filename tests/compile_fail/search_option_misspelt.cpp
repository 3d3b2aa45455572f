// expect: 'tree' is not a member of | no member named 'tree' in
#include "gasket/gasket.hpp"

using namespace gasket;

auto space() {
#ifdef MUST_FAIL
    return Space{option<&GradientBoosting::tree>({100, 200})};
#else
    return Space{option<&GradientBoosting::trees>({100, 200})};
#endif
}
