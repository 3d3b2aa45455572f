#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/expression.hpp"

namespace gasket {

namespace detail {

/// A text as a C++ literal.
[[nodiscard]] inline std::string literal(std::string_view value) {
    static constexpr char digits[] = "01234567";
    std::string out = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += '\\';
            out += digits[byte >> 6];
            out += digits[(byte >> 3) & 7];
            out += digits[byte & 7];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

inline void write_source(const ExpressionNode& node, std::string& out);

/// Writes `node`, in parentheses where it binds less tightly than `least`.
inline void write_argument(const ExpressionNode& node, int least, std::string& out) {
    const int precedence = form_of(node.op).precedence;
    const bool bracket = precedence != 0 && precedence < least;
    if (bracket) out += '(';
    write_source(node, out);
    if (bracket) out += ')';
}

inline void write_source(const ExpressionNode& node, std::string& out) {
    const OpForm& form = form_of(node.op);
    switch (node.op) {
        case Op::column:
            out += "col(" + literal(node.text) + ")";
            return;
        case Op::number:
            out += std::isnan(node.number) ? "missing" : text::shortest(node.number);
            return;
        case Op::text:
            out += literal(node.text);
            return;
        case Op::negate:
        case Op::logical_not:
            out += node.op == Op::negate ? '-' : '!';
            // "-(-x)" and "-(1)": "--x" is something else, and "-1" is a number.
            write_argument(*node.arguments[0],
                           node.op == Op::logical_not            ? form.precedence
                           : node.arguments[0]->op == Op::number ? tightest + 1
                                                                 : tightest,
                           out);
            return;
        case Op::in: {
            write_argument(*node.arguments[0], tightest, out);
            out += ".in({";
            std::string comma;
            for (const std::string& label : node.texts) out += std::exchange(comma, ", ") + literal(label);
            for (const double x : node.numbers) out += std::exchange(comma, ", ") + text::shortest(x);
            out += "})";
            return;
        }
        default:
            break;
    }
    if (form.precedence == 0) {
        out += form.name;
        std::string open = "(";
        for (const auto& argument : node.arguments) {
            out += std::exchange(open, ", ");
            write_source(*argument, out);
        }
        out += ')';
        return;
    }
    // a < b < c and !a == b read as something else: there parentheses stay.
    const bool comparison = form.precedence == 4 || form.precedence == 5;
    const bool negated = node.arguments[0]->op == Op::logical_not;
    write_argument(*node.arguments[0], comparison ? (negated ? tightest : 6) : form.precedence, out);
    out += ' ';
    out += form.name;
    out += ' ';
    write_argument(*node.arguments[1], comparison ? 6 : form.precedence + 1, out);
}

[[nodiscard]] inline std::string source_of(const ExpressionNode& node) {
    std::string out;
    write_source(node, out);
    return out;
}

[[nodiscard]] inline Json node_to_json(const ExpressionNode& node) {
    if (node.op == Op::number) return json_number(node.number);
    if (node.op == Op::text) return json_value(node.text);
    Json out = Json::array();
    out.push_back(json_value(form_of(node.op).name));
    if (node.op == Op::column) out.push_back(json_value(node.text));
    for (const auto& argument : node.arguments) out.push_back(node_to_json(*argument));
    for (const std::string& label : node.texts) out.push_back(json_value(label));
    for (const double x : node.numbers) out.push_back(x);
    return out;
}

/// Reads what `node_to_json` writes and trusts none of it. `budget` counts down the operations left.
class ExpressionReader {
  public:
    explicit ExpressionReader(std::string where) : where_(std::move(where)) {}

    [[nodiscard]] Expression read(const Json& json, std::size_t depth = 1) {
        if (depth > expression_depth_limit || ++count_ > expression_size_limit) {
            throw_content(where_, "an expression within the limits of depth and size", "a larger one");
        }
        if (json.is_null()) return Expression(missing);
        if (json.is_string()) return Expression(json.get<std::string>());
        if (json.is_number()) return Expression(finite(json));
        if (!json.is_array() || json.empty() || !json[0].is_string()) {
            throw_content(where_, "a number, a text, null or [operation, ...]", json.type_name());
        }
        const Op op = op_of(json[0].get_ref<const std::string&>());
        if (op == Op::column) {
            if (json.size() != 2 || !json[1].is_string())
                throw_content(where_, "[\"col\", name]", "another form");
            return col(json[1].get<std::string>());
        }
        ExpressionNode node{.op = op};
        const auto arguments = static_cast<std::size_t>(form_of(op).arguments);
        if (json.size() < arguments + 1 || (op != Op::in && json.size() != arguments + 1)) {
            throw_content(where_,
                          std::to_string(arguments) + " arguments of " + std::string(form_of(op).name),
                          std::to_string(json.size() - 1));
        }
        for (std::size_t i = 1; i <= arguments; ++i) {
            node.arguments.push_back(ExpressionAccess::pointer(read(json[i], depth + 1)));
        }
        for (std::size_t i = arguments + 1; i < json.size(); ++i) {
            if (json[i].is_string() && node.numbers.empty()) {
                node.texts.push_back(json[i].get<std::string>());
            } else if (json[i].is_number() && node.texts.empty()) {
                node.numbers.push_back(finite(json[i]));
            } else {
                throw_content(where_, "numbers only or texts only in \"in\"", json[i].type_name());
            }
        }
        return ExpressionAccess::expression(std::move(node));
    }

  private:
    [[nodiscard]] double finite(const Json& json) const {
        const double x = json.get<double>();
        if (!std::isfinite(x)) throw_content(where_, "a finite number", "NaN or infinity");
        return x;
    }

    [[nodiscard]] Op op_of(const std::string& name) const {
        for (int i = 0; i < op_count; ++i) {
            const Op op = static_cast<Op>(i);
            if (op != Op::number && op != Op::text && form_of(op).name == name) return op;
        }
        throw_content(where_, "an operation that this library knows", text::quoted(name));
    }

    std::string where_;
    std::size_t count_ = 0;
};

/// An expression as data: a number or a text for itself, null for missing, [operation, arguments...] else.
[[nodiscard]] inline Json to_json(const Expression& expression) {
    return node_to_json(ExpressionAccess::node(expression));
}

/// The expression again. `where` names the place in the document. throws ArtifactError
[[nodiscard]] inline Expression expression_from_json(const Json& json, std::string where) {
    return ExpressionReader(std::move(where)).read(json);
}

}  // namespace detail

/// The expression as C++ source, with no more parentheses than it needs.
[[nodiscard]] inline std::string to_string(const Expression& expression) {
    return detail::source_of(detail::ExpressionAccess::node(expression));
}

inline std::ostream& operator<<(std::ostream& out, const Expression& expression) {
    return out << to_string(expression);
}

}  // namespace gasket
