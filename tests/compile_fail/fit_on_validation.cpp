// expect: a pipeline learns only from Training rows: split the table first
#include <utility>

#include "gasket/gasket.hpp"

using namespace gasket;

void learn(const Table& customers) {
    const auto chain = Imputer{} | LogisticRegression{};
    const auto [train, validation, test] = three_way(StratifiedSplitter{.target = "churn"}, customers, 0.2);
#ifdef MUST_FAIL
    (void)chain.fit(validation);
#else
    (void)evaluate(chain.fit(train), validation);
    (void)evaluate(chain.fit(train), validation);
#endif
}
