#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/order.hpp"

namespace gasket {

class Expression;

namespace detail {

enum class Op : std::uint8_t {
    column,
    number,
    text,
    negate,
    logical_not,
    add,
    subtract,
    multiply,
    divide,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    logical_and,
    logical_or,
    log,
    log1p,
    sqrt,
    abs,
    round,
    is_missing,
    min,
    max,
    coalesce,
    clip,
    if_else,
    in,
    year,
    quarter,
    month,
    week,
    day,
    day_of_year,
    weekday,
    hour,
    minute,
    days_between,
};

inline constexpr int op_count = static_cast<int>(Op::days_between) + 1;

/// How an operation is written: its name in text and in JSON, how many arguments it takes, and how tightly it
/// binds (0: written as a call).
struct OpForm {
    std::string_view name;
    int arguments;
    int precedence;
};

inline constexpr int tightest = 9;

[[nodiscard]] inline const OpForm& form_of(Op op) noexcept {
    static constexpr std::array<OpForm, op_count> forms{{
        {"col", 0, tightest},
        {"number", 0, tightest},
        {"text", 0, tightest},
        {"negate", 1, 8},
        {"!", 1, 8},
        {"+", 2, 6},
        {"-", 2, 6},
        {"*", 2, 7},
        {"/", 2, 7},
        {"==", 2, 4},
        {"!=", 2, 4},
        {"<", 2, 5},
        {"<=", 2, 5},
        {">", 2, 5},
        {">=", 2, 5},
        {"&&", 2, 3},
        {"||", 2, 2},
        {"log", 1, 0},
        {"log1p", 1, 0},
        {"sqrt", 1, 0},
        {"abs", 1, 0},
        {"round", 1, 0},
        {"is_missing", 1, 0},
        {"min", 2, 0},
        {"max", 2, 0},
        {"coalesce", 2, 0},
        {"clip", 3, 0},
        {"if_else", 3, 0},
        {"in", 1, tightest},
        {"year", 1, 0},
        {"quarter", 1, 0},
        {"month", 1, 0},
        {"week", 1, 0},
        {"day", 1, 0},
        {"day_of_year", 1, 0},
        {"weekday", 1, 0},
        {"hour", 1, 0},
        {"minute", 1, 0},
        {"days_between", 2, 0},
    }};
    return forms[static_cast<std::size_t>(op)];
}

/// One node of an expression. Immutable, and shared by all expressions that contain it.
struct ExpressionNode {
    Op op = Op::number;
    double number = missing;              // of a number
    std::string text = {};                // of a text or a column's name
    std::vector<double> numbers = {};     // of `in`
    std::vector<std::string> texts = {};  // of `in`
    std::vector<std::shared_ptr<const ExpressionNode>> arguments = {};
    std::size_t depth = 1;
    std::size_t size = 1;
    int registers = 0;  // blocks of intermediate values that its evaluation holds at once (Ershov, 1958)
};

using ExpressionPointer = std::shared_ptr<const ExpressionNode>;

/// Bounds that keep every walk over a tree short, whoever wrote it.
inline constexpr std::size_t expression_depth_limit = 256;
inline constexpr std::size_t expression_size_limit = 10000;

/// throws OptionError beyond the limits
[[nodiscard]] inline ExpressionPointer make_node(ExpressionNode node) {
    std::vector<int> needs;
    for (const ExpressionPointer& argument : node.arguments) {
        node.depth = std::max(node.depth, argument->depth + 1);
        node.size += argument->size;
        if (argument->registers > 0) needs.push_back(argument->registers);
    }
    node.registers = node.arguments.empty() ? 0 : 1;
    int before = 0;  // arguments that are done and keep a register
    for (const std::size_t i :
         order_by(needs.size(), [&](std::size_t a, std::size_t b) { return needs[a] > needs[b]; })) {
        node.registers = std::max(node.registers, needs[i] + before++);
    }
    if (node.depth > expression_depth_limit || node.size > expression_size_limit) {
        throw OptionError(
            ErrorCode::bad_expression,
            {.expected = "at most " + std::to_string(expression_depth_limit) + " levels and " +
                         std::to_string(expression_size_limit) + " operations",
             .found = std::to_string(node.depth) + " levels and " + std::to_string(node.size) + " operations",
             .where = "expression",
             .advice = "derive parts of it as columns of their own"});
    }
    return std::make_shared<const ExpressionNode>(std::move(node));
}

[[nodiscard]] inline ExpressionPointer make_number(double x) {
    if (std::isinf(x)) {
        throw OptionError(ErrorCode::bad_expression, {.expected = "a finite number, or gasket::missing",
                                                      .found = x > 0 ? "infinity" : "-infinity",
                                                      .where = "expression",
                                                      .advice = "use a large number instead"});
    }
    return make_node({.op = Op::number, .number = x});
}

struct ExpressionAccess;

}  // namespace detail

/// A formula over the columns of a table, written as C++ and kept as data: it is printed, stored in the
/// artifact and evaluated by the same code for one row and for a million.
///
///     col("balance") / (col("salary") + 1)
///     col("age") >= 60 && col("country") == "Spain"
///     if_else(col("tenure") == 999, missing, col("tenure"))
///
/// An expression gives numbers, labels or dates. Truth is a number: 1 is true, 0 is false, and any number but
/// 0 counts as true. The rules for missing values:
///   - arithmetic, functions and comparisons with a missing operand give missing;
///   - `&&` and `||` follow the three-valued logic of SQL (Kleene, 1938): `false && missing` is false and
///     `true || missing` is true, since the missing side cannot matter; every other mix gives missing;
///     `!missing` is missing;
///   - `if_else` with a missing condition is missing; `is_missing` and `coalesce` never pass a missing
///   operand on;
///   - where mathematics has no answer there is none here: x / 0, log of 0 or less, log1p of -1 or less, sqrt
///   of
///     less than 0 are missing.
/// Labels can be compared by == and !=, looked up by `in`, and chosen by `if_else` and `coalesce`. A label
/// that was not among the training rows equals nothing, and is not missing.
///
/// Dates (of datetime columns; moments in UTC) are compared with one another and with texts in ISO 8601 by
/// ==,
/// <, ... and `in`, chosen by min, max, clip, if_else and coalesce, and turned into numbers by `year`,
/// `weekday`, ... and `days_between`; there is no other arithmetic with them.
///
///     col("joined") >= "2024-01-01" && weekday(col("joined")) <= 5
///     days_between(col("last_order"), col("as_of")) > 30
///
/// The functions (log, min, is_missing, ...) are found through their argument: write them without `gasket::`.
/// Names and types are checked when the expression meets a table, before any row is read. At most 256 levels
/// and 10,000 operations. A value: copies share the tree. thread-safe.
class Expression {
  public:
    /// A number that is the same for every row; NaN (gasket::missing) is the missing value. throws
    /// OptionError for infinity
    template <class Number>
    requires std::is_arithmetic_v<Number> Expression(Number x)
        : node_(detail::make_number(static_cast<double>(x))) {}  // NOLINT: implicit
    /// A label that is the same for every row.
    Expression(std::string label)  // NOLINT: implicit
        : node_(detail::make_node({.op = detail::Op::text, .text = std::move(label)})) {}
    Expression(const char* label) : Expression(std::string(label)) {}       // NOLINT: implicit
    Expression(std::string_view label) : Expression(std::string(label)) {}  // NOLINT: implicit

    /// 1 where the value is one of the given labels, dates or numbers, 0 where not, missing where it is
    /// missing.
    [[nodiscard]] Expression in(std::initializer_list<std::string_view> labels) const {
        return in(std::vector<std::string>(labels.begin(), labels.end()));
    }
    [[nodiscard]] Expression in(std::initializer_list<double> numbers) const {
        return in(std::vector<double>(numbers));
    }
    [[nodiscard]] Expression in(std::vector<std::string> labels) const {
        return Expression(
            detail::make_node({.op = detail::Op::in, .texts = std::move(labels), .arguments = {node_}}));
    }
    /// throws OptionError for a number that is not finite
    [[nodiscard]] Expression in(std::vector<double> numbers) const {
        for (const double x : numbers) {
            if (!std::isfinite(x)) {
                throw OptionError(ErrorCode::bad_expression,
                                  {.expected = "finite numbers",
                                   .found = "NaN or infinity",
                                   .where = "in({...})",
                                   .advice = "ask for missing by is_missing(...)"});
            }
        }
        return Expression(
            detail::make_node({.op = detail::Op::in, .numbers = std::move(numbers), .arguments = {node_}}));
    }

    friend Expression operator-(const Expression& a) { return make(detail::Op::negate, {a.node_}); }
    friend Expression operator!(const Expression& a) { return make(detail::Op::logical_not, {a.node_}); }
    friend Expression operator+(const Expression& a, const Expression& b) {
        return make(detail::Op::add, {a.node_, b.node_});
    }
    friend Expression operator-(const Expression& a, const Expression& b) {
        return make(detail::Op::subtract, {a.node_, b.node_});
    }
    friend Expression operator*(const Expression& a, const Expression& b) {
        return make(detail::Op::multiply, {a.node_, b.node_});
    }
    friend Expression operator/(const Expression& a, const Expression& b) {
        return make(detail::Op::divide, {a.node_, b.node_});
    }
    friend Expression operator==(const Expression& a, const Expression& b) {
        return make(detail::Op::equal, {a.node_, b.node_});
    }
    friend Expression operator!=(const Expression& a, const Expression& b) {
        return make(detail::Op::not_equal, {a.node_, b.node_});
    }
    friend Expression operator<(const Expression& a, const Expression& b) {
        return make(detail::Op::less, {a.node_, b.node_});
    }
    friend Expression operator<=(const Expression& a, const Expression& b) {
        return make(detail::Op::less_equal, {a.node_, b.node_});
    }
    friend Expression operator>(const Expression& a, const Expression& b) {
        return make(detail::Op::greater, {a.node_, b.node_});
    }
    friend Expression operator>=(const Expression& a, const Expression& b) {
        return make(detail::Op::greater_equal, {a.node_, b.node_});
    }
    friend Expression operator&&(const Expression& a, const Expression& b) {
        return make(detail::Op::logical_and, {a.node_, b.node_});
    }
    friend Expression operator||(const Expression& a, const Expression& b) {
        return make(detail::Op::logical_or, {a.node_, b.node_});
    }

    /// Natural logarithm; missing for 0 and less.
    friend Expression log(const Expression& a) { return make(detail::Op::log, {a.node_}); }
    /// log(1 + a); missing for -1 and less.
    friend Expression log1p(const Expression& a) { return make(detail::Op::log1p, {a.node_}); }
    friend Expression sqrt(const Expression& a) { return make(detail::Op::sqrt, {a.node_}); }
    friend Expression abs(const Expression& a) { return make(detail::Op::abs, {a.node_}); }
    /// To the nearest whole number, halves away from zero.
    friend Expression round(const Expression& a) { return make(detail::Op::round, {a.node_}); }
    /// 1 where the value is missing, else 0.
    friend Expression is_missing(const Expression& a) { return make(detail::Op::is_missing, {a.node_}); }
    friend Expression min(const Expression& a, const Expression& b) {
        return make(detail::Op::min, {a.node_, b.node_});
    }
    friend Expression max(const Expression& a, const Expression& b) {
        return make(detail::Op::max, {a.node_, b.node_});
    }
    /// `a`, but not below `low` and not above `high`.
    friend Expression clip(const Expression& a, const Expression& low, const Expression& high) {
        return make(detail::Op::clip, {a.node_, low.node_, high.node_});
    }
    /// The first of its arguments that is not missing.
    friend Expression coalesce(const Expression& a, const Expression& b) {
        return make(detail::Op::coalesce, {a.node_, b.node_});
    }
    template <class... More>
    friend Expression coalesce(const Expression& a, const Expression& b, const More&... more) {
        return coalesce(coalesce(a, b), more...);
    }
    /// Parts of a date, as numbers; missing outside the years 1 to 9999.
    friend Expression year(const Expression& a) { return make(detail::Op::year, {a.node_}); }
    /// 1 to 4.
    friend Expression quarter(const Expression& a) { return make(detail::Op::quarter, {a.node_}); }
    /// 1 to 12.
    friend Expression month(const Expression& a) { return make(detail::Op::month, {a.node_}); }
    /// The week of ISO 8601, 1 to 53: it begins on Monday and belongs to the year that has its Thursday.
    friend Expression week(const Expression& a) { return make(detail::Op::week, {a.node_}); }
    /// The day of the month, 1 to 31.
    friend Expression day(const Expression& a) { return make(detail::Op::day, {a.node_}); }
    /// 1 to 366.
    friend Expression day_of_year(const Expression& a) { return make(detail::Op::day_of_year, {a.node_}); }
    /// Monday is 1, Sunday is 7 (ISO 8601).
    friend Expression weekday(const Expression& a) { return make(detail::Op::weekday, {a.node_}); }
    /// 0 to 23, in UTC.
    friend Expression hour(const Expression& a) { return make(detail::Op::hour, {a.node_}); }
    /// 0 to 59.
    friend Expression minute(const Expression& a) { return make(detail::Op::minute, {a.node_}); }
    /// Days from one date to another, with a fraction for the time of day; less than 0 where `to` is earlier.
    friend Expression days_between(const Expression& from, const Expression& to) {
        return make(detail::Op::days_between, {from.node_, to.node_});
    }
    /// `yes` where the condition is true, `no` where it is false. Both are numbers, labels or dates.
    friend Expression if_else(const Expression& condition, const Expression& yes, const Expression& no) {
        return make(detail::Op::if_else, {condition.node_, yes.node_, no.node_});
    }

  private:
    friend struct detail::ExpressionAccess;

    explicit Expression(detail::ExpressionPointer node) : node_(std::move(node)) {}

    static Expression make(detail::Op op, std::vector<detail::ExpressionPointer> arguments) {
        return Expression(detail::make_node({.op = op, .arguments = std::move(arguments)}));
    }

    detail::ExpressionPointer node_;
};

namespace detail {
/// Lets the library look into an expression and build one from parts.
struct ExpressionAccess {
    static const ExpressionNode& node(const Expression& e) noexcept { return *e.node_; }
    static Expression expression(ExpressionNode node) { return Expression(make_node(std::move(node))); }
    static ExpressionPointer pointer(const Expression& e) noexcept { return e.node_; }
};
}  // namespace detail

/// The column of that name.
[[nodiscard]] inline Expression col(std::string name) {
    return detail::ExpressionAccess::expression({.op = detail::Op::column, .text = std::move(name)});
}

/// A number or a label as an expression, where C++ needs to be told: `lit(1) / 3`.
[[nodiscard]] inline Expression lit(Expression value) {
    return value;
}

}  // namespace gasket
