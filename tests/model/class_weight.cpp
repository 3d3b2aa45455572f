#include "gasket/model/class_weight.hpp"

#include "support/catch.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::all_but_last;

namespace {
Training rows(const std::vector<double>& y, const std::vector<double>& w) {
    return all_but_last({{"x", Column::numeric(y)}, {"y", Column::numeric(y)}, {"w", Column::numeric(w)}},
                        "y", Task::binary, "w");
}
}  // namespace

TEST_CASE("balanced classes weigh the same in sum, and all rows as much as before") {
    const std::vector<double> w = detail::row_weights(rows({0, 0, 0, 1, 0}, {1, 1, 1, 1, 1}), balanced);
    CHECK(w == std::vector<double>{4.0 / 6, 4.0 / 6, 4.0 / 6, 2});  // rows / (classes x rows of the class)
    CHECK(detail::row_weights(rows({0, 0, 0, 1, 0}, {1, 2, 3, 1, 1}), ClassWeight::none) ==
          std::vector<double>{1, 2, 3, 1});
}

TEST_CASE("a class without weight stays without weight") {
    const std::vector<double> w = detail::row_weights(rows({0, 0, 1, 1}, {1, 3, 0, 1}), balanced);
    CHECK(w == std::vector<double>{0.5, 1.5, 0});
}

TEST_CASE("weights that are all 0 are an error") {
    CHECK_THROWS_AS(detail::row_weights(rows({0, 1, 1}, {0, 0, 1}), balanced), DataError);
}
