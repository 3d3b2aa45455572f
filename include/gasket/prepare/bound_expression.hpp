#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/expression.hpp"
#include "gasket/prepare/expression_text.hpp"

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
    std::vector<std::string> sources_;
};

/// A feature that an expression may read, and where its values are.
struct ScopeEntry {
    Feature feature;
    Operand place;
};

/// Checks the names and types of one expression against the features in scope, and turns it into a program.
class Binder {
  public:
    /// throws SchemaError for an unknown name (with the nearest one) and for types that do not fit
    [[nodiscard]] static BoundExpression bind(const Expression& expression,
                                              const std::vector<ScopeEntry>& scope,
                                              const std::string& asker) {
        Binder binder(scope, asker);
        const ExpressionNode& root = ExpressionAccess::node(expression);
        const Value result = binder.value_of(root);
        binder.finish(result);
        BoundExpression& bound = binder.bound_;
        bound.labels_ = result.labels;
        for (std::size_t i = 0; i < scope.size(); ++i) {
            if (binder.used_.count(i) == 0) continue;
            for (const std::string& source : scope[i].feature.sources) {
                if (std::find(bound.sources_.begin(), bound.sources_.end(), source) == bound.sources_.end()) {
                    bound.sources_.push_back(source);
                }
            }
        }
        return std::move(bound);
    }

  private:
    struct Value {
        Operand at;
        std::shared_ptr<const Labels> labels;  // null for a number

        [[nodiscard]] bool is_text() const { return labels != nullptr; }
        /// The missing literal fits numbers and labels.
        [[nodiscard]] bool is_nothing() const {
            return labels == nullptr && at.from == Operand::From::constant && std::isnan(at.value);
        }
    };

    Binder(const std::vector<ScopeEntry>& scope, const std::string& asker) : scope_(scope), asker_(asker) {
        free_.fill(true);
    }

    [[nodiscard]] Value value_of(const ExpressionNode& node) {
        switch (node.op) {
            case Op::column:
                return column(node);
            case Op::number:
                return {{.value = node.number}, nullptr};
            case Op::text:
                return {{.value = 0}, std::make_shared<const Labels>(Labels{node.text})};
            default:
                break;
        }
        // The argument that needs most room comes first, while all of it is free.
        std::array<std::size_t, 3> order{0, 1, 2};
        const std::size_t count = node.arguments.size();
        std::stable_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                         [&](std::size_t a, std::size_t b) {
                             return node.arguments[a]->registers > node.arguments[b]->registers;
                         });
        std::array<Value, 3> v;
        for (std::size_t i = 0; i < count; ++i) v[order[i]] = value_of(*node.arguments[order[i]]);

        switch (node.op) {
            case Op::equal:
            case Op::not_equal:
                if (!v[0].is_text() && !v[1].is_text()) break;
                return equal_labels(node, v);
            case Op::less:
            case Op::less_equal:
            case Op::greater:
            case Op::greater_equal:
                if (v[0].is_text() && v[1].is_text()) {
                    fail(node, "numbers on both sides of " + std::string(form_of(node.op).name), "labels",
                         "labels have no order; compare them with == or in({...})");
                }
                break;
            case Op::is_missing:
                return emit(Step::operation, node.op, v, 0, nullptr);
            case Op::if_else:
                need_number(node, 0, v[0]);
                return choose(node, v, 1, 2);
            case Op::coalesce:
                return choose(node, v, 0, 1);
            case Op::in:
                return membership(node, v);
            default:
                break;
        }
        for (std::size_t i = 0; i < count; ++i) need_number(node, i, v[i]);
        return emit(Step::operation, node.op, v, 0, nullptr);
    }

    [[nodiscard]] Value column(const ExpressionNode& node) {
        for (std::size_t i = 0; i < scope_.size(); ++i) {
            if (scope_[i].feature.name != node.text) continue;
            used_.insert(i);
            return {scope_[i].place, scope_[i].feature.labels};
        }
        Layout known;
        for (const ScopeEntry& entry : scope_) known.add(entry.feature);
        (void)known.index_of(node.text, asker_);  // throws, naming the nearest feature
        return {};
    }

    [[nodiscard]] Value equal_labels(const ExpressionNode& node, std::array<Value, 3> v) {
        for (std::size_t i = 0; i < 2; ++i) {
            if (v[i].is_text() || v[i].is_nothing()) continue;
            const std::size_t other = 1 - i;
            fail(node, "labels on both sides of " + std::string(form_of(node.op).name),
                 "the number " + source_of(*node.arguments[i]) + " and the " +
                     describe(*node.arguments[other]),
                 "compare a number with a number, a label with a label");
        }
        // Both in the dictionary of a column, so that a literal costs nothing; what it lacks equals nothing.
        std::size_t home = 0;
        if (!v[0].is_text() || (v[1].is_text() && node.arguments[0]->op == Op::text)) home = 1;
        const std::size_t guest = 1 - home;
        if (v[guest].is_text()) v[guest] = recode(v[guest], *v[home].labels, v[home].labels);
        v[0].labels = v[1].labels = nullptr;
        v[2].at = {.value = node.op == Op::not_equal ? 1.0 : 0.0};
        return emit(Step::equal_codes, node.op, v, 0, nullptr);
    }

    /// One of two values of the same kind: numbers, or labels under one dictionary.
    [[nodiscard]] Value choose(const ExpressionNode& node, std::array<Value, 3> v, std::size_t a,
                               std::size_t b) {
        if (!v[a].is_text() && !v[b].is_text()) return emit(Step::operation, node.op, v, 0, nullptr);
        for (const std::size_t i : {a, b}) {
            if (v[i].is_text() || v[i].is_nothing()) continue;
            fail(node, "two numbers or two labels to choose from",
                 "the number " + source_of(*node.arguments[i]) + " and the " +
                     describe(*node.arguments[i == a ? b : a]),
                 "give both of one kind, or gasket::missing");
        }
        std::set<std::string> all;
        for (const std::size_t i : {a, b}) {
            if (v[i].is_text()) all.insert(v[i].labels->begin(), v[i].labels->end());
        }
        const auto labels = std::make_shared<const Labels>(all.begin(), all.end());
        for (const std::size_t i : {a, b}) {
            if (v[i].is_text()) v[i] = recode(v[i], *labels, labels);
        }
        return emit(Step::operation, node.op, v, 0, labels);
    }

    [[nodiscard]] Value membership(const ExpressionNode& node, std::array<Value, 3>& v) {
        if (v[0].is_nothing()) return v[0];
        if (v[0].is_text() ? !node.numbers.empty() : !node.texts.empty()) {
            fail(node, v[0].is_text() ? "labels in the list" : "numbers in the list",
                 v[0].is_text() ? "numbers" : "labels",
                 source_of(*node.arguments[0]) + " is a " + (v[0].is_text() ? "label" : "number"));
        }
        std::vector<double> table;
        if (v[0].is_text()) {
            for (const std::string& label : *v[0].labels) {
                const bool listed =
                    std::find(node.texts.begin(), node.texts.end(), label) != node.texts.end();
                table.push_back(listed ? 1.0 : 0.0);
            }
        } else {
            table = node.numbers;
            std::sort(table.begin(), table.end());
        }
        const Step step = v[0].is_text() ? Step::in_codes : Step::operation;
        return emit(step, node.op, v, keep(std::move(table)), nullptr);
    }

    /// The same labels under another dictionary; what that lacks becomes unseen.
    [[nodiscard]] Value recode(const Value& value, const Labels& to, std::shared_ptr<const Labels> labels) {
        if (*value.labels == to) return {value.at, std::move(labels)};
        std::vector<double> table;
        for (const std::string& label : *value.labels) {
            const auto at = std::find(to.begin(), to.end(), label);
            table.push_back(at == to.end() ? unseen_code : static_cast<double>(at - to.begin()));
        }
        return emit(Step::recode, Op::text, {value, {}, {}}, keep(std::move(table)), std::move(labels));
    }

    std::size_t keep(std::vector<double> table) {
        bound_.tables_.push_back(std::move(table));
        return bound_.tables_.size() - 1;
    }

    /// Adds an instruction; one whose operands are all constants is carried out here and now.
    Value emit(Step step, Op op, const std::array<Value, 3>& v, std::size_t table,
               std::shared_ptr<const Labels> labels) {
        Instruction instruction{.step = step, .op = op, .table = table};
        bool constant = true;
        for (std::size_t i = 0; i < 3; ++i) {
            instruction.operands[i] = v[i].at;
            constant = constant && v[i].at.from == Operand::From::constant;
            if (v[i].at.from == Operand::From::intermediate) free_[v[i].at.index] = true;
        }
        if (constant) {
            std::array<BoundExpression::Values, 3> values;
            for (std::size_t i = 0; i < 3; ++i) values[i] = {&instruction.operands[i].value, 0};
            Operand result;
            bound_.execute(instruction, values, &result.value, 1);
            return {result, std::move(labels)};
        }
        const auto slot = std::find(free_.begin(), free_.end(), true);
        if (slot == free_.end()) {  // not reached within the limit of size
            throw OptionError(ErrorCode::bad_expression, {.expected = "a simpler expression",
                                                          .found = "too many intermediate values",
                                                          .where = asker_,
                                                          .advice = "derive parts of it first"});
        }
        *slot = false;
        instruction.target = static_cast<std::size_t>(slot - free_.begin());
        bound_.instructions_.push_back(instruction);
        return {{.from = Operand::From::intermediate, .index = instruction.target, .value = missing},
                std::move(labels)};
    }

    /// Lets the last instruction write to the output, or copies a bare column or constant there.
    void finish(const Value& result) {
        if (result.at.from == Operand::From::intermediate) {
            bound_.instructions_.back().target = BoundExpression::to_output;
        } else {
            Instruction copy{.step = Step::copy};
            copy.operands[0] = result.at;
            copy.target = BoundExpression::to_output;
            bound_.instructions_.push_back(copy);
        }
    }

    void need_number(const ExpressionNode& node, std::size_t i, const Value& value) const {
        if (!value.is_text()) return;
        fail(node, "a number", "the " + describe(*node.arguments[i]),
             "only ==, !=, in, is_missing, if_else and coalesce work on labels");
    }

    [[nodiscard]] static std::string describe(const ExpressionNode& node) {
        return (node.op == Op::text     ? "text "
                : node.op == Op::column ? "category column "
                                        : "label ") +
               source_of(node);
    }

    [[noreturn]] void fail(const ExpressionNode& node, std::string expected, std::string found,
                           std::string advice) const {
        std::string source = source_of(node);
        if (source.size() > 200) source = source.substr(0, 200) + "...";
        throw SchemaError(ErrorCode::bad_expression, {.expected = std::move(expected),
                                                      .found = std::move(found),
                                                      .where = asker_ + ", " + source,
                                                      .advice = std::move(advice)});
    }

    const std::vector<ScopeEntry>& scope_;
    const std::string& asker_;
    std::set<std::size_t> used_;
    std::array<bool, BoundExpression::registers> free_{};
    BoundExpression bound_;
};

}  // namespace gasket::detail
