#include "gasket/prepare/bound_expression.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gasket/prepare/derive.hpp"
#include "support/catch.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::bits_of;
using testing_support::message_of;
using testing_support::unless_in;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
const Expression a = col("a"), b = col("b"), s = col("s"), t = col("t");

/// Two numbers and two categories; codes that no dictionary has are unseen.
Features table(std::vector<double> x, std::vector<double> y, std::vector<double> sc = {},
               std::vector<double> tc = {}) {
    sc.resize(x.size(), 0);
    tc.resize(x.size(), 0);
    Features out(x.size());
    out.add({"a", nullptr, {"raw_a"}}, std::move(x));
    out.add({"b", nullptr, {"raw_b", "raw_a"}}, std::move(y));
    out.add({"s", std::make_shared<const Labels>(Labels{"France", "Spain"}), {"s"}}, std::move(sc));
    out.add({"t", std::make_shared<const Labels>(Labels{"Germany", "Spain", "Zambia"}), {"t"}},
            std::move(tc));
    return out;
}

std::vector<double> evaluate(const Expression& e, const Features& in) {
    return testing_support::values_of(testing_support::transform(Derive{{{"it", e}}}.bind(in.layout()), in),
                                      "it");
}

void check(const Expression& e, const Features& in, const std::vector<double>& expected) {
    INFO(to_string(e));
    CHECK(bits_of(evaluate(e, in)) == bits_of(expected));
}

}  // namespace

TEST_CASE("arithmetic and functions do what the standard library does") {
    const Features in = table({2, -3, 0.5, 7}, {4, 2, -1.25, 0.1});
    check(a + b, in, {6, -1, -0.75, 7.1});
    check(a - b, in, {-2, -5, 1.75, 6.9});
    check(a * b, in, {8, -6, -0.625, 7 * 0.1});
    check(a / b, in, {0.5, -1.5, -0.4, 7 / 0.1});
    check(-a, in, {-2, 3, -0.5, -7});
    check(10 - a * 2, in, {6, 16, 9, -4});
    check(abs(a), in, {2, 3, 0.5, 7});
    check(round(a * 1.0), in, {2, -3, 1, 7});
    check(round(b), in, {4, 2, -1, 0});
    check(round(-a / 1), in, {-2, 3, -1, -7});
    volatile double two = 2, three = 3;  // computed when run, as the program does
    check(log(abs(a)), in, {std::log(two), std::log(three), -std::log(two), std::log(7.0)});
    check(log1p(max(a, b)), in,
          {std::log1p(4 * (two / 2)), std::log1p(two), std::log1p(two / 4), std::log1p(3.5 * two)});
    check(sqrt(abs(a)), in, {std::sqrt(2.0), std::sqrt(3.0), std::sqrt(0.5), std::sqrt(7.0)});
    check(min(a, b), in, {2, -3, -1.25, 0.1});
    check(max(a, 1), in, {2, 1, 1, 7});
    check(clip(a, -1, b), in, {2, -1, -1.25, 0.1});
    check(a.in({0.5, 2, 99}), in, {1, 0, 1, 0});
    check(lit(3) * 2 + 1, in, {7, 7, 7, 7});
    check(a, in, {2, -3, 0.5, 7});
}

TEST_CASE("where mathematics has no answer the value is missing") {
    const Features in = table({0, -1, -2, inf}, {0, 0, 1, 1});
    check(1 / a, in, {missing, -1, -0.5, 0});
    check(a / b, in, {missing, missing, -2, inf});
    check(log(a), in, {missing, missing, missing, inf});
    check(log1p(a), in, {0, missing, missing, inf});
    check(sqrt(a), in, {0, missing, missing, inf});
}

TEST_CASE("a missing operand gives a missing result") {
    const Features in = table({missing, 1, missing}, {1, missing, missing});
    const std::vector<double> none(3, missing);
    for (const Expression& e : {a + b,
                                a - b,
                                a * b,
                                a / b,
                                a == b,
                                a != b,
                                a<b, a <= b, a> b,
                                a >= b,
                                min(a, b),
                                max(a, b),
                                clip(a, b, 3),
                                clip(1, a, b),
                                clip(1, b, a),
                                if_else(a + b, 1, 2),
                                (a + b).in({1}),
                                -(a * b),
                                log(a * b),
                                log1p(a * b),
                                sqrt(a * b),
                                abs(a * b),
                                round(a * b),
                                !(a * b)}) {
        check(e, in, none);
    }
    check(is_missing(a), in, {1, 0, 1});
    check(is_missing(a + b), in, {1, 1, 1});
    check(coalesce(a, b), in, {1, 1, missing});
    check(coalesce(a, b, -9), in, {1, 1, -9});
    check(if_else(is_missing(a), b, a), in, {1, 1, missing});
    check(if_else(b == 1, 5, a), in, {5, missing, missing});
    check(if_else(lit(1), missing, a), in, none);
}

TEST_CASE("logic has three values") {
    const Features in =
        table({0, 0, 0, 1, 1, 1, missing, missing, missing}, {0, 1, missing, 0, 1, missing, 0, 1, missing});
    check(a && b, in, {0, 0, 0, 0, 1, missing, 0, missing, missing});
    check(a || b, in, {0, 1, missing, 1, 1, 1, missing, 1, missing});
    check(!a, in, {1, 1, 1, 0, 0, 0, missing, missing, missing});
    const Features numbers = table({2, -0.5, 0}, {1, 1, 1});
    check(a && b, numbers, {1, 1, 0});
    check(!a, numbers, {0, 0, 1});
    check(if_else(a, 10, 20), numbers, {10, 10, 20});
}

TEST_CASE("comparisons give 1 and 0") {
    const Features in = table({1, 2, 3}, {2, 2, 2});
    check(a < b, in, {1, 0, 0});
    check(a <= b, in, {1, 1, 0});
    check(a > b, in, {0, 0, 1});
    check(a >= 2, in, {0, 1, 1});
    check(a == b, in, {0, 1, 0});
    check(2 != a, in, {1, 0, 1});
}

TEST_CASE("labels are compared by what they say, in whichever dictionary") {
    // s: France Spain; t: Germany Spain Zambia
    const Features in =
        table({0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 1, 1, missing, unseen_code}, {0, 1, 2, 1, unseen_code});
    check(s == "Spain", in, {0, 1, 1, missing, 0});
    check("Spain" == s, in, {0, 1, 1, missing, 0});
    check(s != "Spain", in, {1, 0, 0, missing, 1});
    check(s == t, in, {0, 1, 0, missing, 0});
    check(t == s, in, {0, 1, 0, missing, 0});
    check(s != t, in, {1, 0, 1, missing, 1});
    check(s.in({"Spain", "Peru"}), in, {0, 1, 1, missing, 0});
    check(!s.in({"Spain"}), in, {1, 0, 0, missing, 1});
    check(is_missing(s), in, {0, 0, 0, 1, 0});
    check(lit("x") == "x", in, {1, 1, 1, 1, 1});
    check(lit("x") == "y", in, {0, 0, 0, 0, 0});
    check(lit("x").in({"y", "x"}), in, {1, 1, 1, 1, 1});
    check(s == missing, in, {missing, missing, missing, missing, missing});
}

TEST_CASE("a label that no dictionary has equals nothing, not even an unseen one") {
    const Features in = table({0, 0}, {0, 0}, {unseen_code, 0}, {unseen_code, 0});
    check(s == "Atlantis", in, {0, 0});
    check(s != "Atlantis", in, {1, 1});
    check(s.in({"Atlantis"}), in, {0, 0});
    check(s == s, in, {0, 1});
}

TEST_CASE("labels can be chosen") {
    const Features in = table({1, 0, missing, 1}, {0, 0, 0, 0}, {0, 1, 1, missing}, {2, 0, 1, unseen_code});
    const Expression chosen = if_else(a, s, t);
    const auto fitted = Derive{{{"it", chosen}}}.bind(in.layout());
    const Feature& feature = fitted.outputs().layout()[4];
    REQUIRE(feature.is_category());
    CHECK(*feature.labels == Labels{"France", "Germany", "Spain", "Zambia"});
    check(chosen, in, {0, 1, missing, missing});
    check(coalesce(s, t), in, {0, 2, 2, unseen_code});
    check(if_else(a, "old", "young"), in, {0, 1, missing, 0});
    check(if_else(a, "young", missing), in, {0, missing, missing, 0});
    check(if_else(a == 1, s, missing) == "France", in, {1, missing, missing, missing});
    check(coalesce(s, "none") == "none", in, {0, 0, 0, 1});
}

TEST_CASE("types and names are checked before any row is read, with a sentence") {
    const Layout layout = table({}, {}).layout();
    const auto message = [&](const Expression& e) {
        return message_of([&] { (void)Derive{{{"it", e}}}.bind(layout); });
    };
    CHECK(unless_in(message(col("aa") + 1), "did you mean 'a'") == "");
    CHECK(unless_in(
              message(a == "x"),
              "[gasket 402] derived column 'it', col(\"a\") == \"x\": expected labels on both sides of ==, "
              "found the number col(\"a\") and the text \"x\"") == "");
    CHECK(unless_in(message(s == 1), "the number 1 and the category column col(\"s\")") == "");
    CHECK(unless_in(message(s < "x"), "labels have no order") == "");
    CHECK(unless_in(message(s < 1), "expected a number, found the category column col(\"s\")") == "");
    CHECK(unless_in(message(s + 1), "expected a number") == "");
    CHECK(unless_in(message(log(s)), "expected a number") == "");
    CHECK(unless_in(message(!s), "expected a number") == "");
    CHECK(unless_in(message(a && s), "expected a number") == "");
    CHECK(unless_in(message(if_else(s, 1, 2)), "expected a number") == "");
    CHECK(unless_in(message(if_else(a, s, 2)), "two numbers or two labels") == "");
    CHECK(unless_in(message(coalesce(a, "none")), "two numbers or two labels") == "");
    CHECK(unless_in(message(a.in({"x"})), "numbers in the list") == "");
    CHECK(unless_in(message(s.in({1})), "labels in the list") == "");
    CHECK(unless_in(message(1 + clip(a, s, 2)), "clip") == "");
    CHECK_THROWS_AS((Derive{{{"it", s + 1}}}.bind(layout)), SchemaError);
}

TEST_CASE("the largest expressions allowed find room") {
    const Features in = table({1, 2}, {3, missing}, {0, 1}, {1, 2});
    // A full ternary tree needs the most intermediate values; labels of two dictionaries add recoding.
    Expression label = if_else(a == 1, s, t);
    for (int i = 0; i < 6; ++i) label = if_else(label == t, label, if_else(label != s, t, s));
    CHECK(evaluate(label == "Spain", in).size() == 2);
    Expression number = clip(a, b, 9);
    for (int i = 0; i < 7; ++i) number = clip(number, number, number);
    check(number, in, {3, missing});
    Expression left = a, right = a;
    for (int i = 0; i < 200; ++i) {
        left = left + 1;
        right = 1 + right;
    }
    check(left - right, in, {0, 0});
}

TEST_CASE("a program gives the same bits for one row as for thousands, at any chunk") {
    std::vector<double> x, y, codes;
    for (int i = 0; i < 1000; ++i) {
        x.push_back(i % 7 == 0 ? missing : std::sin(i) * 10);
        y.push_back(std::cos(i));
        codes.push_back(i % 5 == 0 ? missing : i % 3 - 1);
    }
    const Features in = table(x, y, codes, codes);
    const Derive derive{{{"p", log1p(abs(a)) / (b + 1) + sqrt(a * a + b * b)},
                         {"q", col("p") * 2 - if_else(s == "Spain", a, b)},
                         {"r", coalesce(s, t)}}};
    CHECK(testing_support::keeps_the_laws(derive.bind(in.layout()), in));
}
