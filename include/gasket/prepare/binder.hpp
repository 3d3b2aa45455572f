#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/layout.hpp"
#include "gasket/prepare/bound_expression.hpp"
#include "gasket/prepare/expression.hpp"
#include "gasket/prepare/expression_text.hpp"

namespace gasket::detail {

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
        bound.is_time_ = result.is_time;
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
        std::shared_ptr<const Labels> labels = nullptr;  // null for a number or a date
        bool is_time = false;

        [[nodiscard]] bool is_text() const { return labels != nullptr; }
        /// The missing literal fits numbers, labels and dates.
        [[nodiscard]] bool is_nothing() const {
            return labels == nullptr && !is_time && at.from == Operand::From::constant &&
                   std::isnan(at.value);
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
                return {{.value = node.number}};
            case Op::text:
                return {{.value = 0}, std::make_shared<const Labels>(Labels{node.text})};
            default:
                break;
        }
        // The argument that needs most room comes first, while all of it is free.
        const std::size_t count = node.arguments.size();
        std::array<Value, 3> v;
        for (const std::size_t i : order_by(count, [&](std::size_t a, std::size_t b) {
                 return node.arguments[a]->registers > node.arguments[b]->registers;
             })) {
            v[i] = value_of(*node.arguments[i]);
        }

        switch (node.op) {
            case Op::equal:
            case Op::not_equal:
                if (make_times(node, v, {0, 1})) return emit(Step::operation, node.op, v, 0, nullptr);
                if (!v[0].is_text() && !v[1].is_text()) break;
                return equal_labels(node, v);
            case Op::less:
            case Op::less_equal:
            case Op::greater:
            case Op::greater_equal:
                if (make_times(node, v, {0, 1})) return emit(Step::operation, node.op, v, 0, nullptr);
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
            case Op::min:
            case Op::max:
                if (make_times(node, v, {0, 1})) return moment(emit(Step::operation, node.op, v, 0, nullptr));
                break;
            case Op::clip:
                if (make_times(node, v, {0, 1, 2}))
                    return moment(emit(Step::operation, node.op, v, 0, nullptr));
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
            case Op::days_between:
                for (std::size_t i = 0; i < count; ++i) v[i] = as_time(node, i, v[i]);
                return emit(Step::operation, node.op, v, 0, nullptr);
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
            return {scope_[i].place, scope_[i].feature.labels, scope_[i].feature.is_time};
        }
        Layout known;
        for (const ScopeEntry& entry : scope_) known.add(entry.feature);
        (void)known.index_of(node.text, asker_);  // throws, naming the nearest feature
        return {};
    }

    static Value moment(Value value) {
        value.is_time = true;
        return value;
    }

    /// Argument `i` as a date: it is one, or missing, or a text that can be read as one.
    [[nodiscard]] Value as_time(const ExpressionNode& node, std::size_t i, Value value) const {
        if (value.is_time || value.is_nothing()) return value;
        if (node.arguments[i]->op == Op::text)
            return moment({{.value = seconds_of(node, value.labels->front())}});
        fail(node, "a date",
             value.is_text() ? "the " + describe(*node.arguments[i])
                             : "the number " + source_of(*node.arguments[i]),
             "give a datetime column, or a text such as \"2024-03-01\"");
    }

    [[nodiscard]] double seconds_of(const ExpressionNode& node, const std::string& text) const {
        if (const auto seconds = parse_datetime(text)) return static_cast<double>(*seconds);
        fail(node, "a date in ISO 8601 such as \"2024-03-01\" or \"2024-03-01T12:30:00Z\"", literal(text),
             "correct the date");
    }

    /// Where one of the arguments is a date, all must be; says whether that is so.
    [[nodiscard]] bool make_times(const ExpressionNode& node, std::array<Value, 3>& v,
                                  std::initializer_list<std::size_t> which) const {
        if (std::none_of(which.begin(), which.end(), [&](std::size_t i) { return v[i].is_time; }))
            return false;
        for (const std::size_t i : which) v[i] = as_time(node, i, v[i]);
        return true;
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

    /// One of two values of the same kind: numbers, dates, or labels under one dictionary.
    [[nodiscard]] Value choose(const ExpressionNode& node, std::array<Value, 3> v, std::size_t a,
                               std::size_t b) {
        if (make_times(node, v, {a, b})) return moment(emit(Step::operation, node.op, v, 0, nullptr));
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
        if (v[0].is_time && node.numbers.empty()) {
            std::vector<double> moments;
            for (const std::string& date : node.texts) moments.push_back(seconds_of(node, date));
            std::sort(moments.begin(), moments.end());
            v[0].is_time = false;
            return emit(Step::operation, node.op, v, keep(std::move(moments)), nullptr);
        }
        if (v[0].is_time)
            fail(node, "dates in the list", "numbers", "write them as texts such as \"2024-03-01\"");
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
        if (*value.labels == to) return {value.at, std::move(labels), false};
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
            return {result, std::move(labels), false};
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
                std::move(labels),
                false};
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
        if (value.is_time) {
            fail(node, "a number", "the date " + source_of(*node.arguments[i]),
                 "take a part of it such as year(...), or days_between two dates");
        }
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
