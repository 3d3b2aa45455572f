// expect: a search chooses options of stages that stand in the chain
#include "gasket/gasket.hpp"

using namespace gasket;

void look(const Training& train) {
    const auto chain = Imputer{} | GradientBoosting{};
#ifdef MUST_FAIL
    (void)search(chain, train, KFold{}, Space{option<&RandomForest::trees>({100, 200})}, GridSearch{});
#else
    (void)search(chain, train, KFold{}, Space{option<&GradientBoosting::trees>({100, 200})}, GridSearch{});
#endif
}
