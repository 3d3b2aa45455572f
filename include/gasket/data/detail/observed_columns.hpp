#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/csv_segment.hpp"
#include "gasket/data/detail/csv_stream.hpp"
#include "gasket/data/quarantine.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/schema_diff.hpp"

namespace gasket::detail {

/// What the values that broke the rules of a column have in common.
class ObservedColumn {
  public:
    /// A text that is not of the column's type.
    void misfit(const std::string& text) {
        ++misfits_;
        if (texts_.size() < most_texts) texts_.insert(text);
    }

    void broke(Rule rule, const Column& column, std::size_t row, const std::string& value) {
        if (rule == Rule::gap) {
            ++gaps_;
        } else if (rule == Rule::label) {
            ++unknown_;
            if (labels_.size() < most_texts || labels_.contains(value)) ++labels_[value];
        } else {
            ++outside_;
            const double x = column.kind() == Kind::numeric ? column.numbers()[row]
                                                            : static_cast<double>(column.seconds()[row]);
            low_ = std::min(low_.value_or(x), x);
            high_ = std::max(high_.value_or(x), x);
        }
    }

    /// Adds what there is to say of the column.
    void report(const ColumnSchema& column, std::vector<std::pair<SchemaChange, std::size_t>>& out) const {
        if (misfits_ > 0) {
            ColumnSchema texts{.name = column.name, .type = LogicalType::text, .role = column.role};
            texts.nullable = column.nullable;
            texts.labels.assign(texts_.begin(), texts_.end());
            std::vector<SchemaChange> changes;
            ColumnDiff(column, texts, changes).compare();
            for (SchemaChange& change : changes) out.emplace_back(std::move(change), misfits_);
        }
        if (unknown_ > 0) {
            std::vector<std::string> shown;
            for (const auto& [label, count] : labels_)
                shown.push_back(text::quoted(label) + " (" + text::grouped(count) + ")");
            out.emplace_back(SchemaChange{Change::new_labels, column.name, text::list(column.labels, 5),
                                          text::list(shown, 5)},
                             unknown_);
        }
        if (outside_ > 0) {
            ColumnSchema beyond = column;
            beyond.min = low_;
            beyond.max = high_;
            out.emplace_back(SchemaChange{Change::widened, column.name, Schema::values_of(column),
                                          Schema::values_of(beyond), "outside the range"},
                             outside_);
        }
        if (gaps_ > 0)
            out.emplace_back(SchemaChange{Change::gaps, column.name, "no value missing", "some missing"},
                             gaps_);
    }

  private:
    static constexpr std::size_t most_texts = 1000;

    std::size_t misfits_ = 0;
    std::size_t unknown_ = 0;
    std::size_t outside_ = 0;
    std::size_t gaps_ = 0;
    std::set<std::string> texts_;
    std::map<std::string, std::size_t> labels_;
    std::optional<double> low_, high_;
};

/// A column of text as what all of its values allow.
[[nodiscard]] inline Column retyped(const Column& column) {
    unsigned kinds = 0;
    for (const std::string& label : column.labels()) kinds |= kind_of_value(label);
    const FieldMode mode = mode_for(kinds);
    std::vector<double> numbers;
    std::vector<std::int64_t> seconds;
    for (const std::int32_t code : column.codes()) {
        const std::string_view text =
            code < 0 ? "" : std::string_view(column.labels()[static_cast<std::size_t>(code)]);
        double x = missing;
        if (mode == FieldMode::number) (void)parse_whole_number(text, x);
        if (mode == FieldMode::boolean && code >= 0) x = *parse_boolean(text) ? 1 : 0;
        numbers.push_back(x);
        seconds.push_back(code < 0 || mode != FieldMode::time ? missing_time : *parse_datetime(text));
    }
    if (mode == FieldMode::time) return Column::datetime(std::move(seconds));
    if (mode == FieldMode::label) return column;
    return Column::numeric(std::move(numbers));
}

/// What the first thousand rows of a file show of the columns named.
[[nodiscard]] inline std::vector<ColumnSchema> sample_columns(const std::string& path,
                                                              const std::vector<std::string>& names,
                                                              const CsvOptions& options) {
    Schema texts;
    for (const std::string& name : names) texts.add({.name = name, .type = LogicalType::text});
    std::vector<ColumnSchema> out;
    if (names.empty()) return out;
    CsvStream stream(path, texts, options);
    CsvSegment segment;
    CsvTrouble trouble;
    (void)stream.read(segment, 1000, &trouble);
    const Table rows = stream.table(segment);
    for (const std::string& name : names) out.push_back(infer_column(name, retyped(rows[name])));
    return out;
}

}  // namespace gasket::detail
