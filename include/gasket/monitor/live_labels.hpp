#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/table.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

/// What came true in live rows, as a model knows it: of a target of classes the place of each row's label
/// among them (1: the positive one of two), of a numeric target the numbers; missing where it is not known
/// yet. A week may hold labels of one class only, or none.
///
/// O(rows)   throws SchemaError (no such column, times, words where numbers are expected), DataError (a label
/// that the model does not know)
[[nodiscard]] inline std::vector<double> live_labels(const Target& target, const Table& live) {
    const Column& column = live[target.column];
    const bool numbers = column.kind() == Kind::numeric;
    if (column.kind() == Kind::datetime || (target.task == Task::regression && !numbers)) {
        throw SchemaError(ErrorCode::wrong_type,
                          {.expected = target.task == Task::regression ? "numbers" : "classes",
                           .found = "a " + std::string(name_of(column.kind())) + " column",
                           .where = "target " + text::quoted(target.column),
                           .advice = "read the column as it was read for training"});
    }
    if (target.task == Task::regression) return {column.numbers().begin(), column.numbers().end()};
    const auto place = [&](const std::string& label) {
        const auto at = std::find(target.classes.begin(), target.classes.end(), label);
        if (at == target.classes.end()) {
            throw DataError(ErrorCode::unknown_label, {.expected = text::list(target.classes, 10),
                                                       .found = text::quoted(label),
                                                       .where = "target " + text::quoted(target.column),
                                                       .advice = "write labels as they were in training"});
        }
        return static_cast<double>(at - target.classes.begin());
    };
    std::vector<double> out(column.size(), missing);
    if (numbers) {
        for (std::size_t r = 0; r < out.size(); ++r) {
            const double x = column.numbers()[r];
            if (!is_missing(x)) out[r] = place(text::shortest(x));
        }
        return out;
    }
    std::vector<double> places(column.labels().size(), missing);
    for (std::size_t r = 0; r < out.size(); ++r) {
        if (column.codes()[r] < 0) continue;
        const auto code = static_cast<std::size_t>(column.codes()[r]);
        if (is_missing(places[code])) places[code] = place(column.labels()[code]);
        out[r] = places[code];
    }
    return out;
}

}  // namespace gasket
