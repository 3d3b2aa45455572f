#include "gasket/core/student_t.hpp"

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

TEST_CASE("Student's t agrees with SciPy in chances and in reaches") {
    const auto reference = testing_support::reference("student_t");
    for (const auto& row : reference["two_sided"]) {
        const double p = row[2].get<double>();
        INFO(row.dump());
        CHECK(std::abs(student_t_two_sided(row[0], row[1]) - p) <= 1e-12 * p);
        CHECK(student_t_two_sided(-row[0].get<double>(), row[1]) == student_t_two_sided(row[0], row[1]));
    }
    for (const auto& row : reference["reach"]) {
        INFO(row.dump());
        CHECK(student_t_reach(row[0], row[1]) == Approx(row[2].get<double>()).epsilon(1e-11));
    }
    CHECK(std::isnan(student_t_reach(1, 5)));
}
