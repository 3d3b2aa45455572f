#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

/// What a service takes and what it refuses, beyond wrong types and missing columns, which are always
/// refused.
struct RecordRules {
    /// Refuse a label that no training row had; else it is scored as one never seen, counted, and named in
    /// the answer.
    bool refuse_unseen = false;
    /// Refuse a number or time outside the range of the training rows.
    bool refuse_outside = false;
    /// Refuse a gap in a column that had none in training.
    bool refuse_gaps = true;
    /// Records in one request.
    std::size_t most_rows = 10'000;
};

/// What is wrong with a field of a record.
struct FieldError {
    std::size_t record = 0;  ///< counted from 0 in the request
    std::string field;
    std::string reason;
};

/// Turns the fields of live records into the numbers that a model's chain reads, checking each against the
/// schema in the artifact. A record with anything wrong is set aside with all that is wrong with it; nothing
/// is ever filled in for what was not said.
///
///     builder.clear();
///     builder.begin(); builder.field("age"); builder.number(42); ... ; builder.end();
///
/// Not thread-safe; keeps its memory from request to request.
class RecordBuilder {
  public:
    RecordBuilder(const Model& model, const RecordRules& rules) : model_(model), rules_(rules) {
        const detail::Door& door = model_.parts().door;
        columns_.resize(door.size());
        for (std::size_t i = 0; i < door.size(); ++i) places_.emplace(door.feature(i).name, i);
        given_.resize(door.size());
    }

    void clear() {
        records_ = 0;
        unseen_ = 0;
        extra_fields_ = 0;
        good_.clear();
        errors_.clear();
        warnings_.clear();
        for (std::vector<double>& column : columns_) column.clear();
    }

    /// A record begins.
    void begin() {
        bad_ = false;
        extras_.clear();
        warnings_before_ = warnings_.size();
        std::fill(given_.begin(), given_.end(), 0);
        for (std::vector<double>& column : columns_) column.push_back(missing);
    }
    /// A field of the record; its value follows.
    void field(std::string_view name) {
        const auto it = places_.find(name);
        if (it == places_.end()) {
            place_ = none;
            ++extra_fields_;
            if (extras_.size() < 8) extras_.emplace_back(name);
            return;
        }
        place_ = model_.parts().door.required(it->second) ? it->second : none;
        if (given_[it->second]++ > 0 && place_ != none) wrong(it->first, "stands twice");
    }
    void null() {
        if (place_ != none) gap();
    }
    void boolean(bool x) {
        if (place_ == none) return;
        const ColumnSchema& column = schema();
        double code = missing;
        if (column.type == LogicalType::boolean) {
            put(x ? 1 : 0);
        } else if (door().feature(place_).is_category() &&
                   (code = door().code(place_, x ? "true" : "false")) != unseen_code) {
            put(code);
        } else {
            wrong_type(x ? "true" : "false");
        }
    }
    void number(double x) {
        if (place_ == none) return;
        const ColumnSchema& column = schema();
        if (door().feature(place_).is_category()) {
            const double code = door().code(place_, text::shortest(x));
            if (code == unseen_code) return wrong_type("the number " + text::shortest(x));
            return put(code);
        }
        if (door().is_time(place_)) return wrong_type("the number " + text::shortest(x));
        x = door().clean(place_, x);
        if (is_missing(x)) return gap();
        if ((column.type == LogicalType::boolean && x != 0 && x != 1) ||
            (column.type == LogicalType::integer && x != std::floor(x)))
            return wrong_type("the number " + text::shortest(x));
        put_within(x);
    }
    void text(std::string_view s) {
        if (place_ == none) return;
        double x = missing;
        if (!door().read(place_, s, x, scratch_)) return wrong_type("the text " + text::quoted(s));
        if (door().feature(place_).is_category()) {
            if (is_missing(x)) return gap();
            if (x == unseen_code) {
                ++unseen_;
                if (rules_.refuse_unseen && schema().type == LogicalType::category)
                    return wrong("a label that training had not: " + text::quoted(s) + ", expected " +
                                 text::list(schema().labels, 12));
                warnings_.push_back({records_, schema().name, "training had no label " + text::quoted(s)});
            }
            return put(x);
        }
        if (is_missing(x)) return gap();
        if (schema().type == LogicalType::integer && x != std::floor(x))
            return wrong_type("the text " + text::quoted(s));
        put_within(x);
    }
    /// A value that is no value of a field: an object or an array.
    void nested(std::string_view what) {
        if (place_ != none) wrong_type(what);
    }
    /// The record ends.
    void end() {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (given_[i] != 0 || !door().required(i) || !model_.schema()[i].required) continue;
            const std::string near = text::nearest(door().feature(i).name, extras_);
            wrong(door().feature(i).name,
                  "is missing" + (near.empty() ? "" : "; the record has " + text::quoted(near)));
        }
        if (bad_) {
            for (std::vector<double>& column : columns_) column.pop_back();
            warnings_.resize(warnings_before_);
        } else {
            good_.push_back(records_);
        }
        ++records_;
    }
    /// A record that is none, such as a number in the list of records.
    void no_record(std::string_view what) {
        errors_.push_back({records_, "", "expected an object, found " + std::string(what)});
        ++records_;
    }

    /// Records seen, good and bad.
    [[nodiscard]] std::size_t records() const noexcept { return records_; }
    /// Which of them are good, in rising order; row i of `columns` is record good()[i].
    [[nodiscard]] const std::vector<std::size_t>& good() const noexcept { return good_; }
    /// In the order of the records.
    [[nodiscard]] const std::vector<FieldError>& errors() const noexcept { return errors_; }
    /// Labels of good records that training had not.
    [[nodiscard]] const std::vector<FieldError>& warnings() const noexcept { return warnings_; }
    /// One number a good record, in the order of the schema.
    [[nodiscard]] const std::vector<std::vector<double>>& columns() const noexcept { return columns_; }
    [[nodiscard]] std::size_t unseen_labels() const noexcept { return unseen_; }
    [[nodiscard]] std::size_t extra_fields() const noexcept { return extra_fields_; }
    [[nodiscard]] const RecordRules& rules() const noexcept { return rules_; }

    /// A good record as JSON, as the model read it: for a log. A label that training had not is "?".
    [[nodiscard]] std::string record_json(std::size_t row) const {
        Json out = Json::object();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (!door().required(i)) continue;
            const double x = columns_[i][row];
            const Feature& feature = door().feature(i);
            Json& value = out[feature.name];
            if (is_missing(x)) {
                value = nullptr;
            } else if (feature.is_category()) {
                value = x == unseen_code ? "?" : (*feature.labels)[static_cast<std::size_t>(x)];
            } else if (feature.is_time) {
                value = detail::format_moment(x);
            } else {
                value = x;
            }
        }
        return out.dump(-1, ' ', false, Json::error_handler_t::replace);
    }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    [[nodiscard]] const detail::Door& door() const noexcept { return model_.parts().door; }
    [[nodiscard]] const ColumnSchema& schema() const { return model_.schema()[place_]; }

    void put(double x) { columns_[place_].back() = x; }
    void put_within(double x) {
        const ColumnSchema& column = schema();
        if (rules_.refuse_outside && ((column.min && x < *column.min) || (column.max && x > *column.max)))
            return wrong(
                "outside the range of training, " + Schema::values_of(column) + ": " +
                (column.type == LogicalType::datetime ? detail::format_moment(x) : text::shortest(x)));
        put(x);
    }
    void gap() {
        if (rules_.refuse_gaps && !schema().nullable) wrong("is null, and training had no gaps there");
    }
    void wrong_type(std::string_view found) {
        const ColumnSchema& column = schema();
        std::string expected;
        switch (column.type) {
            case LogicalType::integer:
                expected = "a whole number";
                break;
            case LogicalType::real:
                expected = "a number";
                break;
            case LogicalType::boolean:
                expected = "true or false, 1 or 0";
                break;
            case LogicalType::datetime:
                expected = "a date or time as text";
                break;
            case LogicalType::category:
                expected = "a label: " + text::list(column.labels, 12);
                break;
            case LogicalType::text:
                expected = "a text";
                break;
        }
        wrong("expected " + expected + ", found " + std::string(found));
    }
    void wrong(std::string reason) { wrong(schema().name, std::move(reason)); }
    void wrong(const std::string& field, std::string reason) {
        bad_ = true;
        errors_.push_back({records_, field, std::move(reason)});
    }

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
    };

    Model model_;
    RecordRules rules_;
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> places_;
    std::vector<std::vector<double>> columns_;
    std::vector<int> given_;
    std::vector<std::string> extras_;
    std::vector<std::size_t> good_;
    std::vector<FieldError> errors_;
    std::vector<FieldError> warnings_;
    std::string scratch_;
    std::size_t place_ = none;
    std::size_t records_ = 0;
    std::size_t unseen_ = 0;
    std::size_t extra_fields_ = 0;
    std::size_t warnings_before_ = 0;
    bool bad_ = false;
};

}  // namespace gasket
