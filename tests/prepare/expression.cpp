#include "gasket/prepare/expression.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include "gasket/prepare/expression_text.hpp"
#include "support/catch.hpp"

using namespace gasket;

// The functions of the language must leave those of <cmath> and <algorithm> alone.
static_assert(std::is_same_v<decltype(std::log(2.0)), double>);
static_assert(std::is_same_v<decltype(log(2.0)), double>);
static_assert(std::is_same_v<decltype(sqrt(2.0)), double>);
static_assert(std::is_same_v<decltype(is_missing(2.0)), bool>);
static_assert(std::is_same_v<decltype(1.0 == 2.0), bool>);
static_assert(std::is_same_v<decltype(is_missing(col("a"))), Expression>);
static_assert(std::is_same_v<decltype(col("a") == "b"), Expression>);
static_assert(std::is_same_v<decltype("b" == col("a")), Expression>);
static_assert(std::is_same_v<decltype(1 < col("a")), Expression>);
static_assert(!std::is_default_constructible_v<Expression>);

namespace inside_gasket_too {
using namespace gasket;
using std::abs;
using std::max;
static_assert(std::is_same_v<decltype(max(1.0, 2.0)), const double&>);
static_assert(std::is_same_v<decltype(max(col("a"), col("b"))), Expression>);
static_assert(std::is_same_v<decltype(abs(-1.5)), double>);
}  // namespace inside_gasket_too

TEST_CASE("expressions are values that share their parts") {
    const Expression a = col("a");
    const Expression sum = a + 1;
    const Expression product = sum * sum;
    const Expression copy = product;
    CHECK(to_string(copy) == "(col(\"a\") + 1) * (col(\"a\") + 1)");
    CHECK(to_string(a) == "col(\"a\")");
}

TEST_CASE("numbers and labels may stand on either side") {
    CHECK(to_string(1 - col("a")) == "1 - col(\"a\")");
    CHECK(to_string(col("a") - 1.5) == "col(\"a\") - 1.5");
    CHECK(to_string("x" == col("a")) == "\"x\" == col(\"a\")");
    CHECK(to_string(col("a") == std::string("x")) == "col(\"a\") == \"x\"");
    CHECK(to_string(lit(2) / 3 + true) == "2 / 3 + 1");
}

TEST_CASE("an expression that is too deep or too large is refused when it is built") {
    Expression deep = col("a");
    const auto grow = [&](int times) {
        for (int i = 0; i < times; ++i) deep = deep + 1;
    };
    CHECK_NOTHROW(grow(255));
    CHECK_THROWS_AS(grow(1), OptionError);
    Expression large = col("a") + 1;
    const auto square = [&] {
        for (int i = 0; i < 13; ++i) large = large * large;
    };
    CHECK_THROWS_AS(square(), OptionError);
}

TEST_CASE("infinite literals are refused, missing ones are not") {
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(col("a") + infinity, OptionError);
    CHECK_THROWS_AS(col("a").in({1.0, missing}), OptionError);
    CHECK(to_string(if_else(col("a") == -1, missing, col("a"))) ==
          "if_else(col(\"a\") == -1, missing, col(\"a\"))");
}
