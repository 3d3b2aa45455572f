#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// What the target column asks for.
enum class Task { binary, multiclass, regression };

[[nodiscard]] constexpr std::string_view name_of(Task task) noexcept {
    return task == Task::binary ? "binary" : task == Task::multiclass ? "multiclass" : "regression";
}

/// What is learned: the target's column, the kind of task, and for classification the labels. In binary tasks
/// class 1 is the positive one.
struct Target {
    std::string column;
    Task task = Task::binary;
    /// Labels by class index; empty for regression.
    std::vector<std::string> classes;

    /// The label of class 1 of a binary target.
    [[nodiscard]] const std::string& positive() const { return classes.at(1); }
    /// Numbers that a model answers a row with: a probability for each of many classes; otherwise one, the
    /// probability of class 1 or the predicted number.
    [[nodiscard]] std::size_t outputs() const noexcept {
        return task == Task::multiclass ? classes.size() : 1;
    }
    friend bool operator==(const Target&, const Target&) = default;

    [[nodiscard]] Json to_json() const {
        return json_object({{"column", column}, {"task", name_of(task)}, {"classes", classes}});
    }

    [[nodiscard]] static Target from_json(const detail::Fields& fields) {
        Target target{
            .column = fields.string("column"), .task = Task::binary, .classes = fields.strings("classes")};
        const std::string task = fields.string("task");
        if (task == "multiclass" && target.classes.size() >= 2) {
            target.task = Task::multiclass;
        } else if (task == "regression") {
            target.task = Task::regression;
        } else if (task != "binary" || target.classes.size() != 2) {
            detail::throw_content(fields.path(),
                                  "a binary target with two classes, or another known task with its classes",
                                  task);
        }
        return target;
    }
};

namespace detail {

/// The target's labels row by row: class index or number; missing where the cell is.
struct TargetValues {
    Target target;
    std::vector<double> values;
};

/// More different numbers than this are surely not classes.
inline constexpr std::size_t most_classes = 1000;

[[noreturn]] inline void throw_classes(const std::string& column, const std::vector<std::string>& found) {
    std::vector<std::string> shown;
    for (const std::string& label : found) shown.push_back(text::quoted(label));
    std::string classes = std::to_string(found.size()) + (found.size() == 1 ? " class" : " classes");
    if (found.size() > most_classes) {
        classes = "more than " + text::grouped(most_classes) + " classes, such as ";
        shown.resize(3);
    } else if (!found.empty()) {
        classes += ": ";
    }
    classes += text::list(shown);
    throw DataError(ErrorCode::target_not_binary,
                    {.expected = "two classes",
                     .found = std::move(classes),
                     .where = "target " + text::quoted(column),
                     .advice = found.size() < 2 ? "take rows of both classes"
                                                : "name a target with two classes, derive one (for example "
                                                  "Derive with col(...) == \"...\"), or set .task"});
}

/// Reads the target column against what was asked. An empty `positive` means the greater number, or the label
/// that comes last in the alphabet: scikit-learn's convention. throws SchemaError, DataError
inline TargetValues read_target(const Table& table, const std::string& name, Task task,
                                const std::string& positive) {
    if (!table.has(name)) (void)table.index_of(name);  // throws, naming the nearest column
    const Column& column = table[name];
    TargetValues out{{.column = name, .task = task, .classes = {}},
                     std::vector<double>(column.size(), missing)};
    if (task == Task::regression) {
        if (column.kind() != Kind::numeric) {
            throw SchemaError(ErrorCode::wrong_type,
                              {.expected = "numbers",
                               .found = "a " + std::string(name_of(column.kind())) + " column",
                               .where = "target " + text::quoted(name),
                               .advice = "regression needs a numeric target"});
        }
        const auto numbers = column.numbers();
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (std::isinf(numbers[i])) {
                throw DataError(ErrorCode::not_finite,
                                {.expected = "finite numbers",
                                 .found = text::shortest(numbers[i]),
                                 .where = "target " + text::quoted(name) + ", row " + std::to_string(i),
                                 .advice = "correct or remove that row"});
            }
            out.values[i] = numbers[i];
        }
        return out;
    }
    if (column.kind() == Kind::datetime) {
        throw SchemaError(ErrorCode::wrong_type, {.expected = "classes",
                                                  .found = "a datetime column",
                                                  .where = "target " + text::quoted(name),
                                                  .advice = "derive a class from it"});
    }
    std::vector<std::string>& classes = out.target.classes;
    if (column.kind() == Kind::numeric) {
        std::vector<double> distinct;
        for (const double x : column.numbers()) {
            if (is_missing(x)) continue;
            const auto at = std::lower_bound(distinct.begin(), distinct.end(), x);
            if (at == distinct.end() || *at != x) distinct.insert(at, x);
            if (distinct.size() > most_classes) break;
        }
        for (const double x : distinct) classes.push_back(text::shortest(x));
        if (classes.size() > most_classes || (task == Task::binary && classes.size() != 2) ||
            classes.size() < 2) {
            throw_classes(name, classes);
        }
        const auto numbers = column.numbers();
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (is_missing(numbers[i])) continue;
            out.values[i] = static_cast<double>(
                std::lower_bound(distinct.begin(), distinct.end(), numbers[i]) - distinct.begin());
        }
    } else {
        const Column sorted = column.with_sorted_labels();
        classes = sorted.labels();
        if ((task == Task::binary && classes.size() != 2) || classes.size() < 2) throw_classes(name, classes);
        const auto codes = sorted.codes();
        for (std::size_t i = 0; i < codes.size(); ++i) out.values[i] = codes[i] < 0 ? missing : codes[i];
    }
    if (task == Task::binary && !positive.empty() && positive != classes[1]) {
        if (positive != classes[0]) {
            throw DataError(ErrorCode::unknown_label,
                            {.expected = text::quoted(classes[0]) + " or " + text::quoted(classes[1]),
                             .found = text::quoted(positive),
                             .where = "positive label of target " + text::quoted(name),
                             .advice = "name one of the two"});
        }
        std::swap(classes[0], classes[1]);
        for (double& v : out.values) v = 1 - v;
    }
    return out;
}

}  // namespace detail
}  // namespace gasket
