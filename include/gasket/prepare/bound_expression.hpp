#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gasket/data/block.hpp"
#include "gasket/prepare/calendar.hpp"
#include "gasket/prepare/expression.hpp"

namespace gasket::detail {

/// Where an instruction finds a value: a feature of the block, a column computed before, an intermediate
/// block, or a constant.
struct Operand {
    enum class From : std::uint8_t { input, computed, intermediate, constant };
    From from = From::constant;
    std::size_t index = 0;
    double value = missing;
};

/// What the machine does beyond the operations of the language.
enum class Step : std::uint8_t { operation, copy, recode, equal_codes, in_codes };

struct Instruction {
    Step step = Step::copy;
    Op op = Op::number;
    std::array<Operand, 3> operands{};
    std::size_t target = 0;  // intermediate block; `to_output` writes the result
    std::size_t table = 0;   // of recode, in_codes and in
};

/// An expression bound to the features that it reads: a list of instructions over small blocks of rows that
/// live on the stack. Made by `Binder`. Immutable; thread-safe; evaluation allocates nothing.
class BoundExpression {
  public:
    static constexpr std::size_t to_output = static_cast<std::size_t>(-1);
    static constexpr std::size_t registers = 32;
    static constexpr std::size_t chunk = 128;

    /// Evaluates all rows of `in` into `out`. `computed` are the columns that earlier expressions filled.
    void compute(const Block& in, std::span<double* const> computed, double* out) const {
        std::array<std::array<double, chunk>, registers> blocks;  // left uninitialised: written before read
        for (std::size_t begin = 0; begin < in.rows(); begin += chunk) {
            const std::size_t n = std::min(chunk, in.rows() - begin);
            for (const Instruction& instruction : instructions_) {
                std::array<Values, 3> v;
                for (std::size_t k = 0; k < 3; ++k) {
                    const Operand& operand = instruction.operands[k];
                    switch (operand.from) {
                        case Operand::From::input:
                            v[k] = {in[operand.index] + begin, 1};
                            break;
                        case Operand::From::computed:
                            v[k] = {computed[operand.index] + begin, 1};
                            break;
                        case Operand::From::intermediate:
                            v[k] = {blocks[operand.index].data(), 1};
                            break;
                        case Operand::From::constant:
                            v[k] = {&operand.value, 0};
                            break;
                    }
                }
                double* target =
                    instruction.target == to_output ? out + begin : blocks[instruction.target].data();
                execute(instruction, v, target, n);
            }
        }
    }

    /// Numbers the computed columns anew: column k of the binding is `order[k]` at evaluation.
    void renumber_computed(std::span<const std::size_t> order) {
        for (Instruction& instruction : instructions_) {
            for (Operand& operand : instruction.operands) {
                if (operand.from == Operand::From::computed) operand.index = order[operand.index];
            }
        }
    }

    /// The dictionary of the result; null where it is a number.
    [[nodiscard]] const std::shared_ptr<const Labels>& labels() const noexcept { return labels_; }
    /// Whether the result is a moment.
    [[nodiscard]] bool is_time() const noexcept { return is_time_; }
    /// The raw columns that it reads, in the order of the features read.
    [[nodiscard]] const std::vector<std::string>& sources() const noexcept { return sources_; }

  private:
    friend class Binder;

    /// Values of a chunk: step 1 walks them, step 0 stays at a constant.
    struct Values {
        const double* at = nullptr;
        std::size_t step = 0;
        double operator[](std::size_t i) const noexcept { return at[i * step]; }
    };

    static double truth(bool x) noexcept { return x ? 1.0 : 0.0; }
    static bool either_missing(double a, double b) noexcept { return std::isnan(a) || std::isnan(b); }

    template <class F>
    static void each(std::array<Values, 3> v, double* out, std::size_t n, const F& f) {
        for (std::size_t i = 0; i < n; ++i) out[i] = f(v[0][i], v[1][i], v[2][i]);
    }

    void execute(const Instruction& instruction, const std::array<Values, 3>& v, double* out,
                 std::size_t n) const {
        const auto* table = instruction.table < tables_.size() ? &tables_[instruction.table] : nullptr;
        switch (instruction.step) {
            case Step::operation:
                operate(instruction.op, table, v, out, n);
                break;
            case Step::copy:
                each(v, out, n, [](double a, double, double) { return a; });
                break;
            case Step::recode:
                each(v, out, n, [table](double a, double, double) {
                    return a >= 0 ? (*table)[static_cast<std::size_t>(a)] : a;
                });
                break;
            case Step::equal_codes:
                each(v, out, n, [](double a, double b, double negated) {
                    if (either_missing(a, b)) return missing;
                    return truth((a == b && a >= 0) != (negated != 0));
                });
                break;
            case Step::in_codes:
                each(v, out, n, [table](double a, double, double) {
                    if (std::isnan(a)) return missing;
                    return a >= 0 ? (*table)[static_cast<std::size_t>(a)] : 0.0;
                });
                break;
        }
    }

    /// A comparison that is missing where an operand is.
    template <class F>
    static void compare(const std::array<Values, 3>& v, double* out, std::size_t n, const F& f) {
        each(v, out, n,
             [&f](double a, double b, double) { return either_missing(a, b) ? missing : truth(f(a, b)); });
    }

    static void operate(Op op, const std::vector<double>* table, const std::array<Values, 3>& v, double* out,
                        std::size_t n) {
        switch (op) {
            case Op::column:
            case Op::number:
            case Op::text:
                break;
            case Op::negate:
                each(v, out, n, [](double a, double, double) { return -a; });
                break;
            case Op::logical_not:
                each(v, out, n, [](double a, double, double) { return std::isnan(a) ? a : truth(a == 0); });
                break;
            case Op::add:
                each(v, out, n, [](double a, double b, double) { return a + b; });
                break;
            case Op::subtract:
                each(v, out, n, [](double a, double b, double) { return a - b; });
                break;
            case Op::multiply:
                each(v, out, n, [](double a, double b, double) { return a * b; });
                break;
            case Op::divide:
                each(v, out, n, [](double a, double b, double) { return b == 0 ? missing : a / b; });
                break;
            case Op::equal:
                compare(v, out, n, [](double a, double b) { return a == b; });
                break;
            case Op::not_equal:
                compare(v, out, n, [](double a, double b) { return a != b; });
                break;
            case Op::less:
                compare(v, out, n, [](double a, double b) { return a < b; });
                break;
            case Op::less_equal:
                compare(v, out, n, [](double a, double b) { return a <= b; });
                break;
            case Op::greater:
                compare(v, out, n, [](double a, double b) { return a > b; });
                break;
            case Op::greater_equal:
                compare(v, out, n, [](double a, double b) { return a >= b; });
                break;
            case Op::logical_and:
                each(v, out, n, [](double a, double b, double) {
                    if (a == 0 || b == 0) return 0.0;
                    return either_missing(a, b) ? missing : 1.0;
                });
                break;
            case Op::logical_or:
                each(v, out, n, [](double a, double b, double) {
                    if ((a != 0 && !std::isnan(a)) || (b != 0 && !std::isnan(b))) return 1.0;
                    return either_missing(a, b) ? missing : 0.0;
                });
                break;
            case Op::log:
                each(v, out, n, [](double a, double, double) { return a > 0 ? std::log(a) : missing; });
                break;
            case Op::log1p:
                each(v, out, n, [](double a, double, double) { return a > -1 ? std::log1p(a) : missing; });
                break;
            case Op::sqrt:
                each(v, out, n, [](double a, double, double) { return a >= 0 ? std::sqrt(a) : missing; });
                break;
            case Op::abs:
                each(v, out, n, [](double a, double, double) { return std::abs(a); });
                break;
            case Op::round:
                each(v, out, n, [](double a, double, double) { return std::round(a); });
                break;
            case Op::is_missing:
                each(v, out, n, [](double a, double, double) { return truth(std::isnan(a)); });
                break;
            case Op::min:
                each(v, out, n, [](double a, double b, double) {
                    return either_missing(a, b) ? missing : (b < a ? b : a);
                });
                break;
            case Op::max:
                each(v, out, n, [](double a, double b, double) {
                    return either_missing(a, b) ? missing : (a < b ? b : a);
                });
                break;
            case Op::coalesce:
                each(v, out, n, [](double a, double b, double) { return std::isnan(a) ? b : a; });
                break;
            case Op::clip:
                each(v, out, n, [](double a, double low, double high) {
                    if (std::isnan(a) || either_missing(low, high)) return missing;
                    const double raised = a < low ? low : a;
                    return raised > high ? high : raised;
                });
                break;
            case Op::if_else:
                each(v, out, n, [](double condition, double yes, double no) {
                    return std::isnan(condition) ? missing : (condition != 0 ? yes : no);
                });
                break;
            case Op::year:
            case Op::quarter:
            case Op::month:
            case Op::week:
            case Op::day:
            case Op::day_of_year:
            case Op::weekday:
            case Op::hour:
            case Op::minute:
                each(v, out, n, [op](double a, double, double) { return date_part(op, a); });
                break;
            case Op::days_between:
                each(v, out, n, [](double from, double to, double) { return (to - from) / 86400; });
                break;
            case Op::in:
                each(v, out, n, [table](double a, double, double) {
                    return std::isnan(a) ? missing
                                         : truth(std::binary_search(table->begin(), table->end(), a));
                });
                break;
        }
    }

    std::vector<Instruction> instructions_;
    std::vector<std::vector<double>> tables_;
    std::shared_ptr<const Labels> labels_;
    bool is_time_ = false;
    std::vector<std::string> sources_;
};

}  // namespace gasket::detail
