// expect: that stage stands in the chain more than once: say which, as in option<&Imputer::strategy, 1>
#include "gasket/gasket.hpp"

using namespace gasket;

void look(const Training& train) {
    const auto chain = Imputer{.columns = {}} | OneHotEncoder{} | Imputer{} | GradientBoosting{};
#ifdef MUST_FAIL
    (void)search(chain, train, KFold{}, Space{option<&Imputer::strategy>({Impute::mean})}, GridSearch{});
#else
    (void)search(chain, train, KFold{}, Space{option<&Imputer::strategy, 1>({Impute::mean})}, GridSearch{});
#endif
}
