#include "gasket/model/quantise.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

namespace {
/// Rounds, and checks what every sum relies on.
std::vector<RowEntry> rounded(const Gradients& real, Scale& scale) {
    scale = choose_scale(real.extent_of(0, real.rows()), real.rows());
    std::vector<RowEntry> entries(real.rows());
    round_rows(real, scale, 0, real.rows(), entries.data());
    std::int64_t gradient = 0;
    std::int64_t hessian = 0;
    for (std::size_t r = 0; r < entries.size(); ++r) {
        REQUIRE(entries[r].row == r);
        REQUIRE(std::abs(entries[r].gradient * scale.gradient - real.gradient[r]) <= scale.gradient / 2);
        REQUIRE(std::abs(entries[r].hessian * scale.hessian - real.hessian[r]) <= scale.hessian);
        REQUIRE((entries[r].hessian > 0) == (real.hessian[r] > 0));
        gradient += std::abs(entries[r].gradient);
        hessian += entries[r].hessian;
    }
    CHECK(gradient <= 2147483647);
    CHECK(hessian <= 2147483647);
    return entries;
}
}  // namespace

TEST_CASE("rounded gradients stay within one unit, and their sums within 31 bits") {
    Random random(1);
    for (const double size : {1e-9, 1.0, 1e12}) {
        for (const std::size_t rows : {1U, 100U, 400000U}) {
            Gradients real;
            for (std::size_t r = 0; r < rows; ++r) {
                real.gradient.push_back(size * random.normal());
                real.hessian.push_back(random.below(5) == 0 ? 0 : size * random.uniform());
            }
            Scale scale;
            rounded(real, scale);
            if (rows <= 100) CHECK(scale.gradient <= size * 1e-3);
        }
    }
}

TEST_CASE("whole numbers stay exact where they are few enough") {
    Gradients real{{-1, 0, 3, 2}, {1, 0, 4, 1}, {}};
    Scale scale;
    const auto entries = rounded(real, scale);
    for (std::size_t r = 0; r < 4; ++r) {
        CHECK(entries[r].gradient * scale.gradient == real.gradient[r]);
        CHECK(entries[r].hessian * scale.hessian == real.hessian[r]);
    }
}

TEST_CASE("gradients that are all 0 and hessians far apart are rounded too") {
    Scale scale;
    rounded({{0, 0}, {0, 0}, {}}, scale);
    const auto entries = rounded({{0, 0}, {1e-300, 1}, {}}, scale);
    CHECK(entries[0].hessian == 1);
}
