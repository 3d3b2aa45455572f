// expect: a pipeline learns only from Training rows: split the table first
#include "gasket/gasket.hpp"

using namespace gasket;

void learn(const Table& customers) {
    const auto chain = Imputer{} | LogisticRegression{};
    const auto [train, test] = StratifiedSplitter{.target = "churn"}.split(customers);
#ifdef MUST_FAIL
    (void)chain.fit(test);
#else
    (void)chain.fit(train);
#endif
}
